import { expect, test } from "bun:test";
import postgres from "postgres";
import { readDatabaseUrl } from "../../../src/config/database-url.ts";
import { tables } from "../../../src/rows/tables.ts";
import { postgresUrl } from "../../databases.ts";
import { missingNames, openStore } from "../prepared-store.ts";

test.skipIf(!postgresUrl())(
  "a database with blanks and percent signs in its name is found",
  async () => {
    const address = new URL(postgresUrl() ?? "");
    const name = `kci 100% ${process.pid}`;
    const admin = postgres(address.href, { max: 1, onnotice: () => {} });
    await admin.unsafe(`create database "${name}"`);
    try {
      const { username: USER, password: PASSWORD, hostname: HOST, port: PORT } = address;
      const DB_DEFAULT = JSON.stringify({ NAME: name, USER, PASSWORD, HOST, PORT });
      await using store = await openStore(readDatabaseUrl(undefined, { DB_DEFAULT }));
      expect(await missingNames(store)).toEqual(tables.map((table) => table.name));
    } finally {
      await admin.unsafe(`drop database "${name}" with (force)`);
      await admin.end();
    }
  },
);
