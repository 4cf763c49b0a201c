import type { PendingQuery, Row, Sql } from "postgres";
import type { Table } from "../../rows/table.ts";
import { isUsableAfter } from "./transact.ts";

/** Whoever takes statements: a transaction, or a connection that is lent. */
export type Asker = Pick<Sql, "unsafe">;

/** A value of a statement as the server reads it: each as text. */
export type Sent = string | null;

/**
 * A statement with its values, in one way there and back: the driver would first ask which types the values
 * have, and wait for the answer. The server knows them from the statement, and all go as text.
 */
export function ask<T extends object = Row>(
  asker: Asker,
  statement: string,
  values: readonly Sent[],
): PendingQuery<(T & Iterable<T>)[]> {
  const query = asker.unsafe<(T & Iterable<T>)[]>(statement, [], { simple: false } as object);
  // It has none to ask about, and sends these.
  return Object.assign(query, { parameters: [...values] });
}

/** Statements on their way together: each is sent without waiting for the answer to the one before. */
export class Volley {
  readonly #onTable: (table: Table) => void;
  readonly #sent: { table: Table | undefined; answer: Promise<unknown> }[] = [];

  /** Tells which table a statement that fails is about. */
  constructor(onTable: (table: Table) => void) {
    this.#onTable = onTable;
  }

  /** Sends a statement; what it throws, `arrive` throws. */
  send<T>(table: Table | undefined, query: PromiseLike<T>): Promise<T> {
    const answer = Promise.resolve(query.then((result) => result));
    answer.catch(() => {});
    this.#sent.push({ table, answer });
    return answer;
  }

  /**
   * Waits for all answers. Throws the first error, for the later ones only follow from it; but one that says that
   * the connection is lost goes before those of the server.
   */
  async arrive(): Promise<void> {
    const answers = await Promise.allSettled(this.#sent.map(({ answer }) => answer));
    const failed = answers.flatMap((answer, at) =>
      answer.status === "rejected" ? [{ cause: answer.reason, table: this.#sent[at]?.table }] : [],
    );
    const worst = failed.find(({ cause }) => !isUsableAfter(cause)) ?? failed[0];
    if (!worst) return;
    if (worst.table) this.#onTable(worst.table);
    throw worst.cause;
  }
}

/** An array in the text form of Postgres. */
export function arrayText(items: Iterable<string>): string {
  const texts = Array.from(items, (item) => `"${item.replace(/["\\]/g, "\\$&")}"`);
  return `{${texts.join(",")}}`;
}
