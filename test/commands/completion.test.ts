import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CompletionCommand } from "../../src/commands/completion/table.ts";
import { completion, type Shell, shells } from "../../src/commands/completion.ts";
import { ingester, runIngester } from "../e2e/run-ingester.ts";
import { needsProgram } from "../needs.ts";
import { temporaryFolder } from "../temporary.ts";

setDefaultTimeout(60_000);

const commands: CompletionCommand[] = [
  {
    name: "monitor",
    aliases: ["monitor_submissions"],
    description: "the service: it's watching [a spool]",
    flags: [
      { name: "spool-dir", description: "where: the spool", value: "directories" },
      { name: "max-workers", description: "at most N", value: "anything" },
      { name: "log-format", description: "how", value: ["text", "json"] },
      { name: "once", description: "then exit" },
    ],
  },
  {
    name: "validate",
    description: "the verdict",
    flags: [{ name: "json", description: "as JSON" }],
    arguments: "files",
  },
  {
    name: "failed",
    description: "refused submissions",
    flags: [],
    subcommands: [
      { name: "list", description: "all", flags: [{ name: "json", description: "as JSON" }] },
      {
        name: "retry",
        description: "put back",
        flags: [{ name: "origin", description: "of", value: "anything" }],
        arguments: "anything",
      },
    ],
  },
  { name: "completion", description: "this", flags: [], arguments: ["bash", "zsh", "fish"] },
];

/** What is typed, `⇥` being the tab key, and the words that the program then gets. */
const typed: [keys: string, words: string[]][] = [
  ["mon⇥", ["monitor"]],
  ["val⇥", ["validate"]],
  ["monitor --onc⇥", ["monitor", "--once"]],
  ["monitor_submissions --onc⇥", ["monitor_submissions", "--once"]],
  ["monitor --max⇥4 --onc⇥", ["monitor", "--max-workers", "4", "--once"]],
  ["monitor --log-format j⇥", ["monitor", "--log-format", "json"]],
  ["monitor --log-format=j⇥", ["monitor", "--log-format=json"]],
  ["monitor --spool-dir sp⇥", ["monitor", "--spool-dir", "spool/"]],
  ["validate sub⇥", ["validate", "submission one.json"]],
  ["validate --js⇥sub⇥", ["validate", "--json", "submission one.json"]],
  ["failed li⇥--js⇥", ["failed", "list", "--json"]],
  ["failed retry --or⇥x", ["failed", "retry", "--origin", "x"]],
  ["completion fi⇥", ["completion", "fish"]],
];

/** zsh joins a flag and its value, and drops the slash of a directory that ends the line. */
const inZsh: ReadonlyMap<string, string[]> = new Map([
  ["monitor --max⇥4 --onc⇥", ["monitor", "--max-workers=4", "--once"]],
  ["monitor --spool-dir sp⇥", ["monitor", "--spool-dir", "spool"]],
  ["failed retry --or⇥x", ["failed", "retry", "--origin=x"]],
]);

function expectedIn(shell: Shell, lines: readonly (readonly [string, string[]])[]): string[] {
  return lines.map(([keys, words]) => {
    const own = shell === "zsh" ? inZsh.get(keys) : undefined;
    return (own ?? words).map((word) => `<${word}>`).join("");
  });
}

/** The same with the script that the program itself prints. */
const typedForReal: [keys: string, words: string[]][] = [
  ["vali⇥sub⇥", ["validate", "submission one.json"]],
  ["upgr⇥sub⇥", ["upgrade", "submission one.json"]],
  ["monitor --trees-file tr⇥", ["monitor", "--trees-file", "trees.yaml"]],
  ["monitor --spool-dir sp⇥", ["monitor", "--spool-dir", "spool/"]],
  ["monitor --compress⇥--quie⇥", ["monitor", "--compress-archive", "--quiet"]],
  ["doctor --js⇥", ["doctor", "--json"]],
  ["failed sh⇥--js⇥x", ["failed", "show", "--json", "x"]],
  ["gc --dry⇥", ["gc", "--dry-run"]],
  ["completion zs⇥", ["completion", "zsh"]],
];

const isThere: Record<Shell, boolean> = { bash: false, zsh: false, fish: false };
for (const shell of shells) {
  isThere[shell] = needsProgram(shell, `completion in ${shell}`);
}

/** How each shell is started without the user's settings, and told of the script and of a program that shows its words. */
const start: Record<Shell, { words: string[]; setup: (script: string) => string }> = {
  bash: {
    words: ["bash", "--norc", "--noprofile", "-i"],
    setup: (script) => `PS1=; source ${script}; kci-ingester() { printf '<%s>' "$@"; echo; }`,
  },
  zsh: {
    words: ["zsh", "-f", "-i"],
    setup: (script) =>
      `PS1=; unsetopt zle_bracketed_paste 2>/dev/null; autoload -U compinit; compinit -u -D; source ${script}; kci-ingester() { printf '<%s>' "$@"; echo }`,
  },
  fish: {
    words: ["fish", "--no-config", "-i"],
    setup: (script) =>
      `function fish_prompt; end; function kci-ingester; printf '<%s>' $argv; echo; end; source ${script}`,
  },
};

let folder = "";

beforeAll(() => {
  folder = temporaryFolder().path;
  mkdirSync(join(folder, "spool"));
  writeFileSync(join(folder, "submission one.json"), "{}");
  // A file in the way of the directory: only a directory may be offered.
  writeFileSync(join(folder, "spoiler.txt"), "");
  writeFileSync(join(folder, "trees.yaml"), "");
  for (const shell of shells) {
    writeFileSync(join(folder, `script.${shell}`), completion(shell, "kci-ingester", commands));
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Types into a real shell on a terminal, line by line, and returns what each line printed. */
async function type(
  shell: Shell,
  lines: readonly (readonly [keys: string, words: string[]])[],
  script = `script.${shell}`,
): Promise<string[]> {
  let screen = "";
  const child = Bun.spawn(start[shell].words, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder, TERM: "dumb", LANG: "C.UTF-8" },
    terminal: {
      cols: 200,
      rows: 50,
      data: (_terminal, data) => {
        screen += Buffer.from(data).toString();
      },
    },
  });
  const shown = async (mark: RegExp): Promise<string> => {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = mark.exec(screen)?.[0];
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`no ${mark} in ${JSON.stringify(screen)}`);
      await Bun.sleep(5);
    }
  };
  const answers: string[] = [];
  child.terminal?.write(`${start[shell].setup(script)}\n`);
  child.terminal?.write("printf '%s\\n' re''ady\n");
  await shown(/^ready/m);
  for (const [line] of lines) {
    screen = "";
    child.terminal?.write(`kci-ingester ${line.replaceAll("⇥", "\t")}\n`);
    answers.push(await shown(/<[^%]*>(?=\r?\n)/));
  }
  child.terminal?.write("exit\n");
  await Promise.race([child.exited, Bun.sleep(1000)]);
  child.kill("SIGKILL");
  return answers;
}

describe("completion", () => {
  for (const shell of shells) {
    test.if(isThere[shell])(`${shell} completes commands, flags, values and files`, async () => {
      expect(await type(shell, typed)).toEqual(expectedIn(shell, typed));
    });

    test.if(isThere[shell])(`${shell} completes the program's own command line`, async () => {
      const { stdout } = await runIngester(ingester, ["completion", shell]);
      writeFileSync(join(folder, `real.${shell}`), stdout);
      const answers = await type(shell, typedForReal, `real.${shell}`);
      expect(answers).toEqual(expectedIn(shell, typedForReal));
    });
  }
});
