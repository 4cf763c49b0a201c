/** Starts a lane. Must lie beside `lane.ts`: in a compiled binary a worker is found from there only. */
export function spawnLane(): Worker {
  return new Worker(new URL("./lane.ts", import.meta.url));
}
