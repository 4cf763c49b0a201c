import { maskSecrets } from "./mask-secrets.ts";

/**
 * What an operator must do about a failure:
 * - `transient`: nothing; it is tried again, for ever;
 * - `refused`: one submission is at fault and will never go in;
 * - `operator`: something must be mended outside; meanwhile nothing moves.
 */
export const faultClasses = ["transient", "refused", "operator"] as const;
/** One of `faultClasses`. */
export type FaultClass = (typeof faultClasses)[number];

/** What a fault says beside its message. */
export interface FaultDetails {
  /** What was being done, as a verb phrase: "rename into archive". */
  readonly operation: string;
  /** The file, table or URL it was done to; secrets already masked. */
  readonly path?: string | undefined;
  readonly class: FaultClass;
  /** The code of the layer below: SQLSTATE, SQLite code, errno or HTTP status. */
  readonly code?: string | undefined;
  /** What to do about it, in plain words. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** The boundaries, by the names of their errors. */
export type FaultName =
  | "ConfigFault"
  | "HttpFault"
  | "InputFault"
  | "OutputFault"
  | "SpoolFault"
  | "StorageFault"
  | "StoreFault";

/** The one error that crosses a boundary; each boundary has a subclass of its own. Its texts are masked. */
export abstract class Fault extends Error {
  /** Written out in each subclass: the names of classes are others in the compiled program. */
  abstract override readonly name: FaultName;
  readonly operation: string;
  readonly path: string | undefined;
  readonly class: FaultClass;
  readonly code: string | undefined;
  readonly hint: string | undefined;

  constructor(message: string, details: FaultDetails) {
    super(maskSecrets(message), { cause: details.cause });
    this.operation = details.operation;
    this.path = details.path;
    this.class = details.class;
    this.code = details.code;
    this.hint = details.hint && maskSecrets(details.hint);
  }
}
