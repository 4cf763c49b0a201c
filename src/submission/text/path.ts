import { printable } from "./printable.ts";

const plainName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Writes a place as a JSON path: `$.tests[3].status`; odd names as `["…"]`, escaped and shortened. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((written, part) => {
    if (typeof part === "number") return `${written}[${part}]`;
    return plainName.test(part) ? `${written}.${part}` : `${written}[${printable(part, 64)}]`;
  }, "$");
}
