import type { RowSet } from "../rows/row.ts";
import type { SpoolFile } from "../spool/spool.ts";
import type { RowRefusal, StoreFault } from "../store/fault.ts";
import type { Refusal } from "../submission/refusal.ts";
import type { Outcome } from "./protocol.ts";
import { reportFault } from "./report-fault.ts";

interface RefusedUnit {
  readonly file: SpoolFile;
  readonly version: string;
  readonly origins: readonly string[];
}

/** The outcome of a file whose rows the database refused, with what is said of it in either case. */
export function refusedRows(unit: RefusedUnit, cause: StoreFault, rows: RowRefusal): Outcome {
  const report = reportFault(cause);
  // As long as it is not known to be about the values of a file somebody must mend it.
  const fault = report.class === "refused" ? { ...report, class: "operator" as const } : report;
  return { kind: "rows-refused", file: unit.file, refusal: refusalOf(unit, cause), rows, fault };
}

/** The origins that rows have. */
export function originsOfRows(all: RowSet): string[] {
  const origins = [...all].flatMap(([table, rows]) =>
    rows.map((row) => row[table.at("origin")] as string),
  );
  return [...new Set(origins)];
}

// --- internal ---

function refusalOf(unit: RefusedUnit, cause: StoreFault): Refusal {
  return {
    stage: "store",
    reason: "database",
    message: cause.message,
    origins: [...unit.origins].sort(),
    version: unit.version,
    issues: [
      {
        path: "$",
        code: cause.code ?? "database",
        expected: "rows that the database accepts",
        got: cause.message,
      },
    ],
    issueCount: 1,
  };
}
