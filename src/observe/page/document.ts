import type { ShownRefusal } from "../state.ts";
import { type Html, html } from "./html.ts";
import { foreign, moment } from "./parts.ts";
import { renderRefused } from "./refused.ts";
import { type regionIds, renderRegions } from "./regions.ts";
import type { View } from "./view.ts";

/** Seconds after which a browser without JavaScript asks again. */
const reloadSeconds = 10;

/** The status page as a whole document, complete without JavaScript. */
export function renderPage(view: View): string {
  const { snapshot } = view;
  const regions = renderRegions(view);
  const region = (id: (typeof regionIds)[number]) => html`<div id="${id}">${regions[id]}</div>`;
  return renderDocument(
    "kci-ingester",
    html`<header>
<div><h1>kci-ingester</h1>
<p class="muted">${snapshot.version} · started ${moment(snapshot.startedAtMs)} · <span id="connection" role="status"></span></p></div>
${view.hasResults ? html`<a href="/failures">Results</a>` : undefined}<div id="status" role="status">${regions.status}</div>
</header>
<main>
<section aria-label="Figures">${region("figures")}</section>
<section aria-label="Charts">${region("charts")}</section>
<section aria-labelledby="h-dependencies"><h2 id="h-dependencies">Spool, database and storage</h2>${region("dependencies")}</section>
<section aria-labelledby="h-refused"><h2 id="h-refused">Refused files</h2>${region("refused")}${view.hasResults ? html`<p class="muted more"><a href="/refused">All files in failed/</a></p>` : undefined}</section>
<section aria-labelledby="h-origins"><h2 id="h-origins">Objects by origin, since the start</h2>${region("origins")}</section>
<details><summary><h2>Configuration</h2></summary>${renderConfiguration(view)}</details>
</main>
<footer class="muted"><p><a href="/metrics">Metrics</a> · <a href="/ready">Readiness</a> · <a href="/status.json">This page as JSON</a> · build ${snapshot.commit}</p></footer>`,
    html`<noscript><meta http-equiv="refresh" content="${reloadSeconds}"></noscript><script type="module" src="/live.js"></script>`,
  );
}

/** Every mistake of one refused submission as a whole document. */
export function renderRefusedPage(refused: ShownRefusal): string {
  return renderDocument(
    `Refused: ${refused.file.slice(0, 100)}`,
    html`<main>${renderRefused(refused)}</main>`,
  );
}

/** A short document for what is not there. */
export function renderMissingPage(message: string): string {
  return renderDocument(
    "Not found",
    html`<main><p class="crumb"><a href="/">Back to the status</a></p><h1>Not found</h1><p>${message}</p></main>`,
  );
}

function renderConfiguration({ snapshot }: View): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Configuration"><table class="settings">
<thead><tr><th scope="col">Setting</th><th scope="col">Value</th></tr></thead>
<tbody>
${snapshot.configuration.map(
  ([name, value]) => html`<tr><th scope="row">${name}</th><td>${foreign(value, 1000)}</td></tr>
`,
)}</tbody></table></div>`;
}

/** A page of any kind as a document; nothing of it comes from elsewhere. */
export function renderDocument(title: string, body: Html, head?: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page.css">
${head}</head>
<body>
${body}
</body>
</html>
`.toString();
}
