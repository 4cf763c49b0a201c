/** A submission of some parts: ids that come again, waived tests, excerpts, gaps that later parts fill. */
export function bigSubmission(tests: number): string {
  const version = { major: 4, minor: 5 };
  const common = { origin: "lab" };
  const list = Array.from({ length: tests }, (_, n) => ({
    id: `lab:t${n % (tests - 100)}`,
    ...common,
    build_id: "lab:b1",
    path: n % 3 ? "boot" : n === 3 ? "long".repeat(600) : "a.b",
    ...(n % 1000 === 0 ? { waived: true } : {}),
    ...(n >= tests - 100 ? { comment: `again ${n}`, duration: 1.5 } : {}),
    log_excerpt: `line ${n % 50} `.padEnd(n % 50 === 7 ? 300 : 120, "é"),
    environment: { misc: { platform: `p${n % 7}` } },
    misc: { runtime: n % 5 ? "lab-1" : "k8s-all", n, exact: "@1.0@" },
  }));
  const document = {
    tests: list,
    incidents: [{ id: "lab:i1", ...common, issue_id: "lab:x", issue_version: 1, present: true }],
    builds: [
      { id: "lab:b1", ...common, checkout_id: "lab:c1", valid: true, compiler: "c".repeat(300) },
    ],
    checkouts: [
      {
        id: "lab:c1",
        ...common,
        git_repository_url: "https://h/r.git",
        start_time: "2025-01-31T23:59:59Z",
      },
    ],
    version,
  };
  return JSON.stringify(document).replaceAll('"@1.0@"', "1.0");
}
