import { urlForms } from "../store/store-kind.ts";
import type { Flag } from "./parse-arguments.ts";

/** The flags that several commands have, so that they are one and the same everywhere. */
export const spoolDirFlag = {
  type: "string",
  valueHint: "DIR",
  description: "the spool (SPOOL_DIR)",
} as const satisfies Flag;

export const databaseFlag = {
  type: "string",
  valueHint: "URL",
  description: `${urlForms} (DATABASE_URL, DB_NAME …; sqlite:kernelci.db)`,
} as const satisfies Flag;

export const treesFileFlag = {
  type: "string",
  valueHint: "FILE",
  description: "tree names, YAML `trees: NAME: url: URL` (/app/trees.yaml, else built in)",
} as const satisfies Flag;

export const maxFileSizeFlag = {
  type: "string",
  valueHint: "SIZE",
  description: "refuse larger files (512M)",
} as const satisfies Flag;

/** Which refused submissions a command is about. */
export const failedFlags = {
  origin: { type: "string", valueHint: "ORIGIN", description: "only those that name this origin" },
  since: {
    type: "string",
    valueHint: "TIME",
    description: "only those refused since then: 2025-01-31, 2025-01-31T12:00Z, or 7d",
  },
  reason: {
    type: "string",
    valueHint: "REASON",
    description: "only those refused for it: invalid, not-json, database …",
  },
} as const satisfies Record<string, Flag>;
