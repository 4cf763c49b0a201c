/** A value that a statement is sent with, apart from its text. */
export type SentValue = string | number | null;

/**
 * Text of SQL with the values between its pieces; made by {@link sql} alone. What is not ours – a name in a
 * row, a filter, a request – is always a value.
 */
export interface Statement {
  /** One more than there are values. */
  readonly pieces: readonly string[];
  readonly values: readonly SentValue[];
}

/**
 * A template tag: a statement among the values is put in as a part of the text, any other value is sent apart.
 */
export function sql(
  texts: TemplateStringsArray,
  ...inserted: readonly (SentValue | Statement)[]
): Statement {
  const pieces = [texts[0] ?? ""];
  const values: SentValue[] = [];
  const append = (text: string) => {
    pieces[pieces.length - 1] += text;
  };
  for (const [at, one] of inserted.entries()) {
    if (one === null || typeof one !== "object") {
      values.push(one);
      pieces.push("");
    } else {
      const [first = "", ...rest] = one.pieces;
      append(first);
      for (const piece of rest) pieces.push(piece);
      for (const value of one.values) values.push(value);
    }
    append(texts[at + 1] ?? "");
  }
  return { pieces, values };
}

/** Text of our own as it is: names of columns, expressions. Never anything that was read. */
export function ownText(text: string): Statement {
  return { pieces: [text], values: [] };
}

/** Statements with a text of our own between them. */
export function joinedBy(separator: string, parts: readonly Statement[]): Statement {
  const pieces = [""];
  const values: SentValue[] = [];
  for (const [at, part] of parts.entries()) {
    const [first = "", ...rest] = part.pieces;
    pieces[pieces.length - 1] += at === 0 ? first : separator + first;
    // One by one: there may be more than a call takes arguments.
    for (const piece of rest) pieces.push(piece);
    for (const value of part.values) values.push(value);
  }
  return { pieces, values };
}

/** A table of rows that are sent, all as long as the first; its columns are `column1` and on. */
export function valuesTable(rows: readonly (readonly SentValue[])[]): Statement {
  const values = rows.flat();
  const width = rows[0]?.length ?? 0;
  const pieces = values.map((_, at) => (at === 0 ? "(values (" : at % width === 0 ? "), (" : ", "));
  return { pieces: [...pieces, "))"], values };
}

/** The conditions that hold all together; true where there are none. */
export function allOf(conditions: readonly Statement[]): Statement {
  if (conditions.length === 0) return ownText("1 = 1");
  return joinedBy(
    " and ",
    conditions.map((one) => sql`(${one})`),
  );
}

/** The conditions of which one has to hold; false where there are none. */
export function anyOf(conditions: readonly Statement[]): Statement {
  if (conditions.length === 0) return ownText("1 = 0");
  return sql`(${joinedBy(" or ", conditions)})`;
}

/** Whether an expression is one of the values; false where there are none. */
export function isOneOf(expression: Statement, values: readonly SentValue[]): Statement {
  if (values.length === 0) return ownText("1 = 0");
  const pieces = ["(", ...values.slice(1).map(() => ", "), ")"];
  return sql`${expression} in ${{ pieces, values }}`;
}
