import { expect, test } from "bun:test";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { findExcerpts, linkExcerpts } from "../../src/prepare/excerpts.ts";
import type { Submission } from "../../src/submission/submission.ts";
import { makeSubmissions } from "../e2e/made-submissions.ts";
import { type Document, upgrade } from "../e2e/rows-by-rules.ts";
import { sharedDir } from "../shared.ts";
import { pathOf } from "./settings.ts";
import { startStandIn } from "./stand-in.ts";
import { uploaderOn } from "./uploader-on.ts";

const workers = 4;

const cases = [
  { name: "the made submissions", read: async () => [...makeSubmissions().values()].map(asNewest) },
  ...(sharedDir ? [{ name: "the real submissions", read: () => readCorpus(sharedDir ?? "") }] : []),
];

test.each(cases)(
  "four workers with $name upload each distinct excerpt once",
  async ({ read }) => {
    const submissions = await read();
    const texts = new Map(submissions.flatMap(findAll).map(({ hash, text }) => [hash, text]));
    expect(texts.size).toBeGreaterThan(500);

    await using standIn = await startStandIn();
    // A server that works may take its time, on a busy machine.
    await using watched = uploaderOn(standIn, { callTimeoutMs: 20_000, maxWaitMs: 30_000 });
    let linked = 0;
    const worker = async () => {
      for (let batch = submissions.splice(0, 10); batch.length > 0; ) {
        const found = batch.flatMap(findAll);
        const urls = await watched.uploader.upload(found);
        linked += linkExcerpts(found, urls);
        expect(batch.flatMap(findAll)).toEqual([]);
        batch = submissions.splice(0, 10);
      }
    };
    await Promise.all(Array.from({ length: workers }, worker));

    expect(linked).toBeGreaterThan(1_000);
    expect(watched.counts.uploaded).toBe(texts.size);
    expect([...new Set(standIn.uploads.values())]).toEqual([1]);
    expect(standIn.objects.size).toBe(texts.size);
    for (const [hash, text] of texts) {
      expect(gunzipSync(standIn.objects.get(pathOf(hash)) ?? "").toString()).toBe(text);
    }
  },
  60_000,
);

// --- internal ---

function findAll(submission: Submission) {
  return findExcerpts(submission);
}

function asNewest(document: Document): Submission {
  return upgrade(document) as Submission;
}

/** All versions of the corpus have builds and tests with excerpts in the same places. */
async function readCorpus(shared: string): Promise<Submission[]> {
  const path = join(shared, "corpus/submissions.tar.gz");
  const archive = new Bun.Archive(await Bun.file(path).bytes());
  const files = await archive.files();
  return Promise.all([...files.values()].map((file) => file.json()));
}
