import postgres from "postgres";

/** Where a run of `check` names the database of its server that has all tables and no rows. */
export const templateVariable = "TEST_TEMPLATE";

const template = "kci_template";

/**
 * Makes a database that others are copied from, with the tables that the program makes in it: to copy them
 * costs a quarter of what to make them does. Returns its name.
 */
export async function makeTemplate(serverUrl: string, program: string): Promise<string> {
  // Postgres notes what it knows of a database in its folder when it is first looked into, and copies that, too.
  const plain = postgres(databaseUrl(serverUrl, "template1"), { max: 1 });
  await plain`select 1`;
  await plain.end();
  const admin = postgres(serverUrl, { max: 1 });
  await admin.unsafe(`create database ${template} strategy file_copy`);
  await admin.end();
  const words = [program, "migrate", "--database", databaseUrl(serverUrl, template)];
  const run = Bun.spawn(words, { stdio: ["ignore", "ignore", "inherit"] });
  if ((await run.exited) !== 0) throw new Error(`${words.join(" ")} failed`);
  return template;
}

/** The URL of another database of a server. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
