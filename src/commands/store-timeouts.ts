import type { StoreOptions } from "../store/store.ts";

/** How long the program waits for a database: long enough for 512 MB, short enough for a black hole. */
export const storeTimeouts: StoreOptions = {
  connectTimeoutMs: 10_000,
  statementTimeoutMs: 120_000,
};
