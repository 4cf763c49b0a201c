import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { maskSecrets } from "../../src/base/mask-secrets.ts";
import { readDatabaseUrl } from "../../src/config/database-url.ts";
import { parseEnvFile, withEnvFile } from "../../src/config/env-file.ts";
import { ConfigFault } from "../../src/config/fault.ts";
import { processorMs } from "../processor-ms.ts";
import { temporaryFolder } from "../temporary.ts";

const parse = (text: string) => parseEnvFile(text, "kci.env");

/** Each as systemd.exec(5) says. */
const values: readonly (readonly [written: string, read: string])[] = [
  ["plain", "plain"],
  ["", ""],
  [" \t around \t ", "around"],
  ["a  b", "a  b"],
  ["a#b;c", "a#b;c"],
  ["a=b", "a=b"],
  [`a"b"'c'`, `a"b"'c'`],
  ["a\\ b\\\\c\\n", "a b\\cn"],
  ["end\\ ", "end "],
  ["one\\\ntwo", "onetwo"],
  [`'single "quotes" \\n $x'`, `single "quotes" \\n $x`],
  [`"double 'quotes' \\" \\\\ \\$ \\\` \\n"`, "double 'quotes' \" \\ $ ` \\n"],
  [`  "  kept  "  `, "  kept  "],
  ["'two\nlines'", "two\nlines"],
  [`"two\nlines"`, "two\nlines"],
  [`"one\\\nline"`, "oneline"],
  ["''", ""],
  ["p@ss/w:rd%20ü", "p@ss/w:rd%20ü"],
];

describe("a file of variables, as systemd reads it", () => {
  test.each(values)("a value written as %j", (written, read) => {
    expect(parse(`X=${written}\nY=2\n`)).toEqual({ X: read, Y: "2" });
    expect(parse(`X=${written}`)).toEqual({ X: read });
  });

  test("has comments, empty lines, spaces around names, and line ends of any kind", () => {
    const text = "# A=1\n; B=2\n\n   \n  C = 3 \r\n  # D=4\nE=5 # no comment";
    expect(parse(text)).toEqual({ C: "3", E: "5 # no comment" });
  });

  test("of one name the last counts", () => {
    expect(parse("A=1\nA=2\n")).toEqual({ A: "2" });
  });

  test.each([
    ["DATABASE_URL postgres://x", "expected NAME=value"],
    ["=x", "expected the name of a variable"],
    ["export A=1", "expected the name of a variable"],
    ["A-B=1", "expected the name of a variable"],
    ["A='open", "expected ' at the end of the value"],
    ['A="open\nB=2', 'expected " at the end of the value'],
    [`A="b"c`, "expected nothing after the closing quote"],
    [`A='b' "c"`, "expected nothing after the closing quote"],
    ["A=\ufffd", "A: expected text in UTF-8 without NUL"],
  ])("%j is refused with its line, and without the value", (line, message) => {
    const read = () => parse(`# first\n${line}\n`);
    expect(read).toThrow(ConfigFault);
    expect(read).toThrow(new RegExp(`^kci\\.env:2: ${message}$`));
  });
});

test("its variables count before those of the environment, and its secrets are masked", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "kci.env");
  await Bun.write(
    file,
    'SPOOL_DIR=/srv/spool\nDATABASE_URL="postgres://kci:Geh31mesWort@db/kcidb"\n',
  );
  const env = withEnvFile(file, { SPOOL_DIR: "spool", HOME: "/root" });
  expect(env).toMatchObject({ SPOOL_DIR: "/srv/spool", HOME: "/root" });
  expect(readDatabaseUrl(undefined, env)).toBe("postgres://kci:Geh31mesWort@db/kcidb");
  expect(maskSecrets("it is Geh31mesWort")).toBe("it is ***");
  expect(withEnvFile(undefined, env)).toBe(env);
});

test("a value that is in quotes within quotes is refused as any variable in quotes is", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "kci.env");
  await Bun.write(file, `DATABASE_URL="'sqlite:x.db'"\n`);
  const read = () => readDatabaseUrl(undefined, withEnvFile(file, {}));
  expect(read).toThrow("DATABASE_URL: expected a value without quotes around it");
});

test("a file of very many variables is read soon", () => {
  const lines = Array.from({ length: 100_000 }, (_, at) => `A${at}=1\n`);
  const startedMs = processorMs();
  expect(Object.keys(parse(lines.join("")))).toHaveLength(100_000);
  expect(processorMs() - startedMs).toBeLessThan(2_000);
  expect(() => parse(`${lines.join("")}B`)).toThrow(/^kci\.env:100001: /);
});

test("a file that cannot be read is told", () => {
  expect(() => withEnvFile("/no/such.env", {})).toThrow(
    "cannot read the file of variables /no/such.env: ENOENT",
  );
});
