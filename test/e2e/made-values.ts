import type { Random } from "../submission/fuzz/random.ts";
import type { Item } from "./rows-by-rules.ts";

/** Of no, short and long excerpts; some are those of other objects, few are as long as may be. */
export function excerpt(random: Random): string {
  const kind = random.below(100);
  if (kind < 8) return "";
  if (kind < 20) return `short: ${random.below(50)}`;
  if (kind < 40) return lines(`shared ${random.below(20)}`, 12);
  if (kind < 41) return "𝄞".repeat(16_384);
  return lines(`own ${random.below(1_000_000)}`, 6 + random.below(30));
}

/** A `misc` with a lab in each of the ways in which it may be there or be absent. */
export function labelled(random: Random, field: string, more: Item): Item {
  if (random.chance(0.3)) return {};
  const lab = random.pick(["lab-one", "lab-two", "", "shell", "k8s-gke-eu", "k8s", "shelly", 7]);
  return { misc: { ...more, ...maybe(random, 0.8, () => ({ [field]: lab })) } };
}

/** One to four files of an object. */
export function files(random: Random, origin: string): Item[] {
  const names = ["vmlinux", "dmesg.txt", "System.map", "a b.xz"].slice(0, 1 + random.below(4));
  return names.map((name) => ({ name, url: `https://files.example.org/${origin}/${name[0]}` }));
}

/** A moment, in one of the forms in which it may be written; equal numbers need not be one moment. */
export function time(random: Random, number: number): string {
  const iso = new Date(1_752_700_000_000 + number * 61_000).toISOString().slice(0, 19);
  return (
    iso + random.pick(["Z", "+00:00", ".5Z", ".132Z", ".281720Z", "+02:00", "-07:30", ".1234567Z"])
  );
}

/** The id of an object of an origin. */
export function id(origin: string, kind: string, number: number, place?: number): string {
  return `${origin}:${kind}-${number}${place === undefined ? "" : `-${place}`}`;
}

/** Hexadecimal digits that follow from a word alone. */
export function hash(about: string | number, length = 40): string {
  return new Bun.CryptoHasher("sha256").update(String(about)).digest("hex").slice(0, length);
}

/** Fields that an object has now and then. */
export function maybe(random: Random, chance: number, fields: () => Item): Item {
  return random.chance(chance) ? fields() : {};
}

/** A list of `count` values, each made by its place. */
export function times<T>(count: number, make: (place: number) => T): T[] {
  return Array.from({ length: count }, (_, place) => make(place));
}

// --- internal ---

function lines(about: string, count: number): string {
  return times(count, (line) => `[    ${line}.${line % 7}] kernel: ${about}, line ${line}`).join(
    "\n",
  );
}
