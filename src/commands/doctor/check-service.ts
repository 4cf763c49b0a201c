import type { BesideService } from "../beside-service.ts";
import { exitCodes } from "../command.ts";
import { describeService, differences } from "../describe-service.ts";
import type { Finding } from "./check.ts";

/** Asks the service that has the spool how it is, and whether what is looked at here is what it goes by. */
export async function checkService(beside: BesideService): Promise<Finding[]> {
  if (!beside.service.isRunning) return [];
  const { lines, readiness } = await describeService(beside);
  const [who = ""] = lines;
  const hint = "see which check fails here, or name its variables with --env-file";
  const others = differences(beside).map((detail): Finding => ({ state: "warn", detail, hint }));
  if (!readiness) return [{ state: "ok", detail: who }, ...others];
  const detail = `${who}: ${readiness.words}`;
  if (readiness.isReady) return [{ state: "ok", detail }, ...others];
  const logged = "the service continues on its own once this is fixed; its log says more";
  return [{ state: "fail", detail, hint: logged, exitCode: exitCodes.unavailable }, ...others];
}
