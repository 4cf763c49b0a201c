/**
 * Variables that are meant for the runtime and change what the program does, and how; so does `BUN_BE_BUN`,
 * with which nothing of ours runs at all. The unit and the image's entry point unset them.
 */
export const runtimeVariables: Readonly<Record<string, string>> = {
  BUN_OPTIONS: "may keep the program from starting, or run another program first",
  BUN_INSPECT: "opens a debugger to other programs",
  BUN_INSPECT_PRELOAD: "may run another program before this one",
  BUN_CONFIG_VERBOSE_FETCH: "logs requests together with their tokens",
};
