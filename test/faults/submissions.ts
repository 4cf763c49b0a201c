/** A document of the current version with one object of each kind; `fill` says what else a checkout has. */
export function submission(name: string, tests = 1, fill: Record<string, unknown> = {}): string {
  const origin = "faults";
  const id = (kind: string, number = 1) => `${origin}:${name}-${kind}-${number}`;
  const hash = new Bun.CryptoHasher("sha1").update(name).digest("hex");
  const start_time = "2026-03-01T10:00:00+00:00";
  return JSON.stringify({
    version: { major: 5, minor: 3 },
    checkouts: [
      {
        ...{ id: id("checkout"), origin, start_time, tree_name: `tree-${name}` },
        ...{ git_commit_hash: hash, git_repository_url: `https://git.example/${name}.git` },
        ...fill,
      },
    ],
    builds: [
      {
        id: id("build"),
        checkout_id: id("checkout"),
        origin,
        start_time,
        status: "PASS",
        misc: { n: 1 },
      },
    ],
    tests: Array.from({ length: tests }, (_, at) => ({
      ...{ id: id("test", at), build_id: id("build"), origin, path: "boot", start_time },
      ...{ status: at % 2 ? "FAIL" : "PASS", misc: { runtime: "lab" } },
    })),
    issues: [{ id: id("issue"), version: 1, origin, comment: name }],
    incidents: [
      {
        ...{ id: id("incident"), origin, issue_id: id("issue"), issue_version: 1 },
        ...{ build_id: id("build") },
      },
    ],
  });
}

/** One document with the objects of several, in their order. */
export function joined(documents: readonly string[]): string {
  const whole: Record<string, unknown> = {};
  for (const text of documents) {
    for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
      const former = whole[name];
      whole[name] = Array.isArray(former) && Array.isArray(value) ? [...former, ...value] : value;
    }
  }
  return JSON.stringify(whole);
}

/** The id of a submission's checkout: whether its rows are there. */
export function checkoutOf(name: string): string {
  return `faults:${name}-checkout-1`;
}
