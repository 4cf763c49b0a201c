import { runtimeVariables } from "../../base/runtime-variables.ts";
import { limitHint, openFilesLimit } from "../../base/system-limits.ts";
import type { Finding } from "./check.ts";

/** What the service opens with all its workers, connections and pages, and room beside. */
const enoughFiles = 256;

/** Looks at what the process was given: how many files it may open, and the variables of its runtime. */
export function checkProcess(
  env: Readonly<Record<string, string | undefined>>,
  maxFiles = openFilesLimit(),
): Finding[] {
  const findings: Finding[] = Object.entries(runtimeVariables).flatMap(([name, does]) =>
    env[name]
      ? [{ state: "warn", detail: `${name} is set: it ${does}`, hint: `unset ${name}` }]
      : [],
  );
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    const detail = "NODE_TLS_REJECT_UNAUTHORIZED is 0: certificates are not verified";
    findings.push({ state: "warn", detail, hint: "unset it, and name the CA" });
  }
  if (maxFiles !== undefined && maxFiles < enoughFiles) {
    const detail = `only ${maxFiles} files may be open at once; at least ${enoughFiles} are recommended`;
    findings.push({ state: "warn", detail, hint: limitHint("EMFILE") });
  }
  return findings;
}
