// Runs in the browser: what the scripts of all pages do.

/** Makes `old` equal to `fresh`, touching only what differs: focus, selection and scrolling stay. */
export function patch(old: Element, fresh: Element): void {
  for (const { name } of [...old.attributes]) {
    // What somebody unfolded stays open.
    const isUnfolded = name === "open" && old.tagName === "DETAILS";
    if (!fresh.hasAttribute(name) && !isUnfolded) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const oldNodes = [...old.childNodes];
  const freshNodes = [...fresh.childNodes];
  for (const [index, node] of freshNodes.entries()) {
    const before = oldNodes[index];
    if (before === undefined) old.append(node);
    else if (
      before instanceof Element &&
      node instanceof Element &&
      before.tagName === node.tagName
    )
      patch(before, node);
    else if (
      before.nodeType !== node.nodeType ||
      before.nodeValue !== node.nodeValue ||
      node instanceof Element
    )
      before.replaceWith(node);
  }
  for (const node of oldNodes.slice(freshNodes.length)) node.remove();
}

/** "12 s ago" for every moment on the page; the exact time stays in its title. */
export function showAges(): void {
  for (const time of document.querySelectorAll("time")) {
    const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time.dateTime)) / 1000));
    const text = `${ageOf(seconds)} ago`;
    if (time.textContent !== text) time.textContent = text;
  }
}

function ageOf(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
