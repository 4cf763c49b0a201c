import { escapeText } from "../base/escape-text.ts";
import { maskSecrets } from "../base/mask-secrets.ts";
import type { Deliver, DeliveryFailure } from "./delivery.ts";

/** The last of what a command writes to standard error that is told. */
const maxToldCharacters = 300;

interface CommandOptions {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

/** Runs a command with the refusals as JSON lines on its standard input. */
export function commandDelivery({ words, env, timeoutMs }: CommandOptions): Deliver {
  return async (refusals, signal) => {
    const ending = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    if (ending.aborted) return failed("the service is stopping");
    let child: Bun.Subprocess<Uint8Array, "ignore", "pipe">;
    try {
      child = Bun.spawn([...words], {
        stdin: Buffer.from(refusals.map((line) => `${line}\n`).join("")),
        stdout: "ignore",
        stderr: "pipe",
        env: { ...env },
        // A group of its own, so that what it has started can be killed with it.
        detached: true,
      });
    } catch (cause) {
      const { code, message } = cause as { code?: string; message: string };
      return failed(`cannot start: ${code ?? message}`);
    }
    const kill = () => killGroup(child.pid);
    ending.addEventListener("abort", kill, { once: true });
    const last = lastWords(child.stderr);
    try {
      const exitCode = await child.exited;
      if (exitCode === 0) return undefined;
      if (signal.aborted) return failed("killed: the service is stopping");
      if (ending.aborted) return failed(`killed: still running after ${timeoutMs / 1000} s`);
      // What it has left running may keep the pipe open.
      const said = await Promise.race([last, Bun.sleep(100).then(() => "")]);
      const how = child.signalCode ? `ended by ${child.signalCode}` : `exit code ${exitCode}`;
      return failed(said ? `${how}: ${said}` : how);
    } finally {
      ending.removeEventListener("abort", kill);
    }
  };
}

// --- internal ---

function failed(why: string): DeliveryFailure {
  return { why, isFinal: false };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** The end of what a stream says; all of it is read, lest its writer wait. */
async function lastWords(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of stream) {
      text = (text + decoder.decode(chunk, { stream: true })).slice(-4 * maxToldCharacters);
    }
  } catch {
    // What was read is told.
  }
  return escapeText(maskSecrets(text.trim())).slice(-maxToldCharacters);
}
