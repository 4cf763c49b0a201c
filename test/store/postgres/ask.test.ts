import { expect, test } from "bun:test";
import postgres from "postgres";
import type { Table } from "../../../src/rows/table.ts";
import { builds, checkouts } from "../../../src/rows/tables.ts";
import { arrayText, Volley } from "../../../src/store/postgres/ask.ts";

/** What the driver makes of an error that the server tells. */
const refusal = (message: string) =>
  new postgres.PostgresError({ severity: "ERROR", message } as unknown as string);

test("of several statements the first that fails is told, and its table, after all are answered", async () => {
  const told: Table[] = [];
  const last = Promise.withResolvers<void>();
  const volley = new Volley((table) => told.push(table));
  volley.send(undefined, Promise.resolve());
  volley.send(checkouts, Promise.reject(refusal("the cause")));
  volley.send(builds, Promise.reject(refusal("what follows from it")));
  volley.send(undefined, last.promise);
  let isOver = false;
  const arrived = volley.arrive().catch(({ message }) => message);
  arrived.then(() => {
    isOver = true;
  });
  await Bun.sleep(1);
  expect(isOver).toBe(false);
  last.resolve();
  expect(await arrived).toBe("the cause");
  expect(told).toEqual([checkouts]);
});

test("a connection that is lost is told before what the server refused", async () => {
  const volley = new Volley(() => {});
  volley.send(checkouts, Promise.reject(refusal("no such value")));
  volley.send(builds, Promise.reject(new Error("lost")));
  expect(await volley.arrive().catch(({ message }) => message)).toBe("lost");
});

test("what a statement gives is had when all have arrived", async () => {
  const volley = new Volley(() => {});
  const answer = volley.send(undefined, Promise.resolve("given"));
  await volley.arrive();
  expect(await answer).toBe("given");
});

test("an array is written so that each text is read as it was", () => {
  expect(arrayText([])).toBe("{}");
  expect(arrayText(["a", "", 'b"\\,{}', "NULL"])).toBe('{"a","","b\\"\\\\,{}","NULL"}');
});
