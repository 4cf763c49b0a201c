import { readSubmission } from "../../src/prepare/read-submission.ts";
import type { Mistake, Refusal } from "../../src/submission/refusal.ts";

/** Why a text is refused; throws where it is not. */
export function refusal(input: string | Uint8Array, maxIssues?: number): Refusal {
  const reading = readSubmission(input, maxIssues === undefined ? {} : { maxIssues });
  if (reading.accepted) throw new Error("accepted");
  return reading.refusal;
}

/** The first mistake of a document that is not valid. */
export function issue(document: unknown): Mistake {
  return refusal(JSON.stringify(document)).issues[0] as Mistake;
}
