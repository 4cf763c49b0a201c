import { expect, test } from "bun:test";
import { objectAddress, parseBaseUrl } from "../../src/storage/address.ts";
import { StorageFault } from "../../src/storage/fault.ts";

const hash = "0123456789abcdef".repeat(4);

test("a text lives in a folder named like its hash", () => {
  expect(objectAddress("https://files.example.org", hash)).toEqual({
    folder: `logexcerpt/${hash}`,
    fileName: "logexcerpt.txt.gz",
    url: `https://files.example.org/logexcerpt/${hash}/logexcerpt.txt.gz`,
  });
});

test.each(["", "../../etc/passwd", hash.toUpperCase(), `${hash}0`, `${hash}\n`])(
  "%j is not taken for a hash",
  (odd) => {
    expect(() => objectAddress("https://files.example.org", odd)).toThrow(RangeError);
  },
);

test.each([
  ["https://files.example.org", "https://files.example.org"],
  ["https://files.example.org/", "https://files.example.org"],
  ["HTTPS://Files.Example.ORG:443/a//", "https://files.example.org/a"],
  ["http://127.0.0.1:3000/store", "http://127.0.0.1:3000/store"],
  ["https://bücher.example", "https://xn--bcher-kva.example"],
])("the base %s is used as %s", (given, used) => {
  expect(parseBaseUrl(given)).toBe(used);
});

test.each([
  "",
  "files.example.org",
  "ftp://files.example.org",
  "https://u:hunter2@files.example.org",
  "https://hunter2@files.example.org",
  "https://files.example.org/?sig=hunter2",
  "https://files.example.org/#hunter2",
])("the base %j is refused with a hint, and not repeated", (given) => {
  const fault = thrown(() => parseBaseUrl(given));
  expect(fault).toBeInstanceOf(StorageFault);
  expect(fault).toMatchObject({
    class: "operator",
    hint: expect.stringContaining("STORAGE_BASE_URL"),
  });
  expect(String(fault)).not.toContain("hunter2");
});

function thrown(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
