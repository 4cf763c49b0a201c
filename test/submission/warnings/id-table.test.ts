import { expect, test } from "bun:test";
import { IdTable } from "../../../src/submission/warnings/id-table.ts";

/** Ids as labs have them, alike but for some characters, and such as differ in a bit. */
const kinds: readonly ((place: number) => string)[] = [
  (place) => `maestro:66f2c1a0${place}`,
  (place) => `lab:${place.toString(36)}${"0".repeat(30)}`,
  (place) => String.fromCharCode(place & 0xffff, place >> 16),
];

test("an id is known once it was added, among many that are alike", () => {
  for (const make of kinds) {
    const table = new IdTable({ ids: 1_000_000 }, 200_000);
    let known = 0;
    for (let place = 0; place < 200_000; place++) known += Number(table.add(make(place)));
    expect(known).toBe(0);
    for (let place = 0; place < 200_000; place += 1_001) {
      expect([table.has(make(place)), table.add(make(place))]).toEqual([true, true]);
    }
    let others = 0;
    for (let place = 200_000; place < 300_000; place++) others += Number(table.has(make(place)));
    expect([others, table.isWhole]).toEqual([0, true]);
  }
});

test("it remembers as many as there is room for, and says when there were more", () => {
  const room = { ids: 60_000 };
  const [first, second] = [new IdTable(room, 50_000), new IdTable(room, 50_000)];
  for (let place = 0; place < 50_000; place++) first.add(`lab:${place}`);
  for (let place = 0; place < 50_000; place++) second.add(`lab:${place}`);
  expect([first.isWhole, second.isWhole, room.ids]).toEqual([true, false, 0]);
  expect([second.has("lab:9999"), second.has("lab:10000")]).toEqual([true, false]);
});
