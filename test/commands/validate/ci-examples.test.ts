import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ingester } from "../../e2e/run-ingester.ts";
import { build, complete, whole } from "../../submission/mistakes/documents.ts";
import { temporaryFolder } from "../../temporary.ts";

const root = join(import.meta.dir, "../../..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The example that the README has for a file, as it is parsed there. */
function example(name: string): unknown {
  const block = [...readme.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].find(
    (one) => one[1] === name,
  );
  return Bun.YAML.parse(block?.[2] ?? "");
}

/** A checkout with one good submission, or one that is refused too, and the program on the PATH. */
function checkout(isGood: boolean) {
  const folder = temporaryFolder();
  mkdirSync(join(folder.path, "submissions/new"), { recursive: true });
  mkdirSync(join(folder.path, "bin"));
  writeFileSync(join(folder.path, "submissions/a.json"), whole(complete));
  if (!isGood)
    writeFileSync(join(folder.path, "submissions/new/b.json"), build({ status: "passed" }));
  const program = join(folder.path, "bin/kci-ingester");
  writeFileSync(
    program,
    `#!/bin/sh\nexec ${ingester.command.map((word) => `'${word}'`).join(" ")} "$@"\n`,
  );
  chmodSync(program, 0o755);
  const run = (script: string) => {
    const env = { PATH: `${join(folder.path, "bin")}:${process.env.PATH}` };
    const { exitCode, stdout } = Bun.spawnSync(["sh", "-e", "-c", script], {
      cwd: folder.path,
      env,
    });
    return { exitCode, stdout: String(stdout) };
  };
  return { path: folder.path, run, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

test("the example for GitHub annotates the line, and fails the step", () => {
  const { jobs } = example(".github/workflows/submissions.yml") as {
    jobs: { submissions: { steps: { run?: string }[] } };
  };
  const script = jobs.submissions.steps.flatMap((step) => step.run ?? []).join("\n");
  using good = checkout(true);
  expect(good.run(script)).toEqual({ exitCode: 0, stdout: "" });
  using bad = checkout(false);
  const { exitCode, stdout } = bad.run(script);
  expect(exitCode).toBe(1);
  expect(stdout).toStartWith(
    "::error file=submissions/new/b.json,line=1,col=104,title=enum::$.builds[0].status",
  );
});

test("the example for GitLab leaves the report that it names, and fails the job", () => {
  const { submissions } = example(".gitlab-ci.yml") as {
    submissions: { script: string[]; artifacts: { when: string; reports: { junit: string } } };
  };
  using bad = checkout(false);
  expect(bad.run(submissions.script.join("\n")).exitCode).toBe(1);
  const report = readFileSync(join(bad.path, submissions.artifacts.reports.junit), "utf8");
  expect(report).toContain('<testcase name="submissions/new/b.json"');
  expect(submissions.artifacts.when).toBe("always");
  using good = checkout(true);
  expect(good.run(submissions.script.join("\n")).exitCode).toBe(0);
});

interface Hook {
  id: string;
  entry: string;
  files: string;
  language: string;
}

test.each([
  [
    "the example",
    () => (example(".pre-commit-config.yaml") as { repos: { hooks: Hook[] }[] }).repos[0]?.hooks,
  ],
  [
    "this repository",
    () => Bun.YAML.parse(readFileSync(join(root, ".pre-commit-hooks.yaml"), "utf8")) as Hook[],
  ],
])("the hook of %s takes what is committed, and fails where it is refused", (_, hooks) => {
  const [hook] = hooks() ?? [];
  if (!hook) throw new Error("no hook");
  expect([hook.id, hook.language]).toEqual(["kci-validate", "system"]);
  const staged = ["README.md", "submissions/a.json", "submissions/new/b.json"];
  for (const isGood of [true, false]) {
    using folder = checkout(isGood);
    const files = staged
      .filter((name) => new RegExp(hook.files).test(name))
      .slice(0, isGood ? 1 : 2);
    const { exitCode, stdout } = folder.run(`${hook.entry} ${files.join(" ")}`);
    expect(exitCode).toBe(isGood ? 0 : 1);
    if (isGood) expect(stdout).toBe("");
    else
      expect(stdout).toMatch(/^refused {2}submissions\/new\/b\.json \(\S+\): invalid, 1 mistake\n/);
  }
});
