import { kinds, type TestDatabase, type TestKind } from "../databases.ts";

/** A kind of database, and how the tables of a test are made in it. */
export interface LaidOutKind extends Pick<TestKind, "create"> {
  readonly name: string;
  /** Makes the tables that others have made otherwise than `migrate` would; `migrate` makes the rest. */
  layOut?(database: TestDatabase): Promise<void>;
}

/** The kinds of database that a store is tested on. */
export const storeKinds: readonly LaidOutKind[] = kinds;
