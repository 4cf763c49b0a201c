import type { Document } from "../../submission/upgrade/document.ts";
import { upgradeLists } from "../../submission/upgrade/upgrade-text.ts";
import { newestVersion } from "../../submission/versions/versions.ts";
import { upgradedKeys } from "./findings.ts";
import type { LargeSubmission } from "./submissions.ts";

/**
 * The text of a large submission upgraded to the newest version, as `upgradeText` gives it, piece by piece. Throws
 * only what its source does.
 */
export function* upgradeLarge(submission: LargeSubmission): Generator<string> {
  const { document, version, waived } = submission;
  if (version === newestVersion) {
    yield* textOf(submission);
    return;
  }
  const { major, minor } = newestVersion;
  let before = "{";
  for (const key of upgradedKeys(document, version, waived > 0)) {
    yield `${before}${JSON.stringify(key)}:`;
    before = ",";
    if (key === "version") yield JSON.stringify({ major, minor });
    else {
      yield "[";
      let comma = "";
      for (const items of itemsOf(submission, key)) {
        yield comma + items;
        comma = ",";
      }
      yield "]";
    }
  }
  yield "}";
}

// --- internal ---

/** The objects of a list as text: those that are there, and those that waived tests add. */
function* itemsOf(submission: LargeSubmission, key: string): Generator<string> {
  const { version, waived } = submission;
  const list = key === "checkouts" && version.major < 4 ? "revisions" : key;
  for (const lists of upgradedParts(submission, list)) yield lists.get(key) ?? "";
  if (waived === 0 || (key !== "issues" && key !== "incidents")) return;
  for (const lists of upgradedParts(submission, "tests")) {
    const added = lists.get(key);
    if (!added) continue;
    yield added;
    if (key === "issues") return;
  }
}

function* upgradedParts(
  { document, version }: LargeSubmission,
  list: string,
): Generator<Map<string, string>> {
  const member = document.members.get(list);
  const { major, minor } = version;
  const head = `"version":${JSON.stringify({ major, minor })}`;
  const around = (text: string) => `{${head},${JSON.stringify(list)}:[${text}]}`;
  for (const { text, part, carried } of member ? document.parts(member) : []) {
    const inside = carried && {
      attach: (one: Document) => carried.attach(one[list] as unknown[]),
      whole: () => around(document.text(part.start, part.end)),
    };
    yield upgradeLists(around(text), version, inside);
  }
}

/** The file as it is, without a byte-order mark and the spaces at its end. */
function* textOf({ document }: LargeSubmission): Generator<string> {
  const { source, from, end } = document;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let base = 0;
  for (const piece of source.pieces()) {
    const wanted = piece.subarray(Math.max(0, from - base), Math.max(0, end - base));
    yield decoder.decode(wanted, { stream: true });
    base += piece.length;
  }
}
