import { expect } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary.ts";

const python = Bun.which("python3");

/** The service manager's end is in Python, since Bun has no datagram sockets of its own. */
export const hasReceiver: boolean = needs(
  python !== null && process.platform === "linux",
  "notifications",
  "python3 on Linux",
);

export interface Receiver extends AsyncDisposable {
  /** For `NOTIFY_SOCKET`. */
  readonly socket: string;
  /** The next message; waits for it. */
  next(): Promise<string>;
  /** Everything that arrives within this many milliseconds, and what has arrived before. */
  during(milliseconds: number): Promise<string[]>;
}

/** A real datagram socket and what arrives on it. */
export async function receiveNotifications(path?: string): Promise<Receiver> {
  const folder = temporaryFolder().path;
  const socket = path ?? join(folder, "socket");
  const script = join(import.meta.dir, "notify-receiver.py");
  const child = Bun.spawn([python ?? "python3", script, socket], { stdout: "pipe" });
  const lines: string[] = [];
  let arrived = Promise.withResolvers<void>();
  void (async () => {
    let text = "";
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const whole = text.split("\n");
      text = whole.pop() ?? "";
      lines.push(...whole);
      arrived.resolve();
      arrived = Promise.withResolvers();
    }
  })();
  const readLine = async () => {
    while (lines.length === 0) await arrived.promise;
    return lines.shift() ?? "";
  };
  expect(await readLine()).toBe("listening");
  return {
    socket,
    next: async () => JSON.parse(await readLine()),
    async during(milliseconds) {
      await Bun.sleep(milliseconds);
      return lines.splice(0).map((line) => JSON.parse(line));
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
      rmSync(folder, { recursive: true });
    },
  };
}
