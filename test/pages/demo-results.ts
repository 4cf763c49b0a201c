import type { Submission } from "../../src/submission/submission.ts";

/** Made results that look like a lab's week: trees, commits, boards, and a few things that broke. */
export function demoResults(nowMs: number): Submission {
  const all = { checkouts: [], builds: [], tests: [], issues: [], incidents: [] } as Parts;
  for (const tree of trees) addTree(all, tree, nowMs);
  addWaiting(all, nowMs);
  addIssues(all);
  return { version: { major: 5, minor: 3 }, ...all } as unknown as Submission;
}

/** The hash of the nth commit of a tree, 0 the newest. */
export function demoHash(tree: string, age: number): string {
  return new Bun.CryptoHasher("sha1").update(`${tree} ${age}`).digest("hex");
}

/** A log as boards write it, colours and control bytes included. */
export const panicLog = [
  "[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd034]",
  "[    1.732911] rockchip-pcie f8000000.pcie: no vpcie12v regulator found",
  "[    1.904112] \u001b[31mUnable to handle kernel NULL pointer dereference at virtual address 0000000000000018\u001b[0m",
  "[    1.904870] Internal error: Oops: 0000000096000004 [#1] SMP",
  "[    1.905431] CPU: 4 UID: 0 PID: 1 Comm: swapper/0 Not tainted 6.17.0-rc5 #1 PREEMPT",
  "[    1.906142] Hardware name: Google Kevin (DT)",
  "[    1.906575] pc : rockchip_pcie_probe+0x3b4/0x8a0",
  "[    1.907012] lr : rockchip_pcie_probe+0x394/0x8a0",
  "[    1.907631] Call trace:",
  "[    1.907901]  rockchip_pcie_probe+0x3b4/0x8a0 (P)",
  "[    1.908301]  platform_probe+0x68/0xdc",
  "[    1.908702] Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b",
  "",
].join("\n");

// --- internal ---

type Row = Record<string, unknown>;
interface Parts extends Record<"checkouts" | "builds" | "tests" | "issues" | "incidents", Row[]> {}
interface DemoTree {
  name: string;
  branch: string;
  origin: string;
  url: string;
  version: (age: number) => string;
  commits: number;
  hoursApart: number;
}

const trees: readonly DemoTree[] = [
  tree(
    "mainline",
    "master",
    "torvalds/linux",
    (age) => `v6.17-rc${5 - Math.floor(age / 4)}-${240 - age * 17}-g`,
    16,
    11,
  ),
  tree(
    "next",
    "master",
    "next/linux-next",
    (age) => `next-202611${String(27 - age).padStart(2, "0")}-g`,
    12,
    24,
  ),
  tree(
    "stable-rc",
    "linux-6.12.y",
    "stable/linux-stable-rc",
    (age) => `v6.12.${58 - age}-g`,
    8,
    40,
  ),
  tree("soc", "feature/pcie", "soc/soc", () => "v6.17-rc3-44-g", 3, 50),
];

const boards = [
  ["rk3399-gru-kevin", "arm64", ["google,kevin", "rockchip,rk3399"], "lab-collabora"],
  ["meson-g12b-a311d-khadas-vim3", "arm64", ["khadas,vim3", "amlogic,a311d"], "lab-baylibre"],
  ["bcm2711-rpi-4-b", "arm64", ["raspberrypi,4-model-b", "brcm,bcm2711"], "lab-cambridge"],
  ["imx8mp-evk", "arm64", ["fsl,imx8mp-evk", "fsl,imx8mp"], "lab-pengutronix"],
  ["acer-cb317-1h-c3z6-dedede", "x86_64", ["google,dedede"], "lab-collabora"],
  ["qemu-x86", "x86_64", ["qemu,x86"], "lab-broonie"],
  [
    "jh7110-starfive-visionfive-2",
    "riscv",
    ["starfive,visionfive-2-v1.3b", "starfive,jh7110"],
    "lab-baylibre",
  ],
] as const;

