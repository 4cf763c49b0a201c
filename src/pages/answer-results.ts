import { answerApi, apiPath } from "../api/answer-api.ts";
import { answerPage, type PageOptions } from "./answer-page.ts";

/** Answers a request for a page or of the read API; undefined where nothing has that path. */
export async function answerResults(
  request: Request,
  url: URL,
  options: PageOptions,
): Promise<Response | undefined> {
  return url.pathname.startsWith(apiPath)
    ? answerApi(request, url, options)
    : answerPage(url, options);
}
