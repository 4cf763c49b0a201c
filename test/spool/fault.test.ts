import { expect, test } from "bun:test";
import type { FaultClass } from "../../src/base/fault.ts";
import { errnoClasses, errnoOf, spoolFault } from "../../src/spool/fault.ts";

const expected: Readonly<Record<string, FaultClass>> = {
  EACCES: "operator",
  EPERM: "operator",
  EROFS: "operator",
  ENOENT: "operator",
  ENOTDIR: "operator",
  EEXIST: "operator",
  EISDIR: "operator",
  ELOOP: "operator",
  ENXIO: "operator",
  ENAMETOOLONG: "operator",
  ENOSPC: "transient",
  EDQUOT: "transient",
  EMFILE: "transient",
  ENFILE: "transient",
  EIO: "transient",
  ESTALE: "transient",
  EBUSY: "transient",
  EINTR: "transient",
  EAGAIN: "transient",
  ENOMEM: "transient",
};

/** A full disk is called that. */
const ofFullDisks: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full (ENOSPC)",
  EDQUOT: "the disk is full for this user: the quota is used up (EDQUOT)",
};

const thrown = (code: string) => Object.assign(new Error(`${code}: failed`), { code });

test.each(Object.entries(expected))("%s is %s", (code, wanted) => {
  const fault = spoolFault(thrown(code), "move", "a.json to archive");
  expect([fault.class, fault.code, fault.path]).toEqual([wanted, code, "a.json to archive"]);
  expect(fault.message).toBe(`cannot move a.json to archive: ${ofFullDisks[code] ?? code}`);
  // Who must act is told how.
  if (wanted === "operator") expect(fault.hint).toBeString();
});

test("every errno of the table is looked at, and none refuses a file", () => {
  expect(Object.keys(errnoClasses).sort()).toEqual(Object.keys(expected).sort());
  const classes = Object.values(errnoClasses).map((verdict) => verdict.class);
  expect(classes).not.toContain("refused");
});

test.each([thrown("ENOTRECOVERABLE"), new TypeError("odd"), "odd", undefined, null])(
  "what is not in the table is transient: %#",
  (cause) => {
    const fault = spoolFault(cause, "read", "a.json");
    expect(fault.class).toBe("transient");
    expect(fault.cause).toBe(cause);
  },
);

test("an errno is a word, whatever was thrown", () => {
  expect(errnoOf(thrown("ENOENT"))).toBe("ENOENT");
  expect(errnoOf(Object.assign(new Error("x"), { code: 5 }))).toBeUndefined();
  expect(errnoOf(undefined)).toBeUndefined();
});
