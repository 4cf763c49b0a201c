import type { Submission } from "../../src/submission/submission.ts";

/** Texts that try to be more than text. */
export const hostileTexts = {
  markup: '<script>document.title="owned"</script>',
  attribute: `"'><img src=x onerror=document.title="owned">`,
  direction: "\u202eתוצאות\u202c \u2067مرحبا",
  control: "one\u001b[31mtwo\u0007\u0000three".replace("\u0000", ""),
  long: "x".repeat(2_500),
} as const;

/** A commit of a tree in which every name, address and log is hostile. */
export function hostileResults(nowMs: number): Submission {
  const at = (hours: number) => new Date(nowMs - hours * 3_600_000).toISOString();
  const { markup, attribute, direction, control, long } = hostileTexts;
  const evil = "javascript:document.title='owned'";
  const checkout = (id: string, tree: string, branch: string, hours: number) => ({
    ...{ id: `lab:${id}`, origin: "lab", tree_name: tree, git_repository_branch: branch },
    ...{
      git_repository_url: evil,
      git_commit_hash: `${id.length}`.repeat(40),
      start_time: at(hours),
    },
    ...{ git_commit_name: markup, git_commit_tags: [attribute] },
  });
  const test = (id: string, build: string, path: string, log: string) => ({
    ...{ id: `lab:${id}`, origin: "lab", build_id: `lab:${build}`, path, status: "FAIL" },
    ...{ start_time: at(1), log_url: evil, log_excerpt: log, comment: markup },
    environment: { compatible: [attribute], misc: { platform: attribute, job_url: evil } },
    misc: {
      runtime: direction,
      error_msg: markup,
      [markup]: { nested: attribute },
      link: "data:text/html,x",
    },
    output_files: [
      { name: markup, url: evil },
      { name: "picture.svg", url: "data:image/svg+xml,<svg onload=alert(1)>" },
    ],
  });
  return {
    version: { major: 5, minor: 3 },
    checkouts: [checkout("c", markup, "feature/x", 3), checkout("cc", "..", direction, 2)],
    builds: ["b", "bb"].map((id) => ({
      ...{
        id: `lab:${id}`,
        origin: "lab",
        checkout_id: `lab:${id.replaceAll("b", "c")}`,
        status: "FAIL",
      },
      ...{ architecture: attribute, config_name: long.slice(0, 400), compiler: direction },
      ...{
        start_time: at(2),
        log_url: evil,
        config_url: evil,
        command: control,
        log_excerpt: control,
      },
    })),
    tests: [
      test("t1", "b", markup, `${control}\n${markup}\nKernel panic ${attribute}`),
      test("t2", "bb", `${attribute}.${long}`, long),
      { ...test("t3", "b", "boot", ""), environment: undefined, status: undefined },
    ],
    issues: [
      {
        id: "lab:<i>",
        version: 1,
        origin: "lab",
        comment: markup,
        report_url: evil,
        report_subject: attribute,
        culprit: { code: true },
      },
    ],
    incidents: [
      {
        id: "lab:n",
        origin: "lab",
        issue_id: "lab:<i>",
        issue_version: 1,
        present: true,
        test_id: "lab:t1",
      },
    ],
  } as unknown as Submission;
}
