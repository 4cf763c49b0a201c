import { type Html, html } from "./html.ts";

const width = 600;
const height = 120;

/** How much time a chart shows: the least that holds all points, so that a young service fills it soon. */
const spans = [
  { ms: 300_000, name: "5 min" },
  { ms: 900_000, name: "15 min" },
  { ms: 3_600_000, name: "1 h" },
] as const;

/** What a chart shows. */
export interface ChartSpec {
  readonly title: string;
  /** The value now, as text. */
  readonly current: string;
  /** What else there is to say of now. */
  readonly detail?: string;
  /** Writes a value with its unit, for the scale and for screen readers. */
  readonly format: (value: number) => string;
  /** The scale ends here at the lowest, so that next to nothing looks like next to nothing. */
  readonly leastTop: number;
  /** Oldest first; an absent value leaves a gap. */
  readonly points: readonly { readonly atMs: number; readonly value: number | undefined }[];
  readonly nowMs: number;
}

/** One series over the last hour, or less while there is less, as a figure that is readable without seeing it. */
export function renderChart(spec: ChartSpec): Html {
  const values = spec.points.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const top = niceCeiling(Math.max(most, spec.leastTop));
  const ageMs = spec.nowMs - (spec.points[0]?.atMs ?? spec.nowMs);
  const span = spans.find(({ ms }) => ageMs <= ms) ?? spans[2];
  const runs = splitRuns(spec, top, span.ms);
  const label = `${spec.title} over the last ${span.name}: now ${spec.current}, at most ${spec.format(most)}`;
  return html`<figure class="card chart">
<figcaption><span class="name">${spec.title}</span> <span><b>${spec.current}</b>${spec.detail === undefined ? undefined : html` <small>${spec.detail}</small>`}</span></figcaption>
<div class="canvas"><span class="top" aria-hidden="true">${spec.format(top)}</span>
<svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">
<path class="grid" d="M0 0.5H${width}M0 ${height / 2}H${width}"/>
${runs.map((run) => html`<path class="area" d="M${run[0]?.x ?? 0} ${height}L${join(run)}L${run.at(-1)?.x ?? 0} ${height}Z"/><path class="line" d="M${join(run)}"/>`)}
<path class="base" d="M0 ${height - 0.5}H${width}"/>
</svg></div>
<p class="scale" aria-hidden="true"><span>${span.name} ago</span><span>now</span></p>
</figure>`;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Places on the canvas, cut where a value is absent. */
function splitRuns(spec: ChartSpec, top: number, spanMs: number): Place[][] {
  const runs: Place[][] = [];
  let run: Place[] = [];
  for (const { atMs, value } of spec.points) {
    if (value === undefined) {
      run = [];
      continue;
    }
    if (run.length === 0) runs.push(run);
    const x = width * (1 - (spec.nowMs - atMs) / spanMs);
    // A pixel is kept free above, so that the stroke of the highest value is whole.
    run.push({ x: round(Math.max(0, x)), y: round(height - (value / top) * (height - 2)) });
  }
  for (const single of runs) {
    const only = single.length === 1 ? single[0] : undefined;
    // A line of one point would not be seen.
    if (only) single.push({ x: only.x + 1, y: only.y });
  }
  return runs;
}

function join(run: readonly Place[]): string {
  return run.map(({ x, y }) => `${x} ${y}`).join("L");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The next of 1, 1.5, 2, 3, 5, 10, 15, … that is not below `value`. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.5, 2, 3, 5].find((step) => step * power >= value) ?? 10;
  return factor * power;
}
