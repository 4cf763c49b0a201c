import { countOriginObjects } from "../activity-counters.ts";
import { type Disk, describeRoom, nameDisk } from "../disks.ts";
import type { Dependency, OriginTotals } from "../state.ts";
import { formatBytes, formatCount, formatCountOf, formatRate, formatSeconds } from "../units.ts";
import { renderChart } from "./chart.ts";
import { type Html, html } from "./html.ts";
import { foreign, moment } from "./parts.ts";
import { renderRefusedGroups } from "./refused.ts";
import type { View } from "./view.ts";

/** The parts of the page that change, by the id of their element, in the page's order. */
export const regionIds = [
  "status",
  "figures",
  "charts",
  "dependencies",
  "refused",
  "origins",
] as const;
/** A part of the page that is replaced by itself; its `id` in the document. */
export type RegionId = (typeof regionIds)[number];

/** Renders every part that changes; one text serves all that look at the page. */
export function renderRegions(view: View): Record<RegionId, Html> {
  return {
    status: renderStatus(view),
    figures: renderFigures(view),
    charts: renderCharts(view),
    dependencies: renderDependencies(view),
    refused: renderRefusedGroups(view.snapshot.refused),
    origins: renderOrigins(view.snapshot.origins),
  };
}

function renderStatus({ notReady }: View): Html {
  return notReady === undefined
    ? html`<p class="pill good"><span class="dot" aria-hidden="true"></span>Ready</p>`
    : html`<p class="pill bad"><span class="dot" aria-hidden="true"></span><span>Not ready: ${foreign(notReady)}</span></p>`;
}

function renderFigures({ snapshot }: View): Html {
  const { spool, totals } = snapshot;
  const waiting =
    spool.oldestAgeSeconds === undefined
      ? "the spool is empty"
      : `${formatBytes(spool.bytes)}, oldest ${formatSeconds(spool.oldestAgeSeconds)}`;
  return html`<dl>
${figure("Waiting", formatCount(spool.waiting), waiting)}
${figure("In progress", formatCount(spool.inFlight), "being processed now")}
${figure("Ingested", formatCount(totals.files), `${formatCountOf(totals.objects, "object")}, ${formatBytes(totals.bytes)}`)}
${figure("Refused", formatCount(totals.refused), "moved to failed/", totals.refused > 0 ? "warn" : "")}
${figure("Retries", formatCount(totals.retried), "after temporary errors")}
</dl>`;
}

function figure(name: string, value: string | Html, detail: string, mood = ""): Html {
  return html`<div class="card figure ${mood}"><dt>${name}</dt><dd><b>${value}</b> <small>${keepUnits(detail)}</small></dd></div>`;
}

/** A line does not end between a number and its unit. */
function keepUnits(text: string): string {
  return text.replaceAll(/(\d) (?=[a-zA-Z])/g, "$1\u00a0");
}

/** The charts cost most and change only with the points: once for each list of points is enough. */
const renderedCharts = new WeakMap<View["points"], Html>();

function renderCharts(view: View): Html {
  const known = renderedCharts.get(view.points);
  if (known) return known;
  const charts = drawCharts(view);
  renderedCharts.set(view.points, charts);
  return charts;
}

function drawCharts({ points, nowMs }: View): Html {
  const last = points.at(-1);
  const series = (pick: (point: View["points"][number]) => number | undefined) =>
    points.map((point) => ({ atMs: point.atMs, value: pick(point) }));
  // The charts move with the points, not with the clock: between points nothing is sent.
  const endMs = last?.atMs ?? nowMs;
  const latency = last?.p95Seconds;
  return html`${renderChart({
    title: "Files waiting or in progress",
    current: formatCountOf(last?.queue ?? 0, "file"),
    leastTop: 10,
    format: (files) => formatCountOf(files, "file"),
    points: series((point) => point.queue),
    nowMs: endMs,
  })}${renderChart({
    title: "Throughput",
    detail: `${formatRate(last?.filesPerSecond ?? 0)} files/s, ${formatBytes(last?.bytesPerSecond ?? 0)}/s`,
    current: `${formatRate(last?.objectsPerSecond ?? 0)} objects/s`,
    leastTop: 10,
    format: (objects) => `${formatRate(objects)} objects/s`,
    points: series((point) => point.objectsPerSecond),
    nowMs: endMs,
  })}${renderChart({
    title: "Latency, 95th percentile",
    detail:
      last?.medianSeconds === undefined
        ? "no file in the last minute"
        : `median ${formatSeconds(last.medianSeconds)}`,
    current: latency === undefined ? "–" : formatSeconds(latency),
    leastTop: 0.1,
    format: formatSeconds,
    points: series((point) => point.p95Seconds),
    nowMs: endMs,
  })}`;
}

