import { Fault } from "../../../src/base/fault.ts";
import { finish, prepare } from "../../../src/prepare/prepare.ts";
import type { RowSet } from "../../../src/rows/row.ts";
import { tables } from "../../../src/rows/tables.ts";
import type { InTurn, Store } from "../../../src/store/store.ts";
import { writeIsolated } from "../../../src/worker/write-isolated.ts";
import type { TestDatabase } from "../../databases.ts";
import { replay } from "../model.ts";
import { emptyTables } from "../prepared-store.ts";
import { readAllStored, type StoredRow } from "../stored.ts";
import { type Draw, stepCount, workerCount } from "./draw.ts";

/** A database and the stores of the workers that write to it. */
export interface Bench {
  readonly database: TestDatabase;
  readonly workers: readonly Store[];
}

/** A row that is not what it should be, only the columns that differ; null where there is no row. */
export interface Difference {
  readonly table: string;
  readonly key: string;
  readonly expected: StoredRow | null;
  readonly stored: StoredRow | null;
}

/**
 * Runs draws together, from empty tables: in each step every worker writes what it is given of all of
 * them in one batch, the workers at once. Returns, by seed, where the rows are not what the files give one
 * by one in the order of the draw; `_timestamp` is not looked at.
 */
export async function runDraws(
  { database, workers }: Bench,
  draws: readonly Draw[],
): Promise<Map<number, Difference[]>> {
  await emptyTables(database);
  const inTurn = turns();
  for (let step = 0; step < stepCount; step++) {
    const writing = workers.slice(0, workerCount).map((store, worker) => {
      const units = draws.flatMap(({ files, deliveries }) =>
        deliveries
          .filter((delivery) => delivery.step === step && delivery.worker === worker)
          .map(({ file }) => ({ rows: rowsOf(files[file] ?? "", step) })),
      );
      return units.length > 0 ? writeAll(store, units, inTurn) : undefined;
    });
    await Promise.all(writing);
  }
  return differencesOf(draws, database);
}

/** By seed of the draws, what a database that took them holds otherwise than it should. */
export async function differencesOf(
  draws: readonly Draw[],
  database: TestDatabase,
): Promise<Map<number, Difference[]>> {
  const stored = await readAllStored(database);
  return new Map(
    draws
      .map((draw) => [draw.seed, compare(draw, stored)] as const)
      .filter(([, differences]) => differences.length > 0),
  );
}

// --- internal ---

function rowsOf(text: string, step: number): RowSet {
  const prepared = prepare(Buffer.from(text), new Map());
  if (!prepared.accepted) throw new Error(`refused: ${text}\n${prepared.refusal.message}`);
  return finish(prepared.submission, `2026-01-01T00:00:0${step}.000000Z`).rows;
}

/** Tries again what failed by no fault of the data, as the service does. */
async function writeAll(store: Store, units: { rows: RowSet }[], inTurn: InTurn): Promise<void> {
  const left = new Set(units);
  for (let tries = 10; left.size > 0; tries--) {
    try {
      const written = (done: readonly { rows: RowSet }[]) => {
        for (const unit of done) left.delete(unit);
      };
      const refused = await writeIsolated(store, [...left], written, inTurn);
      for (const fault of refused.values()) throw fault;
    } catch (cause) {
      if (!(cause instanceof Fault) || cause.class !== "transient" || tries === 0) throw cause;
    }
  }
}

/** Lets one after the other write, as the service does where only one can. */
function turns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

function compare(draw: Draw, stored: Record<string, StoredRow[]>): Difference[] {
  const arriving = new Set(draw.deliveries.map(({ file }) => file));
  const inOrder = draw.files.filter((_, file) => arriving.has(file));
  const expected = replay(inOrder.map((text) => rowsOf(text, 0)));
  return tables.flatMap(({ name, conflict }) => {
    const keyOf = (row: StoredRow) => JSON.stringify(conflict.on.map((column) => row[column]));
    const mine = (stored[name] ?? []).filter(({ origin }) =>
      String(origin).startsWith(`d${draw.seed}_`),
    );
    const left = byKey(expected[name] ?? [], keyOf);
    const right = byKey(mine, keyOf);
    return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) => {
      const [one, other] = [left.get(key) ?? null, right.get(key) ?? null];
      if (Bun.deepEquals(one, other)) return [];
      return [{ table: name, key, expected: without(one, other), stored: without(other, one) }];
    });
  });
}

/** The columns of a row that are not equal in the other. */
function without(row: StoredRow | null, other: StoredRow | null): StoredRow | null {
  if (!row || !other) return row;
  const columns = Object.entries(row);
  return Object.fromEntries(columns.filter(([name, value]) => !Bun.deepEquals(value, other[name])));
}

function byKey(rows: readonly StoredRow[], keyOf: (row: StoredRow) => string) {
  return new Map(rows.map(({ _timestamp, ...row }) => [keyOf(row), row]));
}
