import type { Draw } from "./draw.ts";

/**
 * The smallest draw that still fails: first without deliveries that are not needed, then without the
 * objects that are not. `fails` runs a draw from empty tables.
 */
export async function shrink(draw: Draw, fails: (draw: Draw) => Promise<boolean>): Promise<Draw> {
  let smallest = draw;
  for (let smaller: Draw | undefined = draw; smaller; ) {
    smallest = smaller;
    smaller = undefined;
    for (const candidate of simpler(smallest)) {
      if (!(await fails(candidate))) continue;
      smaller = candidate;
      break;
    }
  }
  return smallest;
}

// --- internal ---

type Lists = Record<string, unknown[]>;

/** Draws that have one thing less, the greatest things first. */
function* simpler(draw: Draw): Generator<Draw> {
  for (const file of draw.files.keys()) {
    const deliveries = draw.deliveries.filter((delivery) => delivery.file !== file);
    if (deliveries.length < draw.deliveries.length) yield { ...draw, deliveries };
  }
  for (const place of draw.deliveries.keys()) {
    yield { ...draw, deliveries: draw.deliveries.toSpliced(place, 1) };
  }
  const arriving = new Set(draw.deliveries.map(({ file }) => file));
  for (const file of arriving) {
    for (const text of withOneLess(draw.files[file] ?? "{}")) {
      yield { ...draw, files: draw.files.with(file, text) };
    }
  }
}

/** The submission without one of its objects, or without one field of an object. */
function* withOneLess(text: string): Generator<string> {
  const { version, ...lists } = JSON.parse(text) as Lists & { version: unknown };
  const having = (name: string, list: object[]) =>
    JSON.stringify({ version, ...lists, [name]: list.length > 0 ? list : undefined });
  for (const [name, items] of Object.entries(lists) as [string, object[]][]) {
    for (const place of items.keys()) yield having(name, items.toSpliced(place, 1));
    for (const [place, item] of items.entries()) {
      for (const field of Object.keys(item).filter((one) => !neverLeftOut.has(one))) {
        const rest = Object.entries(item).filter(([one]) => one !== field);
        yield having(name, items.with(place, Object.fromEntries(rest)));
      }
    }
  }
}

const neverLeftOut = new Set(
  "id origin version checkout_id build_id issue_id issue_version".split(" "),
);
