import { files, places } from "./place-cases.ts";
import { dashboard, sessions } from "./session-cases.ts";
import { tls } from "./tls-cases.ts";

/** A database as people give it, and what comes of it; `{NAME}` stands for what `Servers` says. */
export interface Case {
  /** `--database`. */
  url?: string;
  env?: Record<string, string>;
  /** How it connects, or why it does not: the beginning of what `outcome` tells. */
  gives: string | RegExp;
  /** A look into the session, and what is seen there. */
  sees?: readonly [query: string, value: string];
}

const kci = "kci:{PW}";

/** Before servers of every kind but a pooler. */
export const cases: readonly Case[] = [...tls, ...places, ...files, ...sessions, ...dashboard];

/** Before PgBouncer in either mode, whose name is `{POOLER}`. */
export const poolerCases: readonly Case[] = [
  { url: `postgres://${kci}@{POOLER}/postgres`, gives: "pooled plain kci@postgres" },
  {
    url: `postgres://${kci}@{POOLER}/postgres?application_name=lab`,
    gives: "pooled",
    sees: ["show application_name", "lab"],
  },
  {
    url: `postgres://${kci}@{POOLER}/postgres?options=-c%20search_path%3Dlab`,
    gives:
      /^operator: .*unsupported startup parameter.*\nthe pooler does not accept this parameter/,
  },
  {
    url: `postgres://${kci}@{POOLER}/postgres?sslmode=require`,
    gives: "operator: cannot connect to the database: the server does not support TLS",
  },
  {
    url: "postgres://kci:wrong@{POOLER}/postgres",
    gives: /^operator: .*\ncheck user and password/,
  },
];
