import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readFile } from "../../src/spool/read-file.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";

stayOnDisk();

const upTo = (spoolRoot: string, maxFileBytes: number) => ({
  ...{ spoolRoot, maxFileBytes, digestSeed: 1n },
});

test("a file is read whole up to the limit, and not at all beyond it", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "a.json"), "12345");
  const whole = await readFile(upTo(folder.path, 5), "a.json");
  expect(whole).toMatchObject({ kind: "read", file: { name: "a.json", bytes: 5 } });
  expect(whole.kind === "read" && Buffer.from(whole.bytes).toString()).toBe("12345");
  expect(await readFile(upTo(folder.path, 4), "a.json")).toMatchObject({
    kind: "too-large",
    file: { bytes: 5 },
  });
  writeFileSync(join(folder.path, "a.json"), "");
  expect((await readFile(upTo(folder.path, 5), "a.json")).kind).toBe("empty");
});

test("what has taken the name of a file is neither followed nor waited for", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "target"), "{}");
  symlinkSync("target", join(folder.path, "link.json"));
  mkdirSync(join(folder.path, "folder.json"));
  Bun.spawnSync(["mkfifo", join(folder.path, "fifo.json")]);
  using _listener = Bun.listen({ unix: join(folder.path, "socket.json"), socket: { data() {} } });
  for (const name of ["link", "folder", "fifo", "socket", "absent"]) {
    expect([name, await readFile(upTo(folder.path, 9), `${name}.json`)]).toEqual([
      name,
      { kind: "vanished" },
    ]);
  }
});
