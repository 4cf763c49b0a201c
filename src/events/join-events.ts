import type { ServiceEvents } from "./service-events.ts";

/** Tells several watchers the same, one after the other. */
export function joinEvents(...watchers: readonly ServiceEvents[]): ServiceEvents {
  const joined: Record<string, (...details: unknown[]) => void> = {};
  for (const watcher of watchers) {
    for (const [event, tell] of Object.entries(watcher)) {
      const earlier = joined[event];
      joined[event] = (...details) => {
        earlier?.(...details);
        tell(...details);
      };
    }
  }
  return joined;
}
