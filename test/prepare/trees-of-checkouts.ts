/** The names that the trees file of the table gives. */
export const givenTrees: ReadonlyMap<string, string> = new Map([
  ["https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git", "mainline"],
  ["https://example.org/file/tree.git", "of-the-file"],
]);

/** A checkout, and the name that its repository must get; null: none. */
type Line = [origin: string, name: string | null, url: string | null, expected: string | null];

const kernel = "https://git.kernel.org/pub/scm/linux/kernel/git";

/** Checkouts that reach every rule by which repositories get their names, checked by hand. */
export const checkoutTable: readonly Line[] = [
  // The file's names count first: for the URL, and as taken.
  ["maestro", "something", `${kernel}/torvalds/linux.git`, "mainline"],
  ["maestro", null, `${kernel}/torvalds/linux.git`, "mainline"],
  ["lab", "file-tree", "https://example.org/file/tree.git", "of-the-file"],
  ["maestro", "mainline", "https://github.com/mirror/linux.git", "mirror-linux"],
  ["lab", "of-the-file", "https://example.org/other/tree.git", "other-tree"],
  // A name that is free is kept; one that is taken gives way to the URL; a URL with a name keeps it.
  ["maestro", "arm64", `${kernel}/arm64/linux.git`, "arm64"],
  ["maestro", "arm64", `${kernel}/will/linux.git`, "will-linux"],
  ["maestro", "arm64-again", `${kernel}/arm64/linux.git`, "arm64"],
  // Of two names of one URL the first in order; the other stays free.
  ["maestro", "two", "https://host.example/two/urls.git", "three"],
  ["maestro", "three", "https://host.example/two/urls.git", "three"],
  ["lab", "two", "https://host.example/later/second.git", "two"],
  // maestro before the others, whose names count among each other in their order.
  ["lab", "another", `${kernel}/arm64/linux.git`, "arm64"],
  ["lab", "arm64", "https://lab.example/arm64.git", "arm64-1"],
  ["aaa", "will-linux", "https://lab.example/will.git", "will"],
  ["lab", "lab-tree", "https://lab.example/trees/lab.git", "lab-tree"],
  ["aaa", "lab-tree", "https://lab2.example/trees/lab.git", "trees-lab"],
  ["aaa", null, "https://lab3.example/trees/lab.git", "trees-lab-1"],
  ["aaa", null, "https://lab.example/both.git", "zzz"],
  ["lab", "zzz", "https://lab.example/both.git", "zzz"],
  ["lab", "TIP", "https://lab.example/tip-of.git", "TIP"],
  // Without a name: owner and repository, or the owner that contains the repository, case aside.
  ["maestro", null, `${kernel}/tip/tip.git`, "tip"],
  ["maestro", "", `${kernel}/stable/linux.git`, "stable-linux"],
  ["maestro", null, "https://github.com/Linux-RT/linux-rt.git", "Linux-RT"],
  ["lab", null, "https://example.org/lower/LOWER.git", "lower"],
  ["maestro", null, "https://host.example/team-linux/linux", "team-linux"],
  ["maestro", null, "https://other.example/team-linux/linux", "team-linux-1"],
  ["maestro", null, "https://host.example/a/b/c/deep/repo.git", "deep-repo"],
  ["maestro", null, "file:///srv/linux-stable", "srv-linux-stable"],
  // Without an owner the repository alone.
  ["maestro", null, "git://git.example.org/linux.git", "linux"],
  // One that is taken gets a number, or the next after its own.
  ["maestro", null, "https://git.example.org/linux", "linux-1"],
  ["maestro", null, "ssh://git@git.example.org:22/linux.git", "linux-2"],
  ["maestro", null, "https://a.example/rel-5", "rel-5"],
  ["maestro", null, "https://b.example/rel-5.git", "rel-6"],
  ["maestro", null, "https://c.example/rel-6.git", "rel-7"],
  ["maestro", null, "https://a.example/rel-6.1", "rel-6.1"],
  ["maestro", null, "https://b.example/rel-6.1", "rel-6.1-1"],
  ["lab", null, "https://a.example/q-09", "q-09"],
  ["lab", null, "https://b.example/q-09", "q-10"],
  // What belongs to the path, and what does not.
  ["maestro", null, "https://host.example/trail/slash.git/", "trail-slash"],
  ["maestro", null, "https://host.example/o/r.git?ref=a/b#c/d", "o-r"],
  ["maestro", null, "https://host.example/git/.git", "git"],
  ["maestro", null, "https://host.example/twice.git.git", "twice.git"],
  ["maestro", null, "https://host.example", null],
  ["maestro", null, "https://host.example/", null],
  // Without :// no name, unless the checkout has one that is free.
  ["maestro", null, "git@github.com:owner/repo.git", null],
  ["maestro", "scp", "git@github.com:owner/other.git", "scp"],
  ["maestro", "scp", "git@github.com:owner/third.git", null],
  ["lab", "local", "/srv/git/local.git", "local"],
  ["lab", "without-url", null, null],
  ["lab", null, null, null],
];
