/** What one look at something that the service needs found. */
export interface Check {
  name: string;
  /** `warn`: the service works, but not as well or as safely as it could. */
  state: "ok" | "warn" | "fail";
  detail: string;
  hint?: string | undefined;
  /** Of a `fail`: with what the service would end. */
  exitCode?: number;
}

/** The same before it is said of what. */
export type Finding = Omit<Check, "name">;
