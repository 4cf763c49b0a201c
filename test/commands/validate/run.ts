import { type ValidateOptions, validate } from "../../../src/commands/validate.ts";

/** Validates files in this process, and gives what was written. */
export async function runValidate(
  files: readonly string[],
  options: Partial<ValidateOptions> = {},
) {
  let out = "";
  let err = "";
  const exitCode = await validate({
    files,
    format: "text",
    quiet: false,
    strict: false,
    maxIssues: 20,
    maxFileBytes: 512 << 20,
    color: false,
    stdout: async (text) => {
      out += text;
    },
    stderr: async (text) => {
      err += text;
    },
    ...options,
  });
  return { exitCode, out, err };
}
