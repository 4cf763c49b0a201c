import type { RunningService } from "./run-service.ts";
import { submission } from "./submissions.ts";
import { until } from "./until.ts";

/** A submission that is refused. */
export const badText = '{"version":{"major":5,"minor":3},"builds":[{"id":"nothing else"}]}';

let made = 0;

/** The name of a file that was not there before. */
export function newName(start: string): string {
  return `${start}${++made}.json`;
}

/** New good files of some 15 kB. */
export function goodFiles(count: number): [name: string, text: string][] {
  return Array.from({ length: count }, () => {
    const name = newName("g");
    return [name, submission(name.replace(".json", ""), 80)];
  });
}

export function namesOf(files: [string, string][]): string[] {
  return files.map(([name]) => name);
}

/** Waits until a service has logged a text since its log was `from` long. */
export function waitForLog(service: RunningService, text: string, from: number): Promise<true> {
  const log = () => service.log.slice(from);
  return until(
    () => log().includes(text),
    15_000,
    () => `not "${text}" but ${log()}`,
  );
}
