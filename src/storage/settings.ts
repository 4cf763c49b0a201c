/** Where the storage server is and how patient to be with it. */
export interface StorageSettings {
  /** `http:` or `https:` address, with or without a path, without credentials, query or fragment. */
  readonly baseUrl: string;
  /** The bearer token; sent to `baseUrl` and shown nowhere. */
  readonly token: string;
  /** Our own version, for `User-Agent: kci-ingester/<version>`. */
  readonly version: string;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** Bound on name lookup, TCP and TLS handshake together. */
  readonly connectTimeoutMs: number;
  /** Bound on one HTTP request from its start to the last byte of the answer, connecting included. */
  readonly callTimeoutMs: number;
  /** Requests in flight at once, and so connections. */
  readonly concurrency: number;
}

/** How the uploader shares the server among the workers; see `defaultUploaderSettings` for the reasons. */
export interface UploaderSettings extends StorageSettings {
  /** Hashes of stored texts that are remembered; all are forgotten when it is full. */
  readonly cacheEntries: number;
  /** Tries for one text, the first included. */
  readonly tries: number;
  /** Pause after the first failed try; doubled after each further one. */
  readonly retryBaseMs: number;
  /** Longest pause between tries that we choose ourselves. */
  readonly retryMaxMs: number;
  /** Longest `Retry-After` that is waited out; a text asked to wait longer is given up. */
  readonly retryAfterMaxMs: number;
  /** Longest that one `upload` keeps its worker waiting. */
  readonly maxWaitMs: number;
  /** Texts waiting or in flight, in bytes of memory; what would exceed it stays inline at once. */
  readonly maxPendingBytes: number;
  /** A text that took longer than this to store speaks against the server as a failure does. */
  readonly slowMs: number;
  /** Failures in a row that open the circuit breaker, */
  readonly breakerFailures: number;
  /** if they have lasted this long. */
  readonly breakerAfterMs: number;
  /** How long the breaker stays open before one text probes the server. */
  readonly breakerOpenMs: number;
}

/**
 * `maxWaitMs`: five tries at a server that fails at once take under 4 s of pauses, a dead one is
 * found out after one `callTimeoutMs`; 10 s holds either, and is less than what an operator would
 * notice as delay. With 16 requests in flight and 100 ms a round trip it stores 500 new texts.
 *
 * `breakerAfterMs`: about as long as the five tries, so that these get over a restart of the
 * server, while an outage costs the workers hardly more than one text's tries.
 */
export const defaultUploaderSettings = {
  connectTimeoutMs: 3_000,
  callTimeoutMs: 8_000,
  concurrency: 16,
  cacheEntries: 100_000,
  tries: 5,
  retryBaseMs: 250,
  retryMaxMs: 4_000,
  retryAfterMaxMs: 10_000,
  maxWaitMs: 10_000,
  maxPendingBytes: 64 * 1024 * 1024,
  slowMs: 4_000,
  breakerFailures: 5,
  breakerAfterMs: 3_000,
  breakerOpenMs: 15_000,
} as const satisfies Partial<UploaderSettings>;
