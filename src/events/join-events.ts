import type { ServiceEvents } from "./service-events.ts";

/** Tells several watchers the same, one after the other. */
export function joinEvents(...watchers: readonly ServiceEvents[]): ServiceEvents {
  type Tell = (a: unknown, b: unknown, c: unknown) => void;
  const listeners = new Map<string, Tell[]>();
  for (const watcher of watchers) {
    for (const [event, tell] of Object.entries(watcher)) {
      listeners.set(event, [...(listeners.get(event) ?? []), tell]);
    }
  }
  // No event has more than three details; some come for every file, and a list of them would cost as much again.
  const joined = [...listeners].map(([event, tells]) => {
    const tellAll: Tell = (a, b, c) => {
      for (const tell of tells) tell(a, b, c);
    };
    return [event, tells.length === 1 ? tells[0] : tellAll];
  });
  return Object.fromEntries(joined);
}
