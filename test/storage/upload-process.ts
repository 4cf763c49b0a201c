import { excerpt } from "./settings.ts";
import { uploaderOn } from "./uploader-on.ts";

// A process to be killed: uploads a number of numbered texts to the server, then says how many it linked.
const { url, token, texts } = JSON.parse(process.argv[2] ?? "{}");
/** Longer than it can take on the busiest machine: here nothing is given up. */
const patientMs = 60_000;
await using watched = uploaderOn(
  { url, token },
  {
    concurrency: 4,
    ...{ connectTimeoutMs: patientMs, callTimeoutMs: patientMs, maxWaitMs: patientMs },
    ...{ breakerAfterMs: patientMs, slowMs: patientMs },
  },
);
const urls = await watched.uploader.upload(
  Array.from({ length: texts }, (_, n) => excerpt(`text ${n}`)),
);
console.log(JSON.stringify({ linked: urls.size, counts: watched.counts }));
