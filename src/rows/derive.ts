import { Carried } from "../submission/carried/carried.ts";
import type { Item } from "../submission/submission.ts";
import { valueAt } from "./field-path.ts";
import type { Row, Value } from "./row.ts";
import type { Derivation, Source, Table } from "./table.ts";
import { tables } from "./tables.ts";

type Emit = (table: Table, row: Row) => void;

/** Emits the derived rows that follow from one row of a main table (`rows/README.md` 3). */
export function deriveRows(table: Table, row: Row, item: Item, emit: Emit): void {
  const list = derivations.get(table);
  if (!list) return;
  for (const { target, needs, blank, copied, read } of list) {
    if (needs !== undefined && row[needs] === null) continue;
    const derived = blank.slice();
    for (let at = 0; at < copied.length; at += 2) {
      derived[copied[at] as number] = row[copied[at + 1] as number] ?? null;
    }
    for (const { place, reader } of read) derived[place] = reader(row, item);
    emit(target, derived);
  }
}

// --- internal ---

type Reader = (row: Row, item: Item) => Value;

/** How the rows of a derived table are made: from one with its constants, by what differs. */
interface Derived {
  readonly target: Table;
  readonly main: Table;
  /** The place in the main table's row that must hold a value. */
  readonly needs: number | undefined;
  readonly blank: Row;
  /** What is only copied, most columns: for each its place, and the place in the main table's row. */
  readonly copied: readonly number[];
  readonly read: readonly { place: number; reader: Reader }[];
}

const derivations: ReadonlyMap<Table, readonly Derived[]> = Map.groupBy(
  tables.flatMap((target) => (target.derived ? [compile(target, target.derived)] : [])),
  ({ main }) => main,
);

function compile(target: Table, { from: main, needs, sources }: Derivation): Derived {
  const placed = sources.map((source, place) => ({ place, source }));
  return {
    target,
    main,
    needs: needs === undefined ? undefined : main.at(needs),
    blank: sources.map((source) => ("constant" in source ? source.constant : null)),
    copied: placed.flatMap(({ place, source }) =>
      "copy" in source ? [place, main.at(source.copy)] : [],
    ),
    read: placed.flatMap(({ place, source }) => {
      const reader = readerOf(main, source);
      return reader ? [{ place, reader }] : [];
    }),
  };
}

function readerOf(main: Table, source: Source): Reader | undefined {
  if ("text" in source) return (_row, item) => asText(valueAt(item, source.text));
  if ("letter" in source) {
    const place = main.at(source.letter);
    return (row) => letterOf(row[place] ?? null);
  }
  if ("isBoot" in source) {
    const place = main.at(source.isBoot);
    return (row) => isBoot(row[place] ?? null);
  }
  return undefined;
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
  if (value instanceof Carried) return Carried.takeText(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
