import { versions } from "../../../src/submission/versions/versions.ts";
import { DocumentMaker } from "../../submission/fuzz/document-maker.ts";
import { mutateText } from "../../submission/fuzz/mutate-text.ts";
import type { Random } from "../../submission/fuzz/random.ts";

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const numbers = ["0", "-0", "1.0", "1e2", "9007199254740993", "1E400", "1e-16383", "0.1", "-1.5e3"];
const odd = [
  '"\\u0000"',
  '"\\ud800"',
  '"\\u00e9"',
  '"😀"',
  '"é\u2028"',
  '"\\\\"',
  '"a\\"b"',
  "null",
  "{}",
  "[]",
  '{"2":1,"1":2,"a":{"a":1,"a":2}}',
];
const keys = [
  "version",
  "checkouts",
  "revisions",
  "builds",
  "tests",
  "issues",
  "incidents",
  "x",
  "7",
];

/** Draws the text of a submission: mostly a valid one, with what makes two ways of reading differ. */
export function drawBytes(random: Random): Buffer {
  const version = random.pick(versions);
  const document = new DocumentMaker(random).make(version) as Record<string, unknown>;
  for (const list of Object.values(document)) {
    if (!Array.isArray(list)) continue;
    // What is repeated makes lists that are longer than a part.
    for (let more = random.below(8); more > 0 && list.length > 0; more--) {
      list.push(structuredClone(random.pick(list)));
    }
    for (const item of list) if (typeof item === "object" && item) spice(item, random);
  }
  const texts = Object.entries(document).map(([key, value]) => {
    const text = JSON.stringify(value, undefined, random.chance(0.2) ? random.below(3) : undefined);
    return `${JSON.stringify(key)}${random.pick(["", " ", "\n"])}:${text}`;
  });
  for (let more = random.chance(0.2) ? random.below(3) : 0; more > 0; more--) {
    texts.splice(random.below(texts.length + 1), 0, `"${random.pick(keys)}":${extra(random)}`);
  }
  if (random.chance(0.3)) texts.sort(() => (random.chance(0.5) ? 1 : -1));
  let text = `{${texts.join(random.pick([",", ", ", "\n,\r\t"]))}}`;
  text = text.replaceAll(/"@([^"]*)@"/g, (_, raw: string) => decodeURIComponent(raw));
  if (random.chance(0.03))
    text = random.pick([`[${text},1]`, "", " ", "[]", "3.50", '"a"', "null"]);
  if (random.chance(0.25)) text = mutateText(text, random);
  if (random.chance(0.1)) text = `\ufeff${text}`;
  if (random.chance(0.2)) text = `${random.pick([" ", "\n", "\r\n\t"])}${text}\n`;
  const bytes = Buffer.from(text);
  if (random.chance(0.03) && bytes.length > 0)
    bytes[random.below(bytes.length)] = 0x80 + random.below(128);
  if (random.chance(0.01)) return Buffer.from(text, "utf16le");
  return random.chance(0.02) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes;
}

/** Puts values into an object that are written as they are: marks stand for them until the text is made. */
function spice(item: Record<string, unknown>, random: Random): void {
  const raw = (text: string) => `@${encodeURIComponent(text)}@`;
  if (random.chance(0.1)) item.waived = true;
  if (random.chance(0.15)) item.misc = { n: raw(random.pick(numbers)), o: raw(random.pick(odd)) };
  if (random.chance(0.02))
    item.misc = { d: raw(deep(random.pick([5, 995, 1200, 1996, 1997, 3000]))) };
  if (random.chance(0.02)) item.misc = raw(`{"a":${Array(120).fill("1e-16383").join("")},"b":1}`);
  if (random.chance(0.02)) item.comment = raw(random.pick(odd));
  if (random.chance(0.01)) item.duration = raw(random.pick(numbers));
  if (random.chance(0.01)) item.id = "a:".padEnd(3000, "x");
  if (random.chance(0.01)) item.id = "a:b\nc\u0000";
  if (random.chance(0.01)) item.path = "a..b";
  if (random.chance(0.01)) item.git_repository_url = "git://h/r";
  if (random.chance(0.01)) delete item[random.pick(Object.keys(item))];
}

function extra(random: Random): string {
  return random.pick([
    "1",
    '"a"',
    "null",
    "{}",
    "[]",
    "[1,2, 3]",
    '[{"id":"b:1","origin":"b"}]',
    `[${deep(2500)}]`,
    '{"major":5,"minor":3}',
    '{"major":5.0,"minor":0}',
    '{"major":-0,"minor":3}',
    "[1,]",
    "[,1]",
    "[1}",
    "{]",
    "[1 2]",
    '["\\x"]',
    "[tru]",
    "[01]",
  ]);
}
