import { Carried } from "../submission/carried/carried.ts";
import type { Item, Submission } from "../submission/submission.ts";

/** What of a submission only the dashboard's aggregation cannot take. */
export interface Overlong {
  /** Tests whose texts are too long together, and builds and checkouts that are so already without a test. */
  readonly objects: number;
  /** Of the longest. */
  readonly bytes: number;
}

/**
 * Bytes that the texts of a test may have together with those of its build and its checkout: the dashboard's
 * aggregation has one index entry for all of them.
 */
export const maxAggregatedBytes = 2_600;

/** Most bytes of a character in UTF-8, by UTF-16 unit. */
const maxCharacterBytes = 3;

/**
 * Finds what is too long for the aggregation, as far as the submission holds it: of a test whose build is
 * elsewhere only its own texts count. Undefined where nothing is, which the lengths mostly tell.
 */
export function findOverlong({ checkouts, builds, tests }: Submission): Overlong | undefined {
  const most =
    longest(checkouts, checkoutSize) + longest(builds, buildSize) + longest(tests, testSize);
  if (most * maxCharacterBytes <= maxAggregatedBytes) return undefined;

  const ofCheckout = sizes(checkouts, checkoutSize, () => 0);
  const ofBuild = sizes(builds, buildSize, (build) => ofCheckout.get(build.checkout_id) ?? 0);
  const sums = (tests ?? []).map(
    (test) => testSize(test, bytesOf) + (ofBuild.get(test.build_id) ?? 0),
  );
  // What has children here is told of with them.
  for (const test of tests ?? []) ofBuild.delete(test.build_id);
  for (const build of builds ?? []) ofCheckout.delete(build.checkout_id);
  const all = [...sums, ...ofBuild.values(), ...ofCheckout.values()];
  const tooLong = all.filter((bytes) => bytes > maxAggregatedBytes);
  if (tooLong.length === 0) return undefined;
  return { objects: tooLong.length, bytes: tooLong.reduce((max, one) => Math.max(max, one), 0) };
}

/** How many builds and checkouts of a submission in parts are remembered; beyond, only those that are long. */
const maxRemembered = 100_000;
const longBytes = 256;

/**
 * Finds the same in a submission that comes in parts: checkouts, builds, tests, one list after the other.
 */
export class OverlongParts {
  readonly #ofCheckout = new Map<unknown, number>();
  readonly #ofBuild = new Map<unknown, number>();
  readonly #parents = new Set<unknown>();
  #ofTests = { objects: 0, bytes: 0, above: 0 };

  add({ checkouts = [], builds = [], tests = [] }: Submission): void {
    for (const one of checkouts) note(this.#ofCheckout, one.id, checkoutSize(one, bytesOf));
    for (const one of builds) {
      const above = this.#ofCheckout.get(one.checkout_id);
      if (above !== undefined) this.#parents.add(one.checkout_id);
      const bytes = buildSize(one, bytesOf) + (above ?? 0);
      note(this.#ofBuild, one.id, bytes);
      this.#ofTests.above = Math.max(this.#ofTests.above, bytes);
    }
    const most = longest(tests, testSize) * maxCharacterBytes + this.#ofTests.above;
    const areAllShort = most <= maxAggregatedBytes;
    if (areAllShort && this.#ofBuild.size === 0) return;
    for (const one of tests) {
      const above = this.#ofBuild.get(one.build_id);
      if (above !== undefined) this.#parents.add(one.build_id);
      if (!areAllShort) this.#count(testSize(one, bytesOf) + (above ?? 0));
    }
  }

  /** What there is, once all parts have been added. */
  get found(): Overlong | undefined {
    // What has children here is told of with them.
    for (const map of [this.#ofBuild, this.#ofCheckout]) {
      for (const [id, bytes] of map) if (!this.#parents.has(id)) this.#count(bytes);
    }
    const { objects, bytes } = this.#ofTests;
    return objects === 0 ? undefined : { objects, bytes };
  }

  #count(bytes: number): void {
    if (bytes <= maxAggregatedBytes) return;
    this.#ofTests.objects += 1;
    this.#ofTests.bytes = Math.max(this.#ofTests.bytes, bytes);
  }
}

// --- internal ---

function note(sizes: Map<unknown, number>, id: unknown, bytes: number): void {
  if (sizes.size < maxRemembered || bytes >= longBytes) sizes.set(id, bytes);
  else sizes.delete(id);
}

/** How large a text is. */
type Measure = (text: unknown) => number;

/** How large the texts of an object are together. */
type Size = (item: Item, measure: Measure) => number;

const checkoutSize: Size = (checkout, measure) =>
  measure(checkout.tree_name) +
  measure(checkout.git_repository_url) +
  measure(checkout.git_repository_branch);

const buildSize: Size = (build, measure) =>
  measure(build.config_name) + measure(build.architecture) + measure(build.compiler);

const testSize: Size = ({ environment, misc, path }, measure) =>
  measure(fieldOf(fieldOf(environment, "misc"), "platform")) +
  measure(fieldOf(misc, "runtime")) +
  measure(typeof path === "string" ? path.split(".", 1)[0] : undefined);

/** In UTF-16 units, or a little more. */
const lengthOf: Measure = (text) => (typeof text === "string" ? text.length : bytesOf(text));

const bytesOf: Measure = (text) =>
  text instanceof Carried ? Carried.lengthOf(text) : Buffer.byteLength(asText(text));

function longest(items: readonly Item[] | undefined, sizeOf: Size): number {
  let max = 0;
  for (const item of items ?? []) {
    const length = sizeOf(item, lengthOf);
    if (length > max) max = length;
  }
  return max;
}

/** Bytes of each object by its id, with those that stand above it. */
function sizes(
  items: readonly Item[] | undefined,
  sizeOf: Size,
  above: (item: Item) => number,
): Map<unknown, number> {
  return new Map((items ?? []).map((item) => [item.id, sizeOf(item, bytesOf) + above(item)]));
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function fieldOf(object: unknown, name: string): unknown {
  const isObject = typeof object === "object" && object !== null;
  return isObject && Object.hasOwn(object, name)
    ? (object as Record<string, unknown>)[name]
    : undefined;
}
