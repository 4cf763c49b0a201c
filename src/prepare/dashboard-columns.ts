import { fieldPath } from "../rows/field-path.ts";
import { mainTables } from "../rows/to-rows.ts";
import type { ListName } from "../submission/submission.ts";

/** The columns of the dashboard's database that a field fills, as `tests.environment_misc`; none for `version`. */
export function columnsOf(list: string, path: readonly string[]): string[] {
  if (!Object.hasOwn(mainTables, list)) return [];
  const table = mainTables[list as ListName];
  return table.columns
    .filter(
      ({ name }) =>
        startsWith(fieldPath(name).map(String), path) ||
        startsWith(path, fieldPath(name).map(String)),
    )
    .map(({ name }) => `${table.name}.${name}`);
}

// --- internal ---

function startsWith(path: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((part, place) => path[place] === part);
}
