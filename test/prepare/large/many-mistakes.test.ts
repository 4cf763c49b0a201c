import { expect, test } from "bun:test";
import { readLarge } from "../../../src/prepare/large/read-large.ts";
import { type ByteSource, bytesAsSource } from "../../../src/submission/json/byte-source.ts";
import { timesAsLong } from "../../processor-ms.ts";

const megabyte = 1 << 20;
const usualBytes = 2 * megabyte;

/** A document of about a size whose tests are all like this. */
function fullOf(item: string, bytes = usualBytes): Buffer {
  const items = new Array(Math.floor(bytes / (item.length + 1))).fill(item).join(",");
  return Buffer.from(`{"version":{"major":5,"minor":3},"tests":[${items}]}`);
}

function read(source: ByteSource) {
  const reading = readLarge(source, { maxIssues: 20 });
  for (;;) {
    const { done, value } = reading.next();
    if (done) return value;
  }
}

const good = '{"id":"a:1","origin":"a","build_id":"a:2"}';

/** It has twenty times the objects, and a million mistakes a MB. */
const most = 15;

/** The good document is longer, so that reading it takes about as long: a moment is soon lucky or not. */
const longer = 6;

test.each(["{}", '{"a":1}', '{"status":"no"}', "null"])(
  "a list that is full of %s takes bounded time",
  (item) => {
    const [bad, more] = [fullOf(item), fullOf(good, longer * usualBytes)];
    const readingOf = (bytes: Buffer) => () => void read(bytesAsSource(bytes));
    const bound = most / longer;
    expect(timesAsLong(readingOf(bad), readingOf(more), bound)).toBeLessThan(bound);
  },
);

test("an object is read once for its place, however many mistakes it has", () => {
  const names = Array.from({ length: 100_000 }, (_, n) => `"k${n}":1`);
  const bytes = fullOf(`{${names.join(",")}}`, megabyte + 200_000);
  const source = bytesAsSource(bytes);
  let sliced = 0;
  const counted: ByteSource = {
    bytes: source.bytes,
    pieces: () => source.pieces(),
    slice: (start, end) => {
      sliced += end - start;
      return source.slice(start, end);
    },
    copy: (start, end) => {
      sliced += end - start;
      return source.copy(start, end);
    },
  };
  const reading = read(counted);
  expect(reading.accepted).toBe(false);
  expect(sliced / bytes.length).toBeLessThan(4);
});
