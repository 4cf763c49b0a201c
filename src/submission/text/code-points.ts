/** How many code points a text has, as limits count them; a lone surrogate is one. */
export function countCodePoints(text: string): number {
  let count = text.length;
  // By codes: to take a text apart into characters makes one of each.
  for (let at = 1; at < text.length; at++) {
    const isLow = (text.charCodeAt(at) & 0xfc00) === 0xdc00;
    if (!isLow || (text.charCodeAt(at - 1) & 0xfc00) !== 0xd800) continue;
    count -= 1;
    at += 1;
  }
  return count;
}

/** The last code points of a text, at most `count` of them. */
export function lastCodePoints(text: string, count: number): string {
  return [...text.slice(-2 * count)].slice(-count).join("");
}
