import type { ReaderOptions } from "../store/reader.ts";

/** Whoever looks at results waits less long than ingestion would. */
export const readerTimeouts: ReaderOptions = {
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 20_000,
};