function renderDependencies({ snapshot }: View): Html {
  return html`${dependency("Spool", snapshot.folders)}${dependency("Database", snapshot.database)}${dependency("Log excerpt storage", snapshot.storage)}${snapshot.disks.map(renderDisk)}`;
}

const moods = { up: "good", down: "bad", off: "", unknown: "warn" } as const;

function dependency(name: string, { target, state, message, sinceMs }: Dependency): Html {
  return html`<div class="card dependency ${moods[state]}">
<h3>${name} <span class="pill small ${moods[state]}"><span class="dot" aria-hidden="true"></span>${state}</span></h3>
<p>${foreign(target)}</p>
${message === undefined ? undefined : html`<p class="message">${foreign(message)}</p>`}
${state === "off" ? undefined : html`<p class="muted">last change ${moment(sinceMs)}</p>`}
</div>`;
}

const roomMoods = { enough: "good", low: "warn", full: "bad" } as const;

function renderDisk(disk: Disk): Html {
  const mood = roomMoods[disk.room];
  return html`<div class="card disk ${mood}">
<h3>Disk <span class="pill small ${mood}"><span class="dot" aria-hidden="true"></span>${disk.room === "enough" ? "enough space" : disk.room}</span></h3>
<p>${nameDisk(disk)}</p>
<p class="muted">${keepUnits(describeRoom(disk))}</p>
</div>`;
}

function renderOrigins(origins: readonly OriginTotals[]): Html {
  if (origins.length === 0) return html`<p class="muted">Nothing ingested yet.</p>`;
  const most = Math.max(...origins.map(countOriginObjects));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Objects by origin"><table>
<thead><tr><th scope="col">Origin</th><th scope="col" class="number">Objects</th><th scope="col" class="number">Checkouts</th><th scope="col" class="number">Builds</th><th scope="col" class="number">Tests</th><th scope="col" class="number">Known issues</th><th scope="col" class="number">Incidents</th><th scope="col">Warnings</th><th scope="col">Last seen</th></tr></thead>
<tbody>
${origins.map((origin) => originRow(origin, most))}
</tbody></table></div>`;
}

function countCell(count: number): Html {
  return html`<td class="number${count === 0 ? " zero" : ""}">${formatCount(count)}</td>`;
}

/** What labs send that is odd: how many of the submissions that were looked at, and of which kinds. */
function warningsCell({ lookedAt, warned, warnings }: OriginTotals): Html {
  if (warned === 0) return html`<td class="zero">${lookedAt === 0 ? "–" : "none"}</td>`;
  const most = Object.entries(warnings).sort(([, a], [, b]) => b - a);
  const kinds = most.map(([kind]) => kind).join(", ");
  return html`<td>${formatCount(warned)} of ${formatCount(lookedAt)}: <small>${kinds}</small></td>`;
}

function originRow(origin: OriginTotals, most: number): Html {
  const objects = countOriginObjects(origin);
  const share = Math.round((100 * objects) / Math.max(1, most));
  return html`<tr><th scope="row">${foreign(origin.origin, 60)}<svg class="bar" aria-hidden="true" viewBox="0 0 100 1" preserveAspectRatio="none"><rect width="${share}" height="1"/></svg></th>${countCell(objects)}${countCell(origin.checkouts)}${countCell(origin.builds)}${countCell(origin.tests)}${countCell(origin.issues)}${countCell(origin.incidents)}${warningsCell(origin)}<td>${moment(origin.lastSeenMs)}</td></tr>
`;
}
