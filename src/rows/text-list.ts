/** A long list of texts, kept as JSON: taken apart it would need many times its bytes. */
export class TextList implements Iterable<string> {
  /** As `JSON.stringify` writes the list. */
  readonly json: string;
  readonly length: number;

  /** `json` has `length` texts. */
  constructor(json: string, length: number) {
    this.json = json;
    this.length = length;
  }

  *[Symbol.iterator](): Generator<string> {
    const { json } = this;
    let start = 1;
    while (json[start] === '"') {
      let end = json.indexOf('"', start + 1);
      while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
      const text = json.slice(start + 1, end);
      yield text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text;
      start = end + 2;
    }
  }
}

// --- internal ---

/** Whether an odd number of backslashes is before a place. */
function isEscaped(json: string, place: number): boolean {
  let first = place;
  while (json[first - 1] === "\\") first--;
  return (place - first) % 2 === 1;
}