const configs = [
  ["defconfig", "arm64", "gcc-14"],
  ["defconfig+kselftest", "arm64", "gcc-14"],
  ["x86_64_defconfig", "x86_64", "clang-19"],
  ["defconfig", "riscv", "gcc-14"],
  ["allmodconfig", "riscv", "gcc-14"],
] as const;

const paths = [
  ...["boot", "boot.nfs", "baseline.dmesg.crit", "baseline.dmesg.emerg", "baseline.cpufreq"],
  ...["kselftest.futex.futex_wait", "kselftest.net.udpgso.sh", "kselftest.seccomp.seccomp_bpf"],
  ...["kselftest.timers.rtcpie", "ltp.syscalls.openat02", "ltp.syscalls.fanotify14"],
  ...["ltp.math.float_trigo", "rt-tests.cyclictest", "v4l2.compliance.uvc"],
];

function tree(
  name: string,
  branch: string,
  repository: string,
  version: DemoTree["version"],
  commits: number,
  hoursApart: number,
): DemoTree {
  const url = `https://git.kernel.org/pub/scm/linux/kernel/git/${repository}.git`;
  return { name, branch, origin: "maestro", url, version, commits, hoursApart };
}

function addTree(all: Parts, one: DemoTree, nowMs: number): void {
  for (let age = one.commits - 1; age >= 0; age--) {
    const at = nowMs - (age * one.hoursApart + 2 + one.name.length) * 3_600_000;
    const hash = demoHash(one.name, age);
    const checkout = `maestro:${one.name}-${age}`;
    all.checkouts.push({
      ...{ id: checkout, origin: one.origin, tree_name: one.name, start_time: iso(at) },
      ...{ git_repository_url: one.url, git_repository_branch: one.branch, git_commit_hash: hash },
      git_commit_name: `${one.version(age)}${hash.slice(0, 12)}`,
    });
    for (const [config, architecture, compiler] of configs) {
      const id = `${checkout}-${architecture}-${config}`;
      const isBroken = config === "allmodconfig" && one.name === "next" && age < 1;
      all.builds.push({
        ...{ id, origin: one.origin, checkout_id: checkout, architecture, compiler },
        ...{ config_name: config, start_time: iso(at + 300_000), duration: 412.5 },
        ...{
          status: isBroken ? "FAIL" : "PASS",
          log_url: `https://files.kernelci.org/${id}/build.log`,
        },
        ...(isBroken
          ? {
              log_excerpt:
                "  CC [M]  drivers/gpu/drm/xe/xe_guc_pc.o\ndrivers/gpu/drm/xe/xe_guc_pc.c:412:9: error: implicit declaration of function 'xe_mmio_read64_2x32' [-Wimplicit-function-declaration]\nmake[6]: *** [scripts/Makefile.build:287: drivers/gpu/drm/xe/xe_guc_pc.o] Error 1\nmake[5]: *** [scripts/Makefile.build:556: drivers/gpu/drm/xe] Error 2\n",
            }
          : {}),
        misc: { lab: "k8s-gke-eu" },
      });
      if (config === "allmodconfig") continue;
      for (const [platform, of, compatible, lab] of boards) {
        if (of !== architecture || (config.includes("kselftest") && platform === "imx8mp-evk"))
          continue;
        for (const path of paths)
          addTest(all, { one, age, at, id, path, platform, compatible, lab });
      }
    }
  }
}

interface Made {
  one: DemoTree;
  age: number;
  at: number;
  id: string;
  path: string;
  platform: string;
  compatible: readonly string[];
  lab: string;
}

function addTest(all: Parts, made: Made): void {
  const { one, age, at, id, path, platform, compatible, lab } = made;
  const status = statusOf(made);
  if (status === undefined) return;
  const testId = `${id}-${platform}-${path}`;
  all.tests.push({
    ...{ id: testId, origin: one.origin, build_id: id, path, status },
    ...{ start_time: iso(at + 900_000 + path.length * 1000), duration: 12.25 + path.length },
    environment: {
      compatible,
      misc: { platform, job_url: `https://lava.example.org/scheduler/job/${1000 + age}` },
    },
    ...{
      log_url: `https://files.kernelci.org/${testId}/log.txt.gz`,
      misc: { runtime: lab, ...errorOf(status) },
    },
    ...(status === "FAIL" ? { log_excerpt: logOf(path) } : {}),
  });
}

