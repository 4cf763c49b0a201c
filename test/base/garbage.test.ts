import { expect, spyOn, test } from "bun:test";
import { leaveBehind } from "../../src/base/garbage.ts";

test("what is left behind is collected once it is much, and not for each little bit", () => {
  using collect = spyOn(Bun, "gc");
  leaveBehind(8 << 20);
  expect(collect).toHaveBeenCalledTimes(1);
  for (let bit = 0; bit < 7; bit++) leaveBehind(1 << 20);
  expect(collect).toHaveBeenCalledTimes(1);
  leaveBehind(1 << 20);
  expect(collect).toHaveBeenCalledTimes(2);
});
