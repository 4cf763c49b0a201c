import { expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bad, good, spoolWith } from "../../commands/spool-with.ts";
import { needsProgram } from "../../needs.ts";
import { temporaryFolder } from "../../temporary.ts";

const script = join(import.meta.dir, "../../../scripts/deploy/mail-refused.sh");
const hasJq = needsProgram("jq", "mails of refused submissions");

const addresses = "# ORIGIN ADDRESS\nlab lab@example.org\n* other@example.org\nsilent\n";

/** A folder with a program that keeps the mails it is given, and the list of addresses. */
function mailbox(exitCode = 0) {
  const folder = temporaryFolder();
  const [mails, sendmail, list] = ["mails", "sendmail", "origins"].map((name) =>
    join(folder.path, name),
  ) as [string, string, string];
  writeFileSync(list, addresses);
  writeFileSync(sendmail, `#!/bin/sh\n{ echo "FROM $*"; cat; } >> ${mails}\nexit ${exitCode}\n`);
  chmodSync(sendmail, 0o755);
  return {
    list,
    env: { PATH: process.env.PATH ?? "", SENDMAIL: sendmail },
    read: () =>
      existsSync(mails) ? readFileSync(mails, "utf8").split("FROM -t -oi\n").filter(Boolean) : [],
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

async function send(
  refusals: readonly object[],
  { list, env }: ReturnType<typeof mailbox>,
): Promise<number> {
  const lines = refusals.map((one) => `${JSON.stringify(one)}\n`).join("");
  return Bun.spawn([script, list], { stdin: Buffer.from(lines), env }).exited;
}

const refusal = (file: string, origins: string[], got = '"x"') => ({
  file,
  reason: "invalid",
  message: "$.x: wrong",
  origins,
  issues: [{ path: "$.x", code: "type", expected: "a number", got, hint: "write 1" }],
  issue_count: 1,
});

test.if(hasJq)(
  "each origin gets one mail with its own files, others go to whoever is named for them",
  async () => {
    using box = mailbox();
    const refusals = [
      refusal("a.json", ["lab"]),
      refusal("b.json", ["lab", "maestro"]),
      { ...refusal("c.json", []), issues: [], message: "not JSON" },
      refusal("d.json", ["silent"]),
    ];
    expect(await send(refusals, box)).toBe(0);
    const mails = box.read().sort();
    expect(mails.map((mail) => mail.split("\n").slice(0, 2))).toEqual([
      ["To: lab@example.org", "Subject: KernelCI refused 2 submissions of lab"],
      ["To: other@example.org", "Subject: KernelCI refused 1 submission of maestro"],
      ["To: other@example.org", "Subject: KernelCI refused 1 submission of unknown"],
    ]);
    expect(mails[0]).toContain(
      'a.json: invalid\n  $.x: expected a number, got "x"\n    write 1\n\nb.json: invalid\n',
    );
    expect(mails[0]).not.toContain("c.json");
    expect(mails[2]).toContain("c.json: not JSON\n");
  },
);

test.if(hasJq)(
  "nothing that stands in a submission becomes a header, an address or a command",
  async () => {
    using box = mailbox();
    const evil = "lab\nBcc: x@example.org\u001b[31m";
    const refusals = [refusal(`${evil}.json`, [evil, "$(id)", "*"], `${evil}\r\n.\r\n`)];
    expect(await send(refusals, box)).toBe(0);
    const [mail = "", ...more] = box.read();
    expect(more).toEqual([]);
    expect(mail).toStartWith(
      "To: other@example.org\nSubject: KernelCI refused 1 submission of unknown\nMIME",
    );
    expect(mail).not.toMatch(/^Bcc|\u001b|^\.|\r/m);
  },
);

test.if(hasJq)("a mail that cannot be sent lets the service try again", async () => {
  using box = mailbox(1);
  expect(await send([refusal("a.json", ["lab"])], box)).toBe(75);
});

test.if(hasJq)("the service sends the mails by it", async () => {
  using box = mailbox();
  using spool = spoolWith({ "a.json": bad("lab"), "b.json": good("lab") });
  const hook = `env SENDMAIL=${box.env.SENDMAIL} ${script} ${box.list}`;
  const { exitCode } = await spool.run("monitor", "--once", "--refused-hook", hook);
  expect(exitCode).toBe(1);
  expect(box.read()).toEqual([
    expect.stringContaining("To: lab@example.org\nSubject: KernelCI refused 1 submission of lab\n"),
  ]);
  expect(box.read()[0]).toContain("\na.json: invalid\n  $.builds[0]");
});
