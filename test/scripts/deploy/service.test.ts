import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { runtimeVariables } from "../../../src/base/runtime-variables.ts";
import { serveHttp } from "../../../src/observe/http.ts";
import { spoolWith } from "../../commands/spool-with.ts";
import { needsProgram } from "../../needs.ts";
import { emptySnapshot } from "../../observe/page/sample.ts";
import { temporaryFolder } from "../../temporary.ts";

const deploy = join(import.meta.dir, "../../../scripts/deploy");
const hasSystemd = needsProgram("systemd-analyze", "checks of the unit");

let folder = "";

beforeAll(() => {
  folder = temporaryFolder().path;
  writeFileSync(join(folder, "kci-ingester"), `#!/bin/sh\nprintf '%s\\n' "$@"\n`);
  chmodSync(join(folder, "kci-ingester"), 0o755);
});

afterAll(() => rmSync(folder, { recursive: true }));

async function run(words: string[], env: Record<string, string> = {}) {
  const child = Bun.spawn(words, {
    env: { PATH: `${folder}:${process.env.PATH}`, ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const output =
    (await new Response(child.stdout).text()) + (await new Response(child.stderr).text());
  return { code: await child.exited, output };
}

const units = [["kci-ingester.service"], ["kci-ingester-gc.service"]];

describe.if(hasSystemd).each(units)("the systemd unit %s", (name) => {
  /** A copy whose program exists on this machine. */
  async function installUnit(): Promise<string> {
    const unit = await Bun.file(join(deploy, name)).text();
    const path = join(folder, name);
    const program = join(folder, "kci-ingester");
    await Bun.write(path, unit.replace("=/usr/local/bin/kci-ingester ", `=${program} `));
    return path;
  }

  test("passes systemd-analyze verify without a word", async () => {
    expect(await run(["systemd-analyze", "verify", await installUnit()])).toEqual({
      code: 0,
      output: "",
    });
  });

  test("is hardened: systemd-analyze security rates it below 1.5 of 10", async () => {
    const unit = await installUnit();
    const words = ["systemd-analyze", "security", "--offline=yes", "--threshold=15", unit];
    const { code, output } = await run(words);
    expect([code, output]).toEqual([0, expect.stringContaining("Overall exposure level")]);
  });
});

/** With these the binary is another program, or none. */
const names = [...Object.keys(runtimeVariables), "BUN_BE_BUN"];

test.if(hasSystemd)(
  "the timer passes systemd-analyze verify, and names a unit that is there",
  async () => {
    const path = join(folder, "kci-ingester-gc.timer");
    const timer = await Bun.file(join(deploy, "kci-ingester-gc.timer")).text();
    const unit = await Bun.file(join(deploy, "kci-ingester-gc.service")).text();
    await Bun.write(path, timer);
    const program = `=${join(folder, "kci-ingester")} `;
    await Bun.write(
      join(folder, "kci-ingester-gc.service"),
      unit.replace("=/usr/local/bin/kci-ingester ", program),
    );
    expect(await run(["systemd-analyze", "verify", path])).toEqual({ code: 0, output: "" });
  },
);

test.each(units)("the unit %s takes away the variables of the runtime", async (name) => {
  const unit = await Bun.file(join(deploy, name)).text();
  const [, unset = ""] = /^UnsetEnvironment=(.*)$/m.exec(unit) ?? [];
  expect(unset.split(" ").sort()).toEqual(names.sort());
});

describe("the image's entry point", () => {
  const entrypoint = join(deploy, "entrypoint.sh");

  test.each([
    [
      "poetry run python3 manage.py monitor_submissions --spool-dir /app/spool",
      "monitor_submissions --spool-dir /app/spool --metrics-host 0.0.0.0",
    ],
    ["monitor --spool-dir /s --metrics-host ::1", "monitor --spool-dir /s --metrics-host ::1"],
    ["monitor --metrics-host=::1", "monitor --metrics-host=::1"],
    ["migrate", "migrate"],
    ["failed list", "failed list"],
  ])("takes %s", async (given, expected) => {
    const { code, output } = await run([entrypoint, ...given.split(" ")]);
    expect([code, output.trim().split("\n").join(" ")]).toEqual([0, expected]);
  });

  test("leaves the address of the metrics to INGESTER_METRICS_HOST where that is set", async () => {
    const env = { INGESTER_METRICS_HOST: "::1" };
    expect((await run([entrypoint, "monitor"], env)).output).toBe("monitor\n");
    const empty = await run([entrypoint, "monitor"], { INGESTER_METRICS_HOST: "" });
    expect(empty.output).toBe("monitor\n--metrics-host\n0.0.0.0\n");
  });

  test("takes away the variables of the runtime, and no others", async () => {
    const given = Object.fromEntries([...names, "STORAGE_TOKEN"].map((name) => [name, "x"]));
    await Bun.write(join(folder, "bin/kci-ingester"), "#!/bin/sh\nenv\n");
    chmodSync(join(folder, "bin/kci-ingester"), 0o755);
    const { output } = await run([entrypoint, "migrate"], {
      ...given,
      PATH: `${folder}/bin:${process.env.PATH}`,
    });
    for (const name of names) expect(output).not.toContain(`${name}=`);
    expect(output).toContain("STORAGE_TOKEN=x");
  });

  test("keeps reasons apart beside today's dashboard alone, and where nothing else is said", async () => {
    await Bun.write(join(folder, "env/kci-ingester"), "#!/bin/sh\nenv\n");
    chmodSync(join(folder, "env/kci-ingester"), 0o755);
    const place = async (words: string, env: Record<string, string> = {}) => {
      const path = { PATH: `${folder}/env:${process.env.PATH}` };
      const { output } = await run([entrypoint, ...words.split(" ")], { ...path, ...env });
      return /^REASON_FILES=(.*)$/m.exec(output)?.[1];
    };
    const today = "poetry run python3 manage.py monitor_submissions";
    expect(await place(today)).toBe("apart");
    expect(await place(today, { REASON_FILES: "beside" })).toBe("beside");
    expect(await place("manage.py monitor_submissions")).toBe("apart");
    expect(await place("monitor")).toBeUndefined();
  });

  test("keeps words with spaces whole", async () => {
    const { output } = await run([entrypoint, "validate", "a b.json", ""]);
    expect(output).toBe("validate\na b.json\n\n");
  });
});

describe("the image's health check", () => {
  const healthcheck = join(deploy, "healthcheck.sh");

  test("is content with a service that is alive though its database is away", async () => {
    await using server = serveHttp({
      host: "127.0.0.1",
      port: 0,
      metrics: { scrape: async () => "", contentType: "text/plain" },
      state: { snapshot: () => emptySnapshot, ready: () => "the database is unreachable" },
      onError: () => {},
    });
    const env = { INGESTER_METRICS_PORT: server.url.port };
    expect((await run([healthcheck], env)).code).toBe(0);
  });

  test("is not content with a server that fails, or with none", async () => {
    await using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => new Response("", { status: 500 }),
    });
    const env = { INGESTER_METRICS_PORT: String(server.port) };
    expect((await run([healthcheck], env)).code).not.toBe(0);
    await server.stop(true);
    expect((await run([healthcheck], env)).code).not.toBe(0);
  });

  test("has nothing to ask when metrics are off", async () => {
    expect((await run([healthcheck], { INGESTER_METRICS_PORT: "0" })).code).toBe(0);
  });
});

describe("the compose file", () => {
  test("runs the ingester with today's command, without rights, on a spool outside", async () => {
    const compose = parse(await Bun.file(join(deploy, "compose.yaml")).text(), { merge: true });
    const { ingester } = compose.services;
    expect(ingester.command.join(" ")).toBe(
      "poetry run python3 manage.py monitor_submissions --spool-dir /app/spool",
    );
    expect(ingester.cap_drop).toEqual(["ALL"]);
    expect(ingester.read_only).toBe(true);
    expect(ingester.volumes[0]).toEndWith(":/app/spool");
    for (const port of ingester.ports) expect(port).toStartWith("127.0.0.1:");
  });

  test("has a second ingester that stands by on the same spool, with a port of its own", async () => {
    const compose = parse(await Bun.file(join(deploy, "compose.yaml")).text(), { merge: true });
    const { ingester, ingester_standby } = compose.services;
    const { ports, profiles, ...same } = ingester_standby;
    expect(same).toEqual({ ...ingester, ports: undefined });
    expect(profiles).toEqual(["standby"]);
    expect(ports).toHaveLength(1);
    expect(ports[0]).toStartWith("127.0.0.1:");
    expect(ports).not.toEqual(ingester.ports);
    expect(same.environment.INGESTER_STANDBY).toBe("1");
  });

  test("has a daily gc that the program understands, without rights, and on the same spool", async () => {
    const compose = parse(await Bun.file(join(deploy, "compose.yaml")).text(), { merge: true });
    const { gc, ingester } = compose.services;
    const unit = await Bun.file(join(deploy, "kci-ingester-gc.service")).text();
    const [, words = ""] = /^ExecStart=\/usr\/local\/bin\/kci-ingester (.*)$/m.exec(unit) ?? [];
    const here = words.replace("/var/lib/kci-ingester/spool", "/app/spool");
    expect(gc.entrypoint).toEqual([
      ...["sh", "-c"],
      `while :; do kci-ingester ${here}; sleep 86400; done`,
    ]);
    for (const key of ["user", "volumes", "cap_drop", "read_only", "security_opt"])
      expect([key, gc[key]]).toEqual([key, ingester[key]]);
    using spool = spoolWith({ "archive/a.json": "1" });
    const done = await spool.run(
      ...words.replace("/var/lib/kci-ingester/spool", spool.path).split(" "),
    );
    expect([done.exitCode, done.stderr]).toEqual([0, ""]);
  });

  test("needs files that are there", async () => {
    const dockerfile = await Bun.file(join(deploy, "Dockerfile")).text();
    for (const [, path = ""] of dockerfile.matchAll(/^COPY .*?(scripts\/\S+)/gm)) {
      expect([path, await Bun.file(join(deploy, "../..", path)).exists()]).toEqual([path, true]);
    }
  });
});
