import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { openNotifier } from "../../src/observe/notify.ts";
import { temporaryFolder } from "../temporary.ts";
import { hasReceiver, receiveNotifications } from "./notify-receiver.ts";

describe.if(hasReceiver)("openNotifier", () => {
  test("tells ready, status and stopping", async () => {
    await using manager = await receiveNotifications();
    using notifier = openNotifier({ NOTIFY_SOCKET: manager.socket });
    notifier.ready();
    notifier.status("12 files wait");
    notifier.status("12 files wait");
    notifier.status("evil\nMAINPID=1");
    notifier.stopping();
    expect(await manager.next()).toBe("READY=1");
    expect(await manager.next()).toBe("STATUS=12 files wait");
    expect(await manager.next()).toBe("STATUS=evil\\nMAINPID=1");
    expect(await manager.next()).toBe("STOPPING=1");
  });

  test("finds sockets in the abstract namespace", async () => {
    await using manager = await receiveNotifications(`@kci-notify-${process.pid}-${Date.now()}`);
    using notifier = openNotifier({ NOTIFY_SOCKET: manager.socket });
    notifier.ready();
    expect(await manager.next()).toBe("READY=1");
  });

  test("gives signs of life only while there is progress", async () => {
    await using manager = await receiveNotifications();
    let reason: string | undefined;
    using notifier = openNotifier({
      NOTIFY_SOCKET: manager.socket,
      WATCHDOG_USEC: "20000",
      WATCHDOG_PID: String(process.pid),
    });
    notifier.watch(() => reason);
    expect(await manager.next()).toBe("WATCHDOG=1");
    expect(await manager.next()).toBe("WATCHDOG=1");
    reason = "nothing has moved for 3 min";
    let message = await manager.next();
    while (message === "WATCHDOG=1") message = await manager.next();
    expect(message).toBe("STATUS=stalled: nothing has moved for 3 min");
    notifier.status("1 file waits");
    await Bun.sleep(60);
    notifier.stopping();
    expect(await manager.next()).toBe("STOPPING=1");
  });

  test("does not pet the watchdog of another process", async () => {
    await using manager = await receiveNotifications();
    using notifier = openNotifier({
      NOTIFY_SOCKET: manager.socket,
      WATCHDOG_USEC: "2000",
      WATCHDOG_PID: "1",
    });
    notifier.watch(() => undefined);
    await Bun.sleep(30);
    notifier.stopping();
    expect(await manager.next()).toBe("STOPPING=1");
  });

  test("works in the compiled program", async () => {
    await using manager = await receiveNotifications();
    const folder = temporaryFolder().path;
    try {
      const entry = join(folder, "main.ts");
      const source = join(import.meta.dir, "../../src/observe/notify.ts");
      await Bun.write(
        entry,
        `import { openNotifier } from ${JSON.stringify(source)};
         openNotifier({ NOTIFY_SOCKET: process.argv[2] }).ready();`,
      );
      const program = join(folder, "program");
      const flags = ["--compile", "--minify", "--bytecode", "--format=esm"];
      const build = Bun.spawnSync([
        process.execPath,
        "build",
        ...flags,
        entry,
        `--outfile=${program}`,
      ]);
      expect(build.exitCode).toBe(0);
      expect(Bun.spawnSync([program, manager.socket]).exitCode).toBe(0);
      expect(await manager.next()).toBe("READY=1");
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});

describe("openNotifier without a service manager", () => {
  test.each([undefined, "", "vsock:2:1", "/nowhere/socket", `/${"x".repeat(200)}`])(
    "is silent with NOTIFY_SOCKET %p",
    (path) => {
      using notifier = openNotifier({ NOTIFY_SOCKET: path, WATCHDOG_USEC: "1000" });
      notifier.ready();
      notifier.status("x");
      notifier.watch(() => undefined);
      notifier.stopping();
    },
  );
});
