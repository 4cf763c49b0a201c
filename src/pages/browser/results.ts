// Runs in the browser. The pages work without it: it keeps ages and lists fresh, and applies a choice at once.

import { patch, showAges } from "../../observe/page/browser/patch.ts";

const refreshMs = 30_000;
const connection = document.getElementById("connection");

function say(text: string): void {
  if (connection && connection.textContent !== text) connection.textContent = text;
}

/** Whether somebody is about to do something that fresh content would undo. */
function isBusy(): boolean {
  const at = document.activeElement;
  const isTyping = at instanceof HTMLInputElement || at instanceof HTMLSelectElement;
  return document.hidden || isTyping || !document.getSelection()?.isCollapsed;
}

async function refresh(): Promise<void> {
  if (isBusy()) return;
  try {
    const answer = await fetch(location.href, { redirect: "error" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [old, main] = [document.querySelector("main"), fresh.querySelector("main")];
    if (old && main && !isBusy()) patch(old, main);
    showAges();
    say("Live.");
  } catch {
    say("The server does not answer; this is what it said last.");
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form.filters")) {
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement) form.requestSubmit();
  });
  // What is not chosen need not be in the link that one sends to others.
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
}

document.addEventListener("keydown", (event) => {
  const at = event.target;
  const isTyping = at instanceof HTMLInputElement || at instanceof HTMLSelectElement;
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  document.querySelector<HTMLInputElement>("header input[type=search]")?.focus();
});

showAges();
say("Live.");
setInterval(showAges, 1_000 * 10);
setInterval(() => void refresh(), refreshMs);