function statusOf({ one, age, platform, path, id }: Made): string | undefined {
  const isBoot = path === "boot" || path === "boot.nfs";
  const kevinBroke = platform === "rk3399-gru-kevin" && one.name === "mainline" && age === 0;
  if (kevinBroke) return isBoot ? "FAIL" : undefined;
  if (platform === "imx8mp-evk" && one.name === "next" && age < 2)
    return isBoot ? "MISS" : undefined;
  if (path === "kselftest.net.udpgso.sh" && one.name !== "stable-rc" && age < 3) return "FAIL";
  if (path === "kselftest.timers.rtcpie" && platform === "qemu-x86") return "FAIL";
  if (path === "ltp.syscalls.fanotify14" && platform === "bcm2711-rpi-4-b") {
    return chance(`${id}${path}`) < 0.5 || age === 0 ? "FAIL" : "PASS";
  }
  if (path === "rt-tests.cyclictest" && platform === "meson-g12b-a311d-khadas-vim3" && age === 1)
    return "FAIL";
  if (path === "v4l2.compliance.uvc" && platform.startsWith("qemu")) return "SKIP";
  return chance(`${id}${platform}${path}`) < 0.012 ? "ERROR" : "PASS";
}

function errorOf(status: string): Row {
  return status === "ERROR" || status === "MISS"
    ? { error_code: "Infrastructure", error_msg: "bootloader-action timed out after 180 seconds" }
    : {};
}

function logOf(path: string): string {
  if (path.startsWith("boot")) return panicLog;
  if (path.startsWith("kselftest.net")) {
    return "# selftests: net: udpgso.sh\n# ipv4 cmsg\n# ipv4 connected\n# ipv6 cmsg\n# ./udpgso: cmp size: 65535 != 65527\n# FAIL: ipv6 connected gso\nnot ok 14 selftests: net: udpgso.sh # exit=1\n";
  }
  return `# running ${path}\n# step 1 ok\nTBROK: expected 0, got -1 (EINVAL)\nnot ok 1 ${path}\n`;
}

function addWaiting(all: Parts, nowMs: number): void {
  for (let at = 0; at < 8; at++) {
    all.tests.push({
      ...{ id: `microsoft:lisa-${at}`, origin: "microsoft", build_id: `microsoft:build-${at % 2}` },
      ...{
        path: "boot",
        status: at < 2 ? "FAIL" : "PASS",
        start_time: iso(nowMs - 3_600_000 * (at + 1)),
      },
      environment: { misc: { platform: "hyperv-gen2" } },
    });
  }
  all.builds.push({
    id: "tuxsuite:orphan",
    origin: "tuxsuite",
    checkout_id: "tuxsuite:gone",
    status: "PASS",
    architecture: "arm",
    config_name: "tinyconfig",
  });
}

function addIssues(all: Parts): void {
  const broken = all.tests.filter(
    ({ path, status }) => path === "kselftest.net.udpgso.sh" && status === "FAIL",
  );
  all.issues.push({
    ...{ id: "maestro:udpgso", version: 1, origin: "maestro", culprit: { code: true } },
    ...{
      comment: "udpgso: wrong segment size over IPv6",
      report_url: "https://lore.kernel.org/netdev/20261124.1@example.org/",
      report_subject: "[REGRESSION] net: udp gso size",
    },
  });
  for (const [at, { id }] of broken.slice(-9).entries()) {
    all.incidents.push({
      id: `maestro:n${at}`,
      origin: "maestro",
      issue_id: "maestro:udpgso",
      issue_version: 1,
      present: true,
      test_id: id,
    });
  }
}

/** The same number from 0 to 1 for the same text. */
function chance(text: string): number {
  return Number(Bun.hash.xxHash32(text)) / 2 ** 32;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
