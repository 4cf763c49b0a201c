import { expect, test } from "bun:test";
import { describeHook, readHook } from "../../src/config/read-hook.ts";

const read = (value: string) => readHook({ name: "--refused-hook", value });

test.each<[text: string, words: string[]]>([
  ["cat", ["cat"]],
  ["  cat  -n  x ", ["cat", "-n", "x"]],
  [
    `sh -c 'cat > "$1"; echo $HOME' sh /tmp/x`,
    ["sh", "-c", 'cat > "$1"; echo $HOME', "sh", "/tmp/x"],
  ],
  [`cat "a b"c\\ d '' "q\\"q" "\\n"`, ["cat", "a bc d", "", 'q"q', "\\n"]],
])("a command line is read as a shell splits it, and no more: %s", (text, words) => {
  expect(read(text)).toEqual({ kind: "command", words });
});

test("a URL is taken for one, and shown without what may be a secret", () => {
  const hook = read("https://me:geheim@hooks.example/services/T0/SECRET?token=x");
  expect(hook).toMatchObject({ kind: "url" });
  expect(describeHook(hook)).toBe("https://hooks.example");
  expect(describeHook(read("cat --password geheim"))).toBe("cat");
});

test.each([
  ["", "expected a command or an http(s) URL"],
  ["cat 'open", "expected a command or an http(s) URL"],
  [
    "no-such-program-here --now",
    'a program that exists and is executable, got "no-such-program-here"',
  ],
  ["https://", "an http(s) URL with a host"],
])("%p is refused with what was expected", (text, message) => {
  expect(() => read(text)).toThrow(message);
});
