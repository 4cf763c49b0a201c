import { type LargeOptions, type LargeReading, readLarge } from "../prepare/large/read-large.ts";
import { swells } from "../prepare/large/too-complex.ts";
import { type Reading, readSubmission } from "../prepare/read-submission.ts";
import { decode } from "../submission/decode.ts";
import { bytesAsSource } from "../submission/json/byte-source.ts";
import type { Refusal } from "../submission/refusal.ts";
import { refuseSize } from "../submission/refuse-size.ts";
import { excerptIn, excerptsOfText, type LineExcerpt } from "../submission/text/excerpt.ts";
import type { Input } from "./read-input.ts";

/** The verdict on what was named on the command line. */
export type InputReading = Reading | LargeReading;

/** Checks a file as the service does, small or large. Throws what reading a large one does. */
export function checkInput(
  input: Input,
  options: LargeOptions & { maxFileBytes?: number },
): InputReading {
  if (input.kind === "small" && !swells(input.bytes)) return readSubmission(input.bytes, options);
  if (input.kind === "too-large") {
    const { maxFileBytes = 0 } = options;
    const refusal = refuseSize(input.bytes, maxFileBytes, { isAtLeast: input.isAtLeast });
    return { accepted: false, refusal };
  }
  const source = input.kind === "small" ? bytesAsSource(input.bytes) : input.file;
  const reading = readLarge(source, options);
  while (true) {
    const { done, value } = reading.next();
    if (done) return value;
  }
}

/** Shows the lines of a refused file, if it is text. */
export function excerptsOf(
  input: Input,
  { stage }: Pick<Refusal, "stage">,
): ((line: number, column: number) => LineExcerpt) | undefined {
  if (stage === "read") return undefined;
  if (input.kind === "large") return (line, column) => excerptIn(input.file, line, column);
  const decoded = input.kind === "small" ? decode(input.bytes) : undefined;
  if (!decoded || !("text" in decoded)) return undefined;
  return excerptsOfText(decoded.text);
}
