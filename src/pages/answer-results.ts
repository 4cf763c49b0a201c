import { answerApi, apiPath } from "../api/answer-api.ts";
import { answerPage, type PageOptions } from "./answer-page.ts";

/** Answers a request for a page or of the read API; undefined where nothing has that path. */
export async function answerResults(
  request: Request,
  url: URL,
  options: PageOptions,
): Promise<Response | undefined> {
  if (!url.pathname.startsWith(apiPath)) return answerPage(url, options);
  const make = (asked: Request) => answerApi(asked, url, options);
  return options.cache?.answer(request, url, make) ?? make(request);
}
