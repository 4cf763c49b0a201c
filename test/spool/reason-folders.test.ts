import { expect, test } from "bun:test";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { crashLoop } from "../../src/guard/crash-loop.ts";
import { collectGarbage } from "../../src/spool/collect-garbage.ts";
import { listFailed } from "../../src/spool/list-failed.ts";
import { refuseFile } from "../../src/spool/refuse-file.ts";
import { retryFile } from "../../src/spool/retry-file.ts";
import { openSpool, type ReasonPlace, type Spool } from "../../src/spool/spool.ts";
import { temporaryFolder } from "../temporary.ts";
import { put } from "./put.ts";

const places = ["beside", "apart"] as const;

function refuse(spool: Spool, reasonPlace: ReasonPlace, text = "{", message = "m"): void {
  const file = put(spool, "x.json", text);
  expect(refuseFile({ ...spool, reasonPlace }, file, crashLoop(message)).moved).toBe(true);
}

const inFailed = (spool: Spool) =>
  readdirSync(spool.failed, { recursive: true })
    .map(String)
    .filter((name) => name.includes(".json"))
    .sort();

const messages = (spool: Spool) =>
  listFailed(spool).map(({ file, reason }) => [file.name, reason?.message]);

test("a reason that lies apart is found, and each file of a name has its own", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  refuse(spool, "apart", "{", "first");
  refuse(spool, "beside", "[", "second");
  refuse(spool, "apart", "]", "third");
  expect(inFailed(spool)).toEqual([
    ...[".reasons/x.3.json.error", ".reasons/x.json.error"],
    ...["x.2.json", "x.2.json.error", "x.3.json", "x.json"],
  ]);
  expect(messages(spool).sort()).toEqual([
    ["x.2.json", crashLoop("second").message],
    ["x.3.json", crashLoop("third").message],
    ["x.json", crashLoop("first").message],
  ]);
});

test.each([
  ["beside", "apart"],
  ["apart", "beside"],
] as const)("a file that is refused again has its last reason alone: first %s, then %s", (a, b) => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  refuse(spool, a, "{", "first");
  refuse(spool, b, "{", "second");
  expect(messages(spool)).toEqual([["x.json", crashLoop("second").message]]);
  expect(inFailed(spool)).toHaveLength(2);
});

test("of two reasons, as a kill may leave them, the later counts", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  refuse(spool, "apart", "{", "first");
  const earlier = join(spool.failed, ".reasons/x.json.error");
  const text = readFileSync(earlier, "utf8");
  refuse(spool, "beside", "{", "second");
  writeFileSync(earlier, text.replace(/"when":\s*"[^"]*"/, `"when": "2026-01-02T03:04:05.000Z"`));
  expect(messages(spool)).toEqual([["x.json", crashLoop("second").message]]);
});

test.each(places)("gc and retry take the reason away that lies %s, and no other", (place) => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  refuse(spool, place, "{");
  refuse(spool, place, "[");
  for (const one of places) {
    const path = one === "beside" ? spool.failed : join(spool.failed, ".reasons");
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "gone.json.error"), "{}");
  }
  expect(retryFile(spool, "x.json")).toBe("moved");
  expect(messages(spool)).toEqual([["x.2.json", crashLoop("m").message]]);
  const options = { endings: [".json"], dryRun: false };
  expect(collectGarbage(spool.failed, { ...options, beforeMs: 1 })).toMatchObject({ kept: 1 });
  expect(inFailed(spool)).toHaveLength(4);
  expect(collectGarbage(spool.failed, { ...options, beforeMs: Date.now() + 60_000 })).toMatchObject(
    { files: 1 },
  );
  expect(inFailed(spool)).toEqual([]);
});

test("a link in the place of the folder for reasons is not followed, and nothing is lost", () => {
  using folder = temporaryFolder();
  using other = temporaryFolder();
  const spool = openSpool(folder.path);
  writeFileSync(join(other.path, "x.json.error"), "of somebody else");
  symlinkSync(other.path, join(spool.failed, ".reasons"));
  const file = put(spool, "x.json", "{");
  expect(() => refuseFile({ ...spool, reasonPlace: "apart" }, file, crashLoop("m"))).toThrow(
    "is a symbolic link",
  );
  expect(readdirSync(spool.root)).toContain("x.json");
  // Where reasons lie beside, it keeps nobody from anything.
  expect(refuseFile(spool, file, crashLoop("m")).moved).toBe(true);
  expect(messages(spool)).toEqual([["x.json", crashLoop("m").message]]);
  expect(retryFile(spool, "x.json")).toBe("moved");
  collectGarbage(spool.failed, { endings: [".json"], dryRun: false, beforeMs: 9e15 });
  expect(readdirSync(other.path)).toEqual(["x.json.error"]);
});

test("nor is a link in the place of a reason; a folder there holds up that file alone", () => {
  using folder = temporaryFolder();
  const spool = openSpool(folder.path);
  const reasons = join(spool.failed, ".reasons");
  mkdirSync(reasons);
  const reason = join(reasons, "x.json.error");
  symlinkSync("/etc/hostname", reason);
  refuse(spool, "apart");
  expect(() => readlinkSync(reason)).toThrow("EINVAL");
  expect(retryFile(spool, "x.json")).toBe("moved");
  mkdirSync(reason);
  const file = put(spool, "x.json", "{");
  const apart = { ...spool, reasonPlace: "apart" } as const;
  expect(() => refuseFile(apart, file, crashLoop("m"))).toThrow("cannot write the reason of");
  expect(readdirSync(spool.root)).toContain("x.json");
  rmSync(reason, { recursive: true });
  expect(refuseFile(apart, put(spool, "x.json", "{"), crashLoop("m")).moved).toBe(true);
});
