/**
 * Whether a text is like a pattern of SQL: `%` stands for any text, `_` for one character, a backslash takes
 * the next one as it is. In steps of at most the product of both lengths, whatever the pattern.
 */
export function isLike(text: string, pattern: string): boolean {
  const parts = partsOf(pattern);
  const signs = [...text];
  let [at, place] = [0, 0];
  let [resume, taken] = [-1, 0];
  while (at < signs.length) {
    const part = parts[place];
    if (part === anyText) {
      resume = ++place;
      taken = at;
    } else if (part !== undefined && (part === anySign || part.sign === signs[at])) {
      at++;
      place++;
    } else if (resume >= 0) {
      place = resume;
      at = ++taken;
    } else return false;
  }
  return parts.slice(place).every((part) => part === anyText);
}

// --- internal ---

interface Part {
  readonly sign: string;
}

const anyText: Part = { sign: "%" };
const anySign: Part = { sign: "_" };

function partsOf(pattern: string): Part[] {
  const parts: Part[] = [];
  const signs = [...pattern];
  for (let at = 0; at < signs.length; at++) {
    const sign = signs[at] ?? "";
    if (sign === "%") parts.push(anyText);
    else if (sign === "_") parts.push(anySign);
    else parts.push({ sign: sign === "\\" ? (signs[++at] ?? "\\") : sign });
  }
  return parts;
}
