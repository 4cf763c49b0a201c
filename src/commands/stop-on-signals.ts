import { readFileSync } from "node:fs";
import { constants } from "node:os";

/**
 * What the service does at each signal that would end it without a word:
 * - `stop`: it ends in order, as at SIGTERM; a second one ends it at once, exit code 128 + its number;
 * - `stop once`: the same, but more of them change nothing: the system sends them by itself;
 * - `ignore`: it goes on. Nothing of ours asks for it: others send it to have a log file opened anew.
 *
 * What is not here keeps the system's meaning: SIGKILL, SIGSTOP, those of a crash. SIGPIPE and SIGXFSZ
 * the runtime ignores: the write fails and is told of.
 */
export const signalActions = {
  SIGTERM: "stop",
  SIGINT: "stop",
  // A terminal that was closed; a service that outlives it is started with nohup.
  SIGHUP: "stop",
  SIGQUIT: "stop",
  // The soft limit of processor time; the hard one kills.
  SIGXCPU: "stop once",
  SIGUSR1: "ignore",
  SIGUSR2: "ignore",
  SIGALRM: "ignore",
  SIGVTALRM: "ignore",
  SIGPROF: "ignore",
  SIGIO: "ignore",
} as const;

type Handled = keyof typeof signalActions;

/**
 * Does what `signalActions` says until it is disposed of: calls `stop` at the first signal that stops,
 * and `onIgnored` at the first of each kind that is ignored.
 */
export function stopOnSignals(
  stop: (signal: NodeJS.Signals) => void,
  onIgnored: (signal: string) => void = () => {},
): Disposable {
  let isStopping = false;
  const told = new Set<string>();
  const listeners = handledSignals().map((signal) => {
    const action = signalActions[signal];
    const listener = () => {
      if (action === "ignore") {
        if (!told.has(signal)) onIgnored(signal);
        told.add(signal);
      } else if (!isStopping) {
        isStopping = true;
        stop(signal);
      } else if (action === "stop") process.exit(exitCodeOfSignal(signal));
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return {
    [Symbol.dispose]() {
      for (const remove of listeners) remove();
    },
  };
}

/** The exit code of a program that a signal ended, as shells have it. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

// --- internal ---

/** Those that this system has; under nohup SIGHUP stays ignored. */
function handledSignals(): Handled[] {
  return (Object.keys(signalActions) as Handled[]).filter(
    (signal) =>
      constants.signals[signal] !== undefined && !(signal === "SIGHUP" && isIgnored(signal)),
  );
}

/** Whether whoever started this process had a signal ignored (Linux; elsewhere it is not known). */
function isIgnored(signal: Handled): boolean {
  try {
    const [, mask = "0"] =
      /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}
