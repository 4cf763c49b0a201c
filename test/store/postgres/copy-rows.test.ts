import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import net from "node:net";
import postgres, { type TransactionSql } from "postgres";
import { checkouts } from "../../../src/rows/tables.ts";
import { copyRows } from "../../../src/store/postgres/copy-rows.ts";
import { kinds } from "../../databases.ts";
import { type Prepared, prepareStore } from "../prepared-store.ts";

const kind = kinds.find(({ name }) => name === "Postgres");

/** The type of the packet by which a server says that it is ready for rows. */
const copyInResponse = "G".charCodeAt(0);

describe.skipIf(!kind)("rows that are copied", () => {
  let prepared: Prepared;

  beforeAll(async () => {
    if (kind) prepared = await prepareStore(kind);
  });

  afterAll(async () => {
    await prepared?.[Symbol.asyncDispose]();
  });

  test("fail with the connection that is lost as the server is ready for them, and nothing else does", async () => {
    const url = new URL(prepared.database.url);
    const socket = () => {
      const opened = net.connect(Number(url.port), url.hostname);
      const lose = (data: Buffer) => {
        if (data[0] === copyInResponse) opened.destroy(new Error("the connection was lost"));
      };
      // Before the driver listens: the packet and the loss reach it in one turn.
      opened.on("data", lose);
      const connected = Promise.withResolvers<net.Socket>();
      opened.once("connect", () => connected.resolve(opened));
      return connected.promise;
    };
    const options = { socket, max: 1, onnotice: () => {}, backoff: false, fetch_types: false };
    const sql = postgres(url.href, options as object);
    const copied = copyRows(sql as unknown as TransactionSql, checkouts, [], "table");
    expect(await copied.catch(({ message }) => message)).toBe("the connection was lost");
    await sql.end({ timeout: 0 });
  });
});
