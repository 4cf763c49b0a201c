import { expect, test } from "bun:test";
import { serviceSettings } from "../../src/config/monitor-settings.ts";
import { sources, textOf } from "../imports-of.ts";

test("each setting of the service is used by somebody", () => {
  const users = sources.filter((source) => !source.startsWith("config/"));
  expect(users.length).toBeGreaterThan(200);
  const code = users.map((source) => textOf(source).replace(/^\s*(?:\/\/|\/?\*).*$/gm, ""));
  const isUsed = (name: string) => code.some((text) => new RegExp(`\\b${name}\\b`).test(text));
  expect(Object.keys(serviceSettings).filter((name) => !isUsed(name))).toEqual([]);
  expect(isUsed("noSettingOfThisName")).toBe(false);
});
