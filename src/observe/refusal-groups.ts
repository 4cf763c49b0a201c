import type { RefusalGroup, ShownRefusal } from "./state.ts";

/** More kinds than there are: kinds are words of the program, not of a submission. */
const maxGroups = 40;
const maxNewest = 3;
const maxOrigins = 20;
const maxIssuesKept = 100;

/** A text of a submission is kept up to this many characters. */
const maxTextLength = 4000;

const titles: Readonly<Record<string, string>> = {
  type: "wrong type",
  enum: "value not allowed",
  required: "required field missing",
  pattern: "wrong format",
  format: "wrong format",
  boolean: "not true or false",
  "max-length": "text too long",
  minimum: "number too small",
  maximum: "number too large",
  "not-json": "not JSON",
  "not-utf8": "not UTF-8",
  "too-large": "file too large",
  "too-deep": "nested too deeply",
  "too-complex": "object too large",
  "cut-off": "incomplete JSON",
  empty: "empty file",
  "upgrade-impossible": "cannot be upgraded",
  unstorable: "not storable in any database",
  database: "rejected by the database",
  "crash-loop": "crashes the program",
};

/** What is wrong with a refused submission, as one word: the kind of its first mistake where it is invalid. */
export function kindOfRefusal({ reason, issues }: Pick<ShownRefusal, "reason" | "issues">): string {
  return reason === "invalid" ? (issues[0]?.code ?? reason) : reason;
}

/** The same for people: `unknown field`. */
export function titleOfKind(kind: string): string {
  return Object.hasOwn(titles, kind) ? (titles[kind] ?? kind) : kind.replaceAll("-", " ");
}

/** Groups refused submissions by what is wrong with them, in bounded memory: all count, the newest are kept. */
export class RefusalGroups {
  #groups: readonly RefusalGroup[] = [];

  add(refused: ShownRefusal): void {
    const kind = kindOfRefusal(refused);
    const before = this.#groups.find((group) => group.kind === kind);
    const shown = shorten(refused);
    const origins = new Set([...shown.origins, ...(before?.origins ?? [])]);
    const group: RefusalGroup = {
      kind,
      files: (before?.files ?? 0) + 1,
      origins: [...origins].slice(0, maxOrigins),
      newest: [shown, ...(before?.newest ?? [])].slice(0, maxNewest),
    };
    this.#groups = [group, ...this.#groups.filter((one) => one !== before)].slice(0, maxGroups);
  }

  /** The kind that was met last comes first. The list is not changed afterwards. */
  get groups(): readonly RefusalGroup[] {
    return this.#groups;
  }
}

// --- internal ---

function shorten(refused: ShownRefusal): ShownRefusal {
  const clip = (text: string) =>
    text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
  return {
    ...refused,
    file: clip(refused.file),
    origins: refused.origins.slice(0, maxOrigins).map(clip),
    message: clip(refused.message),
    issues: refused.issues.slice(0, maxIssuesKept).map((issue) => ({
      ...issue,
      path: clip(issue.path),
      ...(issue.places && {
        places: issue.places.map((place) => ({ ...place, path: clip(place.path) })),
      }),
      expected: clip(issue.expected),
      got: clip(issue.got),
      ...(issue.hint === undefined ? {} : { hint: clip(issue.hint) }),
    })),
  };
}
