import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import dashboard from "../../../scripts/deploy/dashboard.json";
import { metricTable } from "../../../src/observe/metric-table.ts";
import { hasPromtool, runPromtool } from "../../observe/promtool.ts";
import { type Scenario, scenarios } from "./alert-scenarios.ts";
import { steps, well } from "./alert-series.ts";

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

  test.if(hasPromtool)("are well formed", async () => {
    const check = await runPromtool(["check", "rules", join(deploy, "alerts.yaml")]);
    expect([check.code, check.output]).toEqual([0, expect.stringContaining("SUCCESS")]);
  });

  test.if(hasPromtool).each(scenarios.map((one) => [one.name, one] as const))(
    "fire when they should and only then, with two instances: %s",
    async (_name, scenario) => {
      const file = stringify(await toTests(scenario), { aliasDuplicateObjects: false });
      const { code, output } = await runPromtool(["test", "rules", "/dev/stdin"], file);
      expect([code, output]).toEqual([0, expect.stringContaining("SUCCESS")]);
    },
  );

  test("are tested, each of them", async () => {
    const fired = scenarios.flatMap(({ fires }) => Object.values(fires).flat());
    const names = new Set((await rules()).map(({ alert }) => alert));
    expect(new Set(fired.map(({ alert }) => alert))).toEqual(names);
    expect(names.size).toBeGreaterThan(10);
  });
});

interface Rule {
  alert: string;
  labels: { severity: string };
  annotations: { description: string };
}

async function rules(): Promise<Rule[]> {
  return parse(await Bun.file(join(deploy, "alerts.yaml")).text()).groups[0].rules;
}

/** A scenario as promtool's unit test: what fires at a minute is told of every alert. */
async function toTests({ stepMinutes = 1, fires, ...instances }: Scenario) {
  const all = await rules();
  const series = (["a", "b"] as const).flatMap((instance) => {
    const own = instances[instance];
    if (!own) return [];
    return Object.entries({ ...well, ...own }).map(([name, values]) => {
      const [family = "", labels] = name.replaceAll("'", '"').split(/[{}]/);
      const whole = [...(labels ? [labels] : []), `instance="${instance}"`, 'job="kci"'];
      return { series: `${family}{${whole.join(",")}}`, values: stepped(values, stepMinutes) };
    });
  });
  return {
    rule_files: [join(deploy, "alerts.yaml")],
    evaluation_interval: `${stepMinutes}m`,
    tests: [
      {
        interval: `${stepMinutes}m`,
        // Without any series nothing is evaluated.
        input_series: [...series, { series: "another_program", values: `1x${steps}` }],
        alert_rule_test: Object.entries(fires).flatMap(([minute, firing]) =>
          all.map(({ alert, labels, annotations: { description } }) => ({
            eval_time: `${minute}m`,
            alertname: alert,
            exp_alerts: firing
              .filter((one) => one.alert === alert)
              .map(({ labels: own, summary }) => ({
                exp_labels: { ...labels, ...own, ...(own.instance ? { job: "kci" } : {}) },
                exp_annotations: { summary, description },
              })),
          })),
        ),
      },
    ],
  };
}

/** A time goes on by the length of the step. */
function stepped(values: string, stepMinutes: number): string {
  return values.replaceAll("+60x", `+${60 * stepMinutes}x`);
}
