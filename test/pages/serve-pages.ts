import { rmSync } from "node:fs";
import { serveResults } from "../../src/api/serve-results.ts";
import { answerPage } from "../../src/pages/answer-page.ts";
import { openSpool, type Spool } from "../../src/spool/spool.ts";
import type { TestKind } from "../databases.ts";
import { type ReadableDatabase, readableDatabase } from "../results/read-on.ts";
import { temporaryFolder } from "../temporary.ts";

/** When the made results are looked at. */
export const nowMs = Date.UTC(2026, 10, 27, 12);

/** A server of pages over a database of its own, to be filled and emptied; and what went wrong in it. */
export interface ServedPages extends AsyncDisposable {
  readonly url: URL;
  readonly on: ReadableDatabase;
  readonly spool: Spool;
  readonly errors: unknown[];
  /** A path as it is linked. */
  at(path: string): URL;
  get(path: string): Promise<{ status: number; text: string; location: string | null }>;
}

export async function servePages(kind: TestKind): Promise<ServedPages> {
  const on = await readableDatabase(kind);
  const folder = temporaryFolder();
  const spool = openSpool(`${folder.path}/spool`);
  const errors: unknown[] = [];
  const { reader } = on;
  const now = () => nowMs;
  const sources = { storageBaseUrl: "http://127.0.0.1:9", spool };
  const server = serveResults({
    ...{ reader, now, host: "127.0.0.1", port: 0 },
    page: (_request, url) => answerPage(url, { reader, now, sources }),
    onError: (error) => errors.push(error),
  });
  const at = (path: string) => new URL(path, server.url);
  return {
    ...{ url: server.url, on, spool, errors, at },
    async get(path) {
      const answer = await fetch(at(path), { redirect: "manual" });
      const location = answer.headers.get("location");
      return { status: answer.status, text: await answer.text(), location };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await on[Symbol.asyncDispose]();
      rmSync(spool.root, { recursive: true, force: true });
      folder[Symbol.dispose]();
    },
  };
}
