import { expect, test } from "bun:test";
import { decodeName, encodeName, pathOf, printableName } from "../../src/spool/name.ts";

const names: [string, number[]][] = [
  ["plain", [...Buffer.from("a.json")]],
  ["newline and escape", [0x61, 0x0a, 0x1b, 0x2e]],
  ["UTF-8 of all lengths", [...Buffer.from("é€😀")]],
  ["the replacement character itself", [...Buffer.from("\ufffd")]],
  ["Latin-1", [0x63, 0x61, 0x66, 0xe9]],
  ["a cut-off character", [0x61, 0xe2, 0x82]],
  ["an encoded surrogate", [0xed, 0xa0, 0x80]],
  ["an overlong slash", [0xc0, 0xaf]],
  ["bad bytes around good ones", [0xff, 0xf0, 0x9f, 0x98, 0x80, 0x80, 0xc3, 0xa9, 0xfe]],
  ["a bad byte beside a character whose second half looks like one", [...Buffer.from("💀"), 0xff]],
  ["beyond Unicode", [0xf4, 0x90, 0x80, 0x80]],
];

test.each(names)("a name is given back byte for byte: %s", (_, bytes) => {
  const name = decodeName(Uint8Array.from(bytes));
  expect([...encodeName(name)]).toEqual(bytes);
  expect(Buffer.from(pathOf("/s", name))).toEqual(Buffer.from([0x2f, 0x73, 0x2f, ...bytes]));
});

test("any bytes are given back, whatever they are mixed with", () => {
  for (let run = 0; run < 20_000; run++) {
    const pieces = Array.from({ length: 1 + (run % 6) }, () => {
      const isByte = Math.random() < 0.5;
      if (isByte) return Buffer.from([0x80 + Math.floor(Math.random() * 0x80)]);
      return Buffer.from(String.fromCodePoint(0x1_f000 + Math.floor(Math.random() * 0x1000)));
    });
    const bytes = Buffer.concat(pieces);
    expect(encodeName(decodeName(bytes)).toString("hex")).toBe(bytes.toString("hex"));
  }
});

test("names of different bytes are different", () => {
  const decoded = names.map(([, bytes]) => decodeName(Uint8Array.from(bytes)));
  expect(new Set(decoded).size).toBe(names.length);
});

test("no two names are printed alike", () => {
  // A byte, the control character of that number, and names that only look like them.
  const bytes = [Uint8Array.of(0x85), Buffer.from("\u0085"), Buffer.from("\\x85")];
  const alike = ["\\u0085", "\\x5cx85", "\\\\x85", "\\\u0007", "\\\\x07", "\\x07", "\u0007"];
  const printed = [...bytes.map(decodeName), ...alike].map(printableName);
  expect(new Set(printed).size).toBe(printed.length);
  expect(printableName("C:\\a.json")).toBe("C:\\a.json");
});

test.each([
  [[0x61, 0x0a, 0x1b, 0x7f, 0xc2, 0x85], "a\\x0a\\x1b\\x7f\\u0085"],
  [[0x63, 0x61, 0x66, 0xe9], "caf\\xe9"],
  [[...Buffer.from("a\u202eb\u2028é😀")], "a\\u202eb\\u2028é😀"],
  [[...Buffer.from("\ufeffa\u200bb")], "\\ufeffa\\u200bb"],
])("people see %j as %s", (bytes, shown) => {
  expect(printableName(decodeName(Uint8Array.from(bytes)))).toBe(shown);
});
