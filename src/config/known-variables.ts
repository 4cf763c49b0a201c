import { storeKinds } from "../store/store-kind.ts";
import { dashboardVariables } from "./dashboard-database.ts";
import type { Declaration } from "./declaration.ts";
import { djangoVariables } from "./django-database.ts";
import { excerptSettings, logSettings, monitorSettings } from "./monitor-settings.ts";

/** A variable that means something to this program. */
export interface KnownVariable {
  readonly name: string;
  /** What it is for, in a few words; absent for those of one database among many. */
  readonly description?: string;
  /** The default in words. */
  readonly default?: string;
  /** It holds nothing but a secret. */
  readonly secret: boolean;
}

/** The settings that have no flag, in the order of the README. */
export const variableSettings: readonly Declaration[] = [
  ...Object.values(excerptSettings),
  ...Object.values(logSettings),
].filter((declaration: Declaration) => declaration.flag === undefined);

/** Every variable that this program reads for its settings and databases, each once. */
export const knownVariables: readonly KnownVariable[] = [
  ...[...Object.values<Declaration>(monitorSettings), ...variableSettings].flatMap(ofSetting),
  ...[...dashboardVariables, ...djangoVariables].map((name) =>
    ofDatabase(name, name.endsWith("_PASSWORD")),
  ),
  ...storeKinds.flatMap(({ variables, secretVariables }) =>
    variables.map((name) => ofDatabase(name, secretVariables.includes(name))),
  ),
];

// --- internal ---

/** A name that ends in an ellipsis stands for several, which are listed as those of the database. */
function ofSetting({ variables = [], ...declaration }: Declaration): KnownVariable[] {
  const { description, secret = false, defaultWords = declaration.default } = declaration;
  const known = { description, secret, ...(defaultWords ? { default: defaultWords } : {}) };
  return variables
    .filter((name) => !name.endsWith("…") && name !== "DB_DEFAULT")
    .map((name) => ({ name, ...known }));
}

function ofDatabase(name: string, secret: boolean): KnownVariable {
  return { name, secret };
}
