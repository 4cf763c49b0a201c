import { Database } from "bun:sqlite";
import { createRequire } from "node:module";
import net from "node:net";
import { serviceLimits } from "../../src/commands/service-limits.ts";
import { storeTimeouts } from "../../src/commands/store-timeouts.ts";
import { plan, step, throwErrno } from "./injected-step.ts";
import { type Errno, errnos, type Plan, type StepKind, stepHook } from "./plan.ts";

/**
 * Loaded before the program, and before its workers: wraps the calls of the file system, of
 * SQLite and of the connection to Postgres as named steps, counts them over all threads, and lets the
 * one that the plan names fail. Nothing of it is in the program itself.
 */

type Call = (...args: never[]) => unknown;

const require = createRequire(import.meta.url);
const fs = require("node:fs") as Record<string, Call>;
const fsCalls = [
  "openSync",
  "closeSync",
  "fstatSync",
  "lstatSync",
  "readSync",
  "renameSync",
  "unlinkSync",
  "copyFileSync",
  "linkSync",
  "existsSync",
  "fsyncSync",
  "writeSync",
  "writeFileSync",
  "mkdirSync",
  "accessSync",
  "statSync",
  "readdirSync",
  "rmSync",
  "rmdirSync",
];

applyLimits();
for (const name of fsCalls) {
  wrap(fs, name, "fs", (args) => `${name} ${String(args[0]).replace(/.*\//, "")}`);
}
wrapFile();
wrapFfi();
wrapSqlite();
wrapPostgres();
if (plan.poison) poison(plan.poison);
if (plan.workersDieUntil) letWorkersDie(plan.workersDieUntil);

// --- internal ---

function applyLimits(): void {
  const { maxFiles, maxBytes, patienceMs, silenceMs, crashPauseMs, emptyMs, ...timeouts } =
    plan.limits ?? {};
  if (maxFiles) serviceLimits.batch.maxFiles = maxFiles;
  if (maxBytes) serviceLimits.batch.maxBytes = maxBytes;
  if (patienceMs) serviceLimits.patienceMs = patienceMs;
  if (silenceMs) serviceLimits.silenceMs = silenceMs;
  if (emptyMs) serviceLimits.emptyMs = emptyMs;
  if (crashPauseMs) serviceLimits.crashPauseMs = crashPauseMs;
  Object.assign(storeTimeouts, timeouts);
}

function wrap(
  target: Record<string, Call>,
  name: string,
  kind: StepKind,
  title: (args: unknown[]) => string,
) {
  const real = target[name];
  if (!real) throw new Error(`nothing to wrap by the name of ${name}`);
  target[name] = function (this: unknown, ...args: never[]) {
    let isHidden = false;
    const fail = (errno: Parameters<typeof throwErrno>[0]) => {
      // A close that fails has closed all the same.
      if (name === "closeSync") Reflect.apply(real, this, args);
      // It never throws: what it cannot see is not there.
      if (name === "existsSync") isHidden = true;
      else throwErrno(errno, name);
    };
    step(kind, title(args), fail);
    if (isHidden) return false;
    const stuck = plan.stuck?.find(
      ({ call, name: last }) =>
        call === name && (last === undefined || String(args[0]).endsWith(`/${last}`)),
    );
    if (stuck) fail(stuck.errno);
    return Reflect.apply(real, this, args);
  };
}

/** Reading goes through `Bun.file(handle)`. */
function wrapFile(): void {
  const real = Bun.file;
  const wrapped = (...args: Parameters<typeof Bun.file>) => {
    if (typeof args[0] === "number") step("fs", "read", (errno) => throwErrno(errno, "read"));
    return Reflect.apply(real, Bun, args);
  };
  Object.assign(Bun, { file: wrapped });
}

/**
 * Renaming without overwriting and looking at the entries of a folder go through libc, which says by -1 that
 * it failed.
 */
function wrapFfi(): void {
  const ffi = require("bun:ffi") as Record<string, Call>;
  const real = ffi.dlopen as Call;
  ffi.dlopen = (...args: never[]) => {
    const library = Reflect.apply(real, ffi, args) as { symbols: Record<string, Call> };
    const { syscall, statx } = library.symbols;
    const symbols = { ...library.symbols };
    if (syscall) symbols.syscall = failing(syscall, "renameNew", "renameSync", (words) => words[2]);
    if (statx) symbols.statx = failing(statx, "statx", "lstatSync", (words) => nameAt(words[1]));
    return { ...library, symbols };
  };
}

