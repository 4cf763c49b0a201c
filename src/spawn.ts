/** What the thread that answers for results is told apart by. */
export const resultsRole = "kci-ingester:results";

/** Starts a worker. Must lie beside `worker.ts`: in a compiled binary a worker is found from there only. */
export function spawnWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url));
}

/** Starts the thread that answers for results: another of the same entry, for the binary has only one. */
export function spawnResultsThread(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { argv: [resultsRole] });
}
