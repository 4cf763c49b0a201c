import { ptr } from "bun:ffi";
import { escapeText } from "../base/escape-text.ts";
import { openLibc } from "../base/libc.ts";
import { maskSecrets } from "../base/mask-secrets.ts";

/** The variables that systemd hands to a service of `Type=notify`; see sd_notify(3). */
export interface NotifyEnvironment {
  readonly NOTIFY_SOCKET?: string | undefined;
  readonly WATCHDOG_USEC?: string | undefined;
  readonly WATCHDOG_PID?: string | undefined;
}

/** Tells the service manager how the service is. Does nothing when there is none. */
export interface Notifier extends Disposable {
  /** The service has started: it takes work from now on. */
  ready(): void;
  /** One line for `systemctl status`; while the service is stalled, the reason stands there instead. */
  status(text: string): void;
  /** The service is about to end. */
  stopping(): void;
  /**
   * Sends a sign of life twice in each watchdog interval, as long as `stalled` gives no reason.
   * Without signs systemd restarts the service; the reason is its last status.
   */
  watch(stalled: () => string | undefined): void;
}

/** Opens the socket that the service manager listens on; `undefined` or unusable ones give a silent notifier. */
export function openNotifier(environment: NotifyEnvironment): Notifier {
  const { NOTIFY_SOCKET: path } = environment;
  const socket = path === undefined || path === "" ? undefined : openDatagramSocket(path);
  const send = socket?.send;
  let timer: Timer | undefined;
  let lastStatus = "";
  let isStalled = false;
  const sendStatus = (text: string) => {
    // The protocol is lines of NAME=value: a status must not bring in a second one.
    const line = escapeText(maskSecrets(text)).slice(0, 500);
    if (line === lastStatus) return;
    lastStatus = line;
    send?.(`STATUS=${line}`);
  };
  return {
    ready: () => send?.("READY=1"),
    status(text) {
      if (!isStalled) sendStatus(text);
    },
    stopping: () => send?.("STOPPING=1"),
    watch(stalled) {
      const intervalMs = watchdogIntervalMs(environment);
      if (send === undefined || intervalMs === undefined || timer !== undefined) return;
      timer = setInterval(() => {
        const reason = stalled();
        isStalled = reason !== undefined;
        if (reason === undefined) send("WATCHDOG=1");
        else sendStatus(`stalled: ${reason}`);
      }, intervalMs / 2);
      timer.unref();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      socket?.[Symbol.dispose]();
    },
  };
}

// --- internal ---

/** Milliseconds after which systemd gives the service up; `undefined` when it does not watch this process. */
function watchdogIntervalMs(environment: NotifyEnvironment): number | undefined {
  const { WATCHDOG_USEC: usec, WATCHDOG_PID: pid } = environment;
  if (usec === undefined || !/^[1-9]\d*$/.test(usec)) return undefined;
  if (pid !== undefined && pid !== String(process.pid)) return undefined;
  return Number(usec) / 1000;
}

interface DatagramSocket extends Disposable {
  send(message: string): void;
}

const afUnix = 1;
const sockDgramCloexec = 2 | 0o2000000;
const msgDontWaitNoSignal = 0x40 | 0x4000;

/**
 * Bun has datagram sockets for UDP only, and a helper process a message would need
 * `NotifyAccess=all` and lose the watchdog's meaning; so libc is called directly.
 */
function openDatagramSocket(path: string): DatagramSocket | undefined {
  const address = socketAddress(path);
  const libc =
    process.platform === "linux"
      ? openLibc({
          socket: { args: ["i32", "i32", "i32"], returns: "i32" },
          sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
          close: { args: ["i32"], returns: "i32" },
        })
      : undefined;
  if (address === undefined || libc === undefined) return undefined;
  const descriptor = libc.socket(afUnix, sockDgramCloexec, 0);
  if (descriptor < 0) return undefined;
  let isOpen = true;
  return {
    send(message) {
      if (!isOpen) return;
      const bytes = Buffer.from(message);
      libc.sendto(
        descriptor,
        ptr(bytes),
        BigInt(bytes.length),
        msgDontWaitNoSignal,
        ptr(address),
        address.length,
      );
    },
    [Symbol.dispose]() {
      if (isOpen) libc.close(descriptor);
      isOpen = false;
    },
  };
}

/** A `sockaddr_un`; a path that starts with `@` is in the abstract namespace. */
function socketAddress(path: string): Buffer | undefined {
  if (!path.startsWith("/") && !path.startsWith("@")) return undefined;
  const name = Buffer.from(path.startsWith("@") ? `\0${path.slice(1)}` : `${path}\0`);
  if (name.length > 108) return undefined;
  // All machines that Bun runs on are little-endian.
  return Buffer.concat([Buffer.of(afUnix, 0), name]);
}