/** `real`, which fails as the step `title`, and where the call `as` always fails. */
function failing(
  real: Call,
  title: string,
  as: string,
  nameOf: (words: unknown[]) => unknown,
): Call {
  return (...words: unknown[]) => {
    if (title === "renameNew" && (stepHook.hasNoRenameNew || plan.hasNoRenameNew)) return -1;
    const name = String(nameOf(words)).replace(/\0$/, "");
    // What cannot be done to a name in the usual way cannot be done in this way either.
    let hasFailed = Boolean(plan.stuck?.some((one) => one.call === as && one.name === name));
    step("fs", `${title} ${name}`, () => {
      hasFailed = true;
    });
    return hasFailed ? -1 : Reflect.apply(real, undefined, words as never[]);
  };
}

/** The name that begins at an address, and ends before a zero. */
function nameAt(address: unknown): string {
  const { CString } = require("bun:ffi") as typeof import("bun:ffi");
  return String(new CString(address as ConstructorParameters<typeof CString>[0]));
}

function wrapSqlite(): void {
  const fail = (errno: Errno) => {
    // By its name an error counts as one of SQLite.
    const error = Object.assign(new Error(`injected ${errno}`), { name: "SQLiteError" });
    throw Object.assign(error, { code: errnos[errno] });
  };
  const prototype = Database.prototype as unknown as Record<string, Call>;
  const run = prototype.run as Call;
  prototype.run = function (this: unknown, ...args: never[]) {
    step("sqlite", `before ${args[0]}`, fail);
    const result = Reflect.apply(run, this, args);
    // After a commit an error would be a lie; a kill is not.
    if (args[0] === "commit") step("sqlite", "after commit", () => {});
    return result;
  };
  const prepare = prototype.prepare as Call;
  prototype.prepare = function (this: unknown, ...args: never[]) {
    const statement = Reflect.apply(prepare, this, args) as Record<string, Call>;
    for (const name of ["run", "get", "all"]) {
      const real = statement[name] as Call;
      const title = `${name} ${String(args[0]).split("\n", 1)[0]}`;
      statement[name] = (...values: never[]) => {
        step("sqlite", title, fail);
        const stumbles = plan.storeStumblesOn;
        if (stumbles && values.some((value) => String(value).includes(stumbles))) fail("EINTR");
        return Reflect.apply(real, statement, values);
      };
    }
    return statement;
  };
}

function wrapPostgres(): void {
  const prototype = net.Socket.prototype as unknown as Record<string, Call>;
  const write = prototype.write as Call;
  prototype.write = function (this: net.Socket, ...args: never[]) {
    const text = Buffer.from(args[0] as unknown as Buffer).toString("latin1");
    const title = `send ${text
      .replace(/[^ -~]+/g, " ")
      .trim()
      .slice(0, 40)}`;
    step("postgres", title, () => this.destroy(new Error("injected")));
    return Reflect.apply(write, this, args);
  };
  const on = prototype.on as Call;
  prototype.on = function (this: net.Socket, ...args: never[]) {
    const [event, listener] = args as unknown as [string, Call];
    if (event !== "data") return Reflect.apply(on, this, args);
    const heard = (...data: never[]) => {
      step("postgres", "receive", () => this.destroy(new Error("injected")));
      return Reflect.apply(listener, this, data);
    };
    return Reflect.apply(on, this, [event, heard] as never[]);
  };
}

/** A bug, or a lack of memory, that one submission brings about. */
function poison({ mark, does }: NonNullable<Plan["poison"]>): void {
  if (Bun.isMainThread) return;
  const decode = TextDecoder.prototype.decode;
  TextDecoder.prototype.decode = function (...args: Parameters<typeof decode>) {
    const text = Reflect.apply(decode, this, args);
    if (!text.includes(mark)) return text;
    if (does === "throw") throw new Error("poisoned");
    if (does === "exit") process.exit(134);
    if (does === "kill") process.kill(process.pid, "SIGKILL");
    if (does === "hang") for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    const hoard: unknown[] = [];
    for (;;) hoard.push(new Array(1 << 20).fill(hoard.length));
  };
}

function letWorkersDie(until: string): void {
  if (Bun.isMainThread) return;
  const { existsSync } = require("node:fs") as typeof import("node:fs");
  const dieAt = (target: Record<string, Call>, name: string) => {
    const real = target[name] as Call;
    target[name] = function (this: unknown, ...args: never[]) {
      if (!existsSync(until)) process.exit(134);
      return Reflect.apply(real, this, args);
    };
  };
  dieAt(fs, "openSync");
  dieAt(Database.prototype as unknown as Record<string, Call>, "run");
}
