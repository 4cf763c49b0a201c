import type { UpgradeError } from "../../submission/upgrade/document.ts";

/** The rules that forbid an upgrade, in the order in which a document is held against them. */
const codes = ["upgrade-id", "upgrade-url", "upgrade-path", "upgrade-nul"];
/** The order in which lists are looked at for their ids. */
const idLists = ["revisions", "builds", "tests"];

/** Finds the first reason against the upgrade of a document among those of its parts. */
export class FirstObstacle {
  readonly #byRule = new Map<string, UpgradeError>();

  /** A part has a reason against its upgrade; the path is that in the whole document. */
  add(error: UpgradeError): void {
    const key = `${error.code} ${error.path[0]}`;
    const other = this.#byRule.get(key);
    if (!other || placeOf(error) < placeOf(other)) this.#byRule.set(key, error);
  }

  get isThere(): boolean {
    return this.#byRule.size > 0;
  }

  /** Whether there is one of a rule. */
  has(code: string): boolean {
    return this.#byRule.values().some((error) => error.code === code);
  }

  /** The first; `keys` are the fields of the document as far as it was upgraded. */
  first(keys: readonly string[]): UpgradeError | undefined {
    const rank = ({ code, path }: UpgradeError) => {
      const lists = code === "upgrade-id" ? idLists : keys;
      return codes.indexOf(code) * 1000 + lists.indexOf(String(path[0]));
    };
    return [...this.#byRule.values()].sort((a, b) => rank(a) - rank(b))[0];
  }
}

// --- internal ---

function placeOf({ path }: UpgradeError): number {
  return Number(path[1]);
}
