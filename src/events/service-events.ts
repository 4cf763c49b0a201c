import type { OddEntry } from "../spool/look-at.ts";
import type { SpoolFile } from "../spool/spool.ts";
import type { Refusal } from "../submission/refusal.ts";
import type { BatchResult, FaultReport, Ingested } from "../worker/protocol.ts";

/** What each stage took, in seconds; of a file in a batch, its share. */
export type StageSeconds = Readonly<Record<"wait" | "prepare" | "write", number>>;

/** What is told of a file whose rows were committed. */
export interface IngestedDetails {
  rows: number;
  /** The version that the file names, as `4.2`. */
  version: string;
  /** What the dashboard's aggregation cannot take of it. */
  overlong?: Ingested["overlong"];
  seconds: StageSeconds;
}

/** What a service tells those who watch it: logs, metrics, the status page. */
export interface ServiceEvents {
  /** The database is there and has all tables; `warnings`: what is not as safe with it as it could be. */
  onStoreReady?(warnings: readonly string[]): void;
  /** The rows of a file are committed. */
  onIngested?(file: SpoolFile, details: IngestedDetails): void;
  /** It is decided that a file is refused for good; it is moved later (`onSettled`), after a stop perhaps by the next start, which tells it again. */
  onRefused?(file: SpoolFile, refusal: Refusal): void;
  /** A file has been moved to `archive/` or `failed/`, or an empty one taken out of the spool. */
  onSettled?(file: SpoolFile, what: "archive" | "refuse" | "set-aside", name: string): void;
  /** A file was not there any more, or was another one, when it should have been moved. */
  onLost?(file: SpoolFile, why: "vanished" | "replaced" | "being-written"): void;
  /** A batch has ended; comes before what becomes of its files. */
  onBatch?(result: BatchResult): void;
  /** Database or file system are at fault; files stay where they are. */
  onFault?(fault: FaultReport): void;
  /** What failed works again; `fault` is the last of it. */
  onRecovered?(fault: FaultReport): void;
  onWorkerDied?(files: number, reason: string): void;
  /** The program ended without a word when it last ran, with this number of files in hand. */
  onCrashFound?(files: number): void;
  onOdd?(entry: OddEntry): void;
  /** A file is put aside because it may still be written to. */
  onGrowing?(file: SpoolFile): void;
}
