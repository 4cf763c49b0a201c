/** What the preload does to the program: passed in the environment as JSON. */
export interface Plan {
  /** A file of 8 bytes, shared by all threads: how many steps were counted. */
  counter: string;
  /** Where the names of the steps go, one a line; absent: nowhere. */
  trace?: string;
  /** Which step fails, from 1; absent: none. */
  at?: number;
  /** The same by the name of the step, as a trace has it: the first one of that name in a thread. */
  atName?: string | undefined;
  /** As `atName`, but the step of that thread that follows it. */
  afterName?: string | undefined;
  /** Every later step fails, too. */
  sticky?: boolean;
  /** What happens there: the process is killed or stopped, or the call fails with an errno. */
  what?: "SIGKILL" | "SIGSTOP" | Errno;
  /** A file of `remote` cells, shared with the test, which lets steps fail while the program runs. */
  remote?: string;
  /** Which steps count; absent: all. */
  only?: "fs" | "sqlite" | "postgres";
  /** Calls of the file system that always fail, by call and last part of the path; absent: any path. */
  stuck?: { call: string; name?: string; errno: Errno | "EPERM" }[];
  /** Every worker ends as soon as it reads a file, or opens its database, until this file is there. */
  workersDieUntil?: string;
  /** The file system cannot rename without overwriting (`renameNew`). */
  hasNoRenameNew?: boolean;
  /** What SQLite refuses for now: a write of a text with this mark in it. */
  storeStumblesOn?: string;
  /** Modules of the tests that are loaded before the program as well. */
  preloads?: readonly string[];
  /** Values that replace those of the program: so small that a test need not wait. */
  limits?: {
    maxFiles?: number;
    maxBytes?: number;
    patienceMs?: number;
    silenceMs?: number;
    crashPauseMs?: number;
    emptyMs?: number;
    connectTimeoutMs?: number;
    statementTimeoutMs?: number;
  };
  /** A worker that prepares bytes with this mark in them does this; "kill" ends the whole process. */
  poison?: { mark: string; does: "throw" | "exit" | "hang" | "exhaust" | "kill" };
}

/** The errnos that are tried, and what SQLite makes of them. */
export const errnos = {
  ENOSPC: "SQLITE_FULL",
  EIO: "SQLITE_IOERR_WRITE",
  EACCES: "SQLITE_PERM",
  EMFILE: "SQLITE_CANTOPEN",
  EROFS: "SQLITE_READONLY",
  EDQUOT: "SQLITE_FULL",
  EINTR: "SQLITE_INTERRUPT",
  ESTALE: "SQLITE_IOERR_READ",
  ENOMEM: "SQLITE_NOMEM",
  EBUSY: "SQLITE_BUSY",
} as const;

export type Errno = keyof typeof errnos;

/** The kinds of steps, each with its bit in `remote`; `disk` are those that need room on a disk. */
export const stepKinds = { fs: 1, sqlite: 2, postgres: 4, disk: 8 } as const;

export type StepKind = keyof typeof stepKinds;

/** What may happen at a step; `remote` holds the place in this list. */
export const strikes = ["none", "SIGKILL", ...(Object.keys(errnos) as Errno[])] as const;

/**
 * The 32-bit cells of a plan's `remote` file, twice over: after `countdown` more steps of `kinds` (bits)
 * `left` of them meet `what` (a place in `strikes`); `hits` counts those that did.
 */
export const remote = { countdown: 0, left: 1, what: 2, kinds: 3, hits: 4, cells: 8 } as const;

/** Called before each step by a program of the tests that loads `inject.ts`; what it throws is thrown there. */
export const stepHook: {
  call?: ((name: string) => void) | undefined;
  /** As `hasNoRenameNew` of a plan. */
  hasNoRenameNew?: boolean;
} = {};

export const planVariable = "KCI_TEST_PLAN";
