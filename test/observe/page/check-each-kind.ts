/**
 * A function for a page with axe in it, as text: what axe finds while whatever was there twice before is away.
 * To exclude it would still have all of it looked through. What takes the whole page to see is looked for
 * before: an id that stands twice, and what scrolls but is reached by no key.
 */
export const checkEachKind = String.raw`async (options) => {
  const all = [...document.querySelectorAll("body, body *")];
  const found = [];
  const ids = all.map(({ id }) => id).filter(Boolean);
  if (new Set(ids).size < ids.length) found.push("an id stands twice");
  if (all.some((one) => scrolls(one) && !isReached(one))) found.push("no key scrolls a region");

  const kinds = kindsOf(all);
  const counts = new Map();
  const away = [];
  leaveOut(document.body, true);
  const { violations } = await axe.run(options);
  for (const [child, mark] of away) mark.replaceWith(child);
  return { found, violations };

  // Has children away that bring nothing new. Of something that is new itself two of each kind stay.
  function leaveOut(parent, isNew) {
    const stay = new Map();
    for (const child of [...parent.children]) {
      const kind = kinds.get(child);
      const alike = stay.get(kind) ?? 0;
      if ((alike > 1 || !isNew) && [child, ...child.querySelectorAll("*")].every(isKnown)) {
        const mark = new Comment();
        child.replaceWith(mark);
        away.push([child, mark]);
        continue;
      }
      const isNewChild = !isKnown(child);
      stay.set(kind, alike + 1);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      leaveOut(child, isNewChild);
    }
  }
  function isKnown(one) {
    return counts.get(kinds.get(one)) > 1;
  }

  // The kind of each element: where it stands, what it is, how it looks, and whether its texts are there.
  function kindsOf(all) {
    const numbers = new Map();
    const own = new Map(all.map((one) => [one, looksOf(one)]));
    const kinds = new Map();
    for (const one of all) {
      const inside = [...one.childNodes].map((node) => own.get(node) ?? textOf(node));
      const kind = [kinds.get(one.parentNode), own.get(one), ...new Set(inside.sort())].join();
      if (!numbers.has(kind)) numbers.set(kind, numbers.size);
      kinds.set(one, numbers.get(kind));
    }
    return kinds;
  }
  function looksOf(one) {
    const telling = /^(class|role|style|type|scope|tabindex|aria-(?!label|describedby|controls).*)$/;
    const attributes = [...one.attributes].map(
      ({ name, value }) => name + "=" + (telling.test(name) ? value : value !== ""),
    );
    return "<" + [one.tagName, ...attributes.sort()].join(" ") + ">";
  }
  function textOf(node) {
    const text = node instanceof Text ? node.data.trim() : "";
    return text && (text.length > 1 ? "text" : "letter") + /[\p{L}\p{N}]/u.test(text);
  }

  function scrolls(one) {
    const isWide = one.scrollWidth > one.clientWidth;
    const isHigh = one.scrollHeight > one.clientHeight;
    if (one === document.body || !(isWide || isHigh)) return false;
    const { overflowX, overflowY } = getComputedStyle(one);
    return [isWide && overflowX, isHigh && overflowY].some((how) => /auto|scroll/.test(how));
  }
  function isReached(one) {
    const stops = "a[href], button, input, select, summary, [tabindex]";
    return one.matches(stops) || one.querySelector(stops) !== null;
  }
}`;
