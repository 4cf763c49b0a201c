import {
  type Given,
  type Parameters,
  type ReadText,
  refusal,
  unexpectedValue,
} from "../../given.ts";
import { knownParameters, sessionVariables } from "./known-parameters.ts";
import { findService, serviceFiles } from "./service-file.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The parameters of a connection: those given, else those of the service that is named, else those of
 * the environment. Throws `StoreFault` (operator) on a service that is not found.
 */
export function withDefaults(given: Parameters, env: Environment, readText: ReadText): Parameters {
  const merged = new Map(given);
  const add = (name: string, parameter: Given | undefined) => {
    if (parameter?.value && !merged.has(name)) merged.set(name, parameter);
  };
  const ofVariable = (name: string) => {
    const variable = knownParameters[name]?.env ?? "";
    return { from: variable, value: env[variable] ?? "" };
  };
  for (const name of ["service", "servicefile"]) add(name, ofVariable(name));
  const service = merged.get("service");
  if (service) {
    const found = readService(service, merged.get("servicefile"), env, readText);
    for (const [name, parameter] of found) add(name, parameter);
  }
  merged.delete("service");
  merged.delete("servicefile");
  for (const name of Object.keys(knownParameters)) {
    if (!name.startsWith("service")) add(name, ofVariable(name));
  }
  for (const [variable, name] of Object.entries(sessionVariables)) {
    const value = env[variable];
    if (value) addOption(merged, { from: variable, value: `-c ${name}=${escapeOption(value)}` });
  }
  return merged;
}

// --- internal ---

function readService(
  service: Given,
  servicefile: Given | undefined,
  env: Environment,
  readText: ReadText,
): Parameters {
  const files = serviceFiles(servicefile, env);
  for (const file of files) {
    let text: string | undefined;
    try {
      text = readText(file);
    } catch (cause) {
      const why = (cause as { code?: string }).code ?? String(cause);
      throw refusal(service.from, `cannot read ${file}: ${why}`);
    }
    const found = text === undefined ? undefined : findService(file, text, service.value);
    if (found) return found;
  }
  throw unexpectedValue(service, `a service of ${files.join(" or ")}`);
}

/** What a session variable adds to `options`, before what is given there, which so prevails. */
function addOption(merged: Map<string, Given>, added: Given): void {
  const given = merged.get("options");
  const value = given ? `${added.value} ${given.value}` : added.value;
  merged.set("options", { from: given?.from ?? added.from, value });
}

function escapeOption(value: string): string {
  return value.replace(/[\\\s]/g, "\\$&");
}
