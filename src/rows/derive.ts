import type { Item } from "../submission/submission.ts";
import { valueAt } from "./field-path.ts";
import type { Row, Value } from "./row.ts";
import type { Derivation, Source, Table } from "./table.ts";
import { tables } from "./tables.ts";

type Emit = (table: Table, row: Row) => void;

/** Emits the derived rows that follow from one row of a main table (`rows/README.md` 3). */
export function deriveRows(table: Table, row: Row, item: Item, emit: Emit): void {
  for (const { target, needs, readers } of derivations.get(table) ?? []) {
    if (needs !== undefined && row[needs] === null) continue;
    emit(
      target,
      readers.map((read) => read(row, item)),
    );
  }
}

// --- internal ---

type Reader = (row: Row, item: Item) => Value;

interface Derived {
  readonly target: Table;
  /** The place in the main table's row that must hold a value. */
  readonly needs: number | undefined;
  readonly readers: readonly Reader[];
}

const derivations: ReadonlyMap<Table, readonly Derived[]> = Map.groupBy(
  tables.flatMap((target) => (target.derived ? [{ ...target.derived, target }] : [])).map(compile),
  ({ from }) => from,
);

function compile({ target, from, needs, sources }: Derivation & { target: Table }) {
  return {
    target,
    from,
    needs: needs === undefined ? undefined : from.at(needs),
    readers: sources.map((source) => reader(from, source)),
  };
}

function reader(from: Table, source: Source): Reader {
  if ("constant" in source) return () => source.constant;
  if ("text" in source) return (_row, item) => asText(valueAt(item, source.text));
  const place = from.at(
    "copy" in source ? source.copy : "letter" in source ? source.letter : source.isBoot,
  );
  if ("copy" in source) return (row) => row[place] ?? null;
  if ("letter" in source) return (row) => letterOf(row[place] ?? null);
  return (row) => isBoot(row[place] ?? null);
}

/** P for PASS, F for FAIL, I for any other, NULL for none. */
function letterOf(status: Value): Value {
  if (status === null) return null;
  return status === "PASS" ? "P" : status === "FAIL" ? "F" : "I";
}

function isBoot(path: Value): boolean {
  return typeof path === "string" && (path === "boot" || path.startsWith("boot."));
}

/** A value of a submission as text, the way `->>` would give it. */
function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
