import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { stringify } from "yaml";
import dashboard from "../../../scripts/deploy/dashboard.json";
import { metricTable } from "../../../src/observe/metric-table.ts";
import { hasPromtool, runPromtool } from "../../observe/promtool.ts";

const deploy = join(import.meta.dir, "../../../scripts/deploy");

/** Every expression of the dashboard, with Grafana's variables filled in. */
const expressions = [
  ...dashboard.panels.flatMap((panel) => panel.targets.map((target) => target.expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
].map((expr) => expr.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*"));

const known = new Set<string>();
for (const { name, type } of Object.values(metricTable)) {
  for (const suffix of type === "histogram" ? ["_bucket", "_sum", "_count"] : [""]) {
    known.add(name + suffix);
  }
}

function metricNames(text: string): string[] {
  return text.match(/\b(kcidb|process)_[a-z_]+\b(?!\s*:)/g) ?? [];
}

describe("the Grafana dashboard", () => {
  test("asks only for metrics that exist", () => {
    const asked = expressions.flatMap(metricNames);
    expect(asked.length).toBeGreaterThan(15);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });

  test("has panels that do not overlap", () => {
    const cells = new Set<string>();
    for (const { gridPos, title } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect([title, x < 24, cells.has(`${x} ${y}`)]).toEqual([title, true, false]);
          cells.add(`${x} ${y}`);
        }
      }
    }
  });

  test.if(hasPromtool)("has expressions that Prometheus understands", async () => {
    const rules = expressions.map((expr, index) => ({ record: `panel:${index}`, expr }));
    const file = stringify({ groups: [{ name: "dashboard", rules }] });
    const { code, output } = await runPromtool(["check", "rules", "/dev/stdin"], file);
    expect([code, output]).toEqual([0, expect.stringContaining(`${rules.length} rules found`)]);
  });
});

describe("the alert rules", () => {
  test("ask only for metrics that exist", async () => {
    const asked = metricNames(await Bun.file(join(deploy, "alerts.yaml")).text());
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });

  test.if(hasPromtool)("are well formed, and fire when they should and only then", async () => {
    const check = await runPromtool(["check", "rules", join(deploy, "alerts.yaml")]);
    expect([check.code, check.output]).toEqual([0, expect.stringContaining("SUCCESS")]);
    const tests = await runPromtool(["test", "rules", join(deploy, "alerts.test.yaml")]);
    expect([tests.code, tests.output]).toEqual([0, expect.stringContaining("SUCCESS")]);
  });

  test("are tested, each of them", async () => {
    const rules = await Bun.file(join(deploy, "alerts.yaml")).text();
    const tests = await Bun.file(join(deploy, "alerts.test.yaml")).text();
    const names = [...rules.matchAll(/alert: (\w+)/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(5);
    // Once where all is well, once where it fires.
    for (const name of names)
      expect([name, tests.split(`${name}\n`).length > 1]).toEqual([name, true]);
  });
});
