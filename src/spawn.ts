/** Starts a worker. Must lie beside `worker.ts`: in a compiled binary a worker is found from there only. */
export function spawnWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url));
}
