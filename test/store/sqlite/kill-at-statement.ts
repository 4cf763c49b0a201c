import { Database } from "bun:sqlite";

// Preloaded into the program: kills it before its statement number KILL_AT within a transaction.
const killAt = Number(process.env.KILL_AT);
const { run } = Database.prototype;
let count = 0;
Database.prototype.run = function (this: Database, ...args: Parameters<typeof run>) {
  if (this.inTransaction && ++count === killAt) process.kill(process.pid, "SIGKILL");
  return run.apply(this, args);
} as typeof run;
