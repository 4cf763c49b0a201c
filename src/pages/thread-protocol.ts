import type { ReaderOptions } from "../store/reader.ts";

/** What the main thread and the one that answers for results say to each other. */

/** Told first: from what it answers. */
export interface ThreadSetup {
  readonly kind: "setup";
  readonly databaseUrl: string;
  readonly reader: ReaderOptions;
  readonly storageBaseUrl: string;
  readonly spoolDir: string;
}

/** A request that the thread answers; `id` is in its answer, too. */
export interface Question {
  readonly kind: "question";
  readonly id: number;
  readonly method: string;
  readonly url: string;
  /** Of a POST. */
  readonly body: string | undefined;
}

/** What the main thread says. */
export type ToThread = ThreadSetup | Question;

/** It listens: what was posted before is lost. */
export interface ThreadReady {
  readonly kind: "ready";
}

/** The response to a request. */
export interface ThreadAnswer {
  readonly kind: "answer";
  readonly id: number;
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Something went wrong that should not; the asker sees only "500". */
export interface ThreadFailure {
  readonly kind: "failure";
  readonly id: number;
  readonly text: string;
}

/** What the thread says. */
export type FromThread = ThreadReady | ThreadAnswer | ThreadFailure;
