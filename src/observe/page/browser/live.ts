// Runs in the browser. Keeps the server's page fresh: the server renders, this only patches.

import { patch, showAges } from "./patch.ts";

const connection = document.getElementById("connection");
let lastMessageMs = Date.now();

function showConnection(isLive: boolean): void {
  const text = isLive ? "live" : "connection lost, trying again";
  if (connection && connection.textContent !== text) connection.textContent = text;
  document.body.classList.toggle("lost", !isLive);
}

const events = new EventSource("/events");
events.onopen = () => showConnection(true);
events.onerror = () => showConnection(false);
events.onmessage = (message: MessageEvent<string>) => {
  lastMessageMs = Date.now();
  const regions: Record<string, string> = JSON.parse(message.data);
  for (const [id, text] of Object.entries(regions)) {
    const old = document.getElementById(id);
    if (old === null) continue;
    const fresh = old.cloneNode(false);
    if (!(fresh instanceof Element)) continue;
    fresh.innerHTML = text;
    patch(old, fresh);
  }
  showConnection(true);
  showAges();
};

showAges();
setInterval(() => {
  showAges();
  // A suspended laptop comes back with a connection that only looks alive.
  if (Date.now() - lastMessageMs > 30_000) showConnection(false);
}, 1000);
