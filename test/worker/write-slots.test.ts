import { expect, test } from "bun:test";
import { WriteSlots } from "../../src/worker/write-slots.ts";

test("as many as there are slots write at once, the others come in order", () => {
  const turns = new WriteSlots<string>(2);
  const granted: string[] = [];
  for (const holder of "abcd") turns.request(holder, () => granted.push(holder));
  expect(granted.join("")).toBe("ab");
  turns.release("b");
  expect(granted.join("")).toBe("abc");
  turns.release("a");
  expect(granted.join("")).toBe("abcd");
});

test("one that dies in the queue is passed over", () => {
  const turns = new WriteSlots<string>(1);
  const granted: string[] = [];
  for (const holder of "abc") turns.request(holder, () => granted.push(holder));
  turns.release("b");
  turns.release("a");
  expect(granted.join("")).toBe("ac");
});
