import { getPriority, setPriority } from "node:os";
import { AnswerCache } from "../api/answer-cache.ts";
import { secretsOfUrl } from "../base/given-secrets.ts";
import { knowSecrets } from "../base/known-secrets.ts";
import { respond } from "../observe/http-guard.ts";
import { spoolAt } from "../spool/spool.ts";
import { storeKind } from "../store/store-kind.ts";
import type { PageOptions } from "./answer-page.ts";
import { answerResults } from "./answer-results.ts";
import type { FromThread, Question, ThreadSetup, ToThread } from "./thread-protocol.ts";

/** Answers questions of the main thread, one after the other as the reader does, until the thread is ended. */
export function answerInThread(self: Worker): void {
  giveWay();
  const say = (message: FromThread) => self.postMessage(message);
  let options: Promise<PageOptions> | undefined;
  self.onmessage = async ({ data }: MessageEvent<ToThread>) => {
    if (data.kind === "setup") options = open(data);
    else await answer(data, options, say);
  };
  say({ kind: "ready" });
}

// --- internal ---

/** How much this thread gives way to the others, as `nice` counts it: a service may be given a priority. */
const niceness = 10;
const leastPriority = 19;

/** Lets ingestion go first where processors are few. On Linux a priority is a thread's; elsewhere the process'. */
function giveWay(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(0, Math.min(leastPriority, getPriority(0) + niceness));
  } catch {
    // Not allowed, as in some containers: then it takes its turn like any other.
  }
}

async function open({
  databaseUrl,
  reader,
  storageBaseUrl,
  spoolDir,
}: ThreadSetup): Promise<PageOptions> {
  // For as long as the thread lives.
  knowSecrets(secretsOfUrl(databaseUrl));
  const opened = await storeKind(databaseUrl).openReader(databaseUrl, reader);
  return {
    reader: opened,
    cache: new AnswerCache(opened),
    now: Date.now,
    sources: { storageBaseUrl, spool: spoolAt(spoolDir), hasStatus: true },
  };
}

async function answer(
  { id, method, url, body }: Question,
  options: Promise<PageOptions> | undefined,
  say: (message: FromThread) => void,
): Promise<void> {
  try {
    if (!options) throw new Error("a question came before the setup");
    const request = new Request(url, { method, ...(body !== undefined && { body }) });
    const found = await answerResults(request, new URL(url), await options);
    const response = found ?? respond("No such page.\n", { status: 404 });
    const headers = [...response.headers];
    say({ kind: "answer", id, status: response.status, headers, body: await response.text() });
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say({ kind: "failure", id, text });
  }
}
