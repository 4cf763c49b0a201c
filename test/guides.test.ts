import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const root = join(import.meta.dir, "..");
const guides = ["*.md", ".github/*.md", "scripts/*.md", "src/**/*.md", "test/*.md"]
  .flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root, dot: true })])
  .sort();
const tests = [...new Bun.Glob("**/*.test.ts").scanSync(import.meta.dir)].sort();

/** Rooms of `src`: the folders that its README lists. */
const rooms = readFileSync(join(root, "src/README.md"), "utf8").matchAll(/^\| `([a-z]+)\/`/gm);

describe.each(guides)("%s", (guide) => {
  const text = readFileSync(join(root, guide), "utf8");
  const prose = text.replace(/```[\s\S]*?```/g, "");

  test("links to what is there, headings too", () => {
    const broken = [...prose.replace(/`[^`\n]*`/g, "code").matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !/^https?:/.test(link) && !leadsSomewhere(guide, link));
    expect(broken).toEqual([]);
  });

  test("names tests, fixtures and sources that are there", () => {
    const named = [...prose.matchAll(/`([^`\s]+)`/g)].map(([, word = ""]) => word);
    const missing = named.filter((word) => isPath(word) && !isThere(guide, word));
    expect(missing).toEqual([]);
  });
});

test("the guides are found", () => {
  expect(guides).toContain("src/rows/README.md");
  expect(guides.length).toBeGreaterThan(30);
});

test("every room has its rules, where to begin, and what it may import", () => {
  const names = [...rooms].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) {
    const path = join(root, "src", name, "README.md");
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    expect([name, /\*\*Begin with\*\*/.test(text), /\*\*May import\*\*/.test(text)]).toEqual([
      name,
      true,
      true,
    ]);
  }
});

test("comments point at rules that are there", () => {
  const citation = /`(?:src\/)?([a-z]+)\/README\.md`(?: (\d+)(?:\.(\d+))?)?/g;
  const sources = [...new Bun.Glob("{src,test}/**/*.ts").scanSync(root)];
  const cited = sources.flatMap((source) =>
    [...readFileSync(join(root, source), "utf8").matchAll(citation)].map(
      ([words, room = "", number, part]) => ({
        source,
        words,
        isThere: hasRule(room, number, part),
      }),
    ),
  );
  expect(cited.length).toBeGreaterThan(30);
  expect(cited.filter(({ isThere }) => !isThere)).toEqual([]);
});

test("no test is skipped because private material is not there", () => {
  const skipping = tests.filter((name) =>
    /(?:skipIf|test\.if|describe\.if)\([^)]*sharedDir/.test(
      readFileSync(join(import.meta.dir, name), "utf8"),
    ),
  );
  expect(skipping).toEqual([]);
});

/** Whether a room's README has a rule: `3` a section or an item of its only list, `3.5` an item of a section. */
function hasRule(room: string, number?: string, part?: string): boolean {
  const path = join(root, "src", room, "README.md");
  if (!existsSync(path)) return false;
  const text = readFileSync(path, "utf8");
  if (number === undefined) return true;
  const section = text.split(/^## /m).find((one) => one.startsWith(`${number}. `));
  if (part !== undefined) return section?.includes(`\n${part}. `) ?? false;
  return section !== undefined || text.includes(`\n${number}. `);
}

/** Whether a link leads to a file or folder, and where it names a heading, to one that the file has. */
function leadsSomewhere(guide: string, link: string): boolean {
  const [path = "", heading] = link.split("#");
  const target = path ? resolve(root, dirname(guide), path) : join(root, guide);
  if (!existsSync(target)) return false;
  if (heading === undefined || statSync(target).isDirectory()) return true;
  const headings = [...readFileSync(target, "utf8").matchAll(/^#+ (.*)$/gm)];
  return headings.some(([, title = ""]) => slugOf(title) === heading);
}

function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
}

/** A word that names a file or folder of the repository, rather than one of the machine. */
function isPath(word: string): boolean {
  if (/[*{}<>…=|]|^[A-Z~.]+\/|^\//.test(word) || word.includes("NAME")) return false;
  return /^(?:test|src|scripts)\/|\.test\.ts$|^[a-z][\w/-]*\.(?:ts|zst)$|^[a-z]+\/README\.md$/.test(
    word,
  );
}

function isThere(guide: string, word: string): boolean {
  const places = [root, join(root, "src"), join(root, dirname(guide))];
  if (places.some((place) => existsSync(join(place, word)))) return true;
  if (word.endsWith(".test.ts")) return tests.some((name) => name.endsWith(`/${word}`));
  // A name alone stands beside one that was named with its folder, or is told of in recipes.
  return (
    known.has(word) || [...new Bun.Glob(`{src,test,scripts}/**/${word}`).scanSync(root)].length > 0
  );
}

/** Files that recipes tell how to make. */
const known = new Set(["src/submission/versions/v5_4.ts"]);
