import {
  closeSync,
  linkSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Delivery, drawDelivery, nameOf } from "./draw-delivery.ts";

const writers = 12;

/**
 * Lets many writers put files into a spool until `signal` ends them; each ends the file in hand
 * first. What is there is added to `delivered`. Answers when all have ended.
 */
export async function writeDeliveries(
  spool: string,
  seed: string,
  filesPerSecond: number,
  delivered: Delivery[],
  signal: AbortSignal,
): Promise<void> {
  const meanPauseMs = (1_000 * writers) / filesPerSecond;
  const known = new Set<string>();
  const write = async (writer: number) => {
    for (let number = writer; !signal.aborted; number += writers) {
      const delivery = drawDelivery(seed, number, meanPauseMs);
      await setTimeout(delivery.pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      // What comes again comes after the first.
      if (delivery.name !== nameOf(number) && !known.has(delivery.name)) continue;
      if (!(await put(spool, delivery))) continue;
      known.add(delivery.name);
      delivered.push(delivery);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
}

// --- internal ---

/** Puts a file into the spool; says whether it is there: a name may be taken. */
async function put(spool: string, delivery: Delivery): Promise<boolean> {
  const { name, bytes, manner } = delivery;
  const [target, part] = [join(spool, name), join(spool, `${name}.temp`)];
  if (manner === "whole") writeFileSync(target, bytes);
  else if (manner === "slow") await writeSlowly(target, delivery);
  else {
    writeFileSync(part, bytes);
    if (manner === "renamed") renameSync(part, target);
    else return link(part, target);
  }
  return true;
}

function link(part: string, target: string): boolean {
  try {
    linkSync(part, target);
    return true;
  } catch (cause) {
    if ((cause as { code?: string }).code !== "EEXIST") throw cause;
    return false;
  } finally {
    unlinkSync(part);
  }
}

async function writeSlowly(path: string, { bytes, pieces, restMs }: Delivery): Promise<void> {
  const handle = openSync(path, "w");
  const step = Math.ceil(bytes.length / pieces);
  try {
    for (let at = 0; at < bytes.length; at += step) {
      if (at > 0) await setTimeout(restMs);
      writeSync(handle, bytes.subarray(at, at + step));
    }
  } finally {
    closeSync(handle);
  }
}
