import { constants } from "node:os";

const signals = ["SIGTERM", "SIGINT"] as const;

/** Calls `stop` at the first SIGTERM or SIGINT; a second one ends the process at once (130, 143). */
export function stopOnSignals(stop: (signal: string) => void): Disposable {
  let isStopping = false;
  const listeners = signals.map((signal) => {
    const listener = () => {
      if (isStopping) process.exit(128 + constants.signals[signal]);
      isStopping = true;
      stop(signal);
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
