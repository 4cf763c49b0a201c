import type { Hook } from "./read-hook.ts";

/** What a value may be; what it is read as stands in `ValueOf`. */
export type Kind =
  /** A flag without a value; its variable says yes or no. */
  | { readonly type: "switch" }
  /** A variable that says yes by being set, whatever it holds. */
  | { readonly type: "presence" }
  | { readonly type: "whole"; readonly min: number; readonly max: number }
  /** `5` seconds, or with a unit, `250ms`; read as milliseconds. The range is in seconds. */
  | { readonly type: "seconds"; readonly min: number; readonly max: number }
  | { readonly type: "bytes"; readonly minBytes?: number }
  | { readonly type: "words"; readonly words: readonly string[] }
  | { readonly type: "text" | "folder" | "file" | "http-url" }
  /** A command or a URL. */
  | { readonly type: "hook" }
  /** Read by `readDatabase`: several variables name it together. */
  | { readonly type: "database" };

/** All that is known of one setting: help, reading, log, completion and man page come from here. */
export interface Declaration {
  /** Without the dashes; absent: only a variable. */
  readonly flag?: string;
  /** The variables that stand for it, the first that is set counts. */
  readonly variables?: readonly string[];
  readonly kind: Kind;
  /** What its value is called in help: `DIR`, `N`; words to choose from need none. */
  readonly hint?: string;
  readonly description: string;
  /** The same for the other commands that have the flag, where it is less. */
  readonly elsewhere?: string;
  /** As it would be given; for a switch `on`, else it is off. */
  readonly default?: string;
  /** The default with `--once`; the variables do not count then. */
  readonly onceDefault?: string;
  /** The default in words, where the text of `default` does not say all. */
  readonly defaultWords?: string;
  /** It must be given. */
  readonly required?: true;
  /** Never shown. */
  readonly secret?: true;
  /** Its key in the logged configuration. */
  readonly logged?: string;
  /** What is logged where it is not given. */
  readonly loggedAbsent?: string;
}

/** Declarations by the names that their values have in `Config`. */
export type Declarations = Readonly<Record<string, Declaration>>;

/** What a setting is read as. */
export type ValueOf<D extends Declaration> =
  | (D["kind"] extends { type: "switch" | "presence" }
      ? boolean
      : D["kind"] extends { type: "whole" | "seconds" | "bytes" }
        ? number
        : D["kind"] extends { type: "hook" }
          ? Hook
          : D["kind"] extends { words: readonly (infer Word)[] }
            ? Word
            : string)
  | (D extends { default: string } | { required: true } | { kind: { type: "switch" | "presence" } }
      ? never
      : undefined);

/** What a group of settings is read as. */
export type ValuesOf<T extends Declarations> = { [Name in keyof T]: ValueOf<T[Name]> };

/** The flags of a group as the command line gives them; absent ones are undefined. */
export type FlagsOf<T extends Declarations> = {
  [Name in keyof T as FlagName<T[Name]>]?:
    | (T[Name]["kind"] extends { type: "switch" } ? boolean : string)
    | undefined;
};

/** The name of a declaration's flag; none where it has only variables. */
export type FlagName<D extends Declaration> = D extends { flag: infer Name extends string }
  ? Name
  : never;
