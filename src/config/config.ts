import type { FlagsOf, ValuesOf } from "./declaration.ts";
import type {
  excerptSettings,
  logSettings,
  metricsSettings,
  monitorSettings,
  serviceSettings,
} from "./monitor-settings.ts";

/** The effective configuration of the service; units are in the names. */
export type Config = ValuesOf<typeof serviceSettings> & {
  /** Where metrics, health and the status page are served; absent: nowhere. */
  metrics: ValuesOf<typeof metricsSettings> | undefined;
  log: LogConfig;
  excerpts: ExcerptConfig | undefined;
};

/** How the service logs. */
export interface LogConfig {
  format: ValuesOf<typeof logSettings>["format"];
  verbosity: "quiet" | "normal" | "verbose";
}

/** How log excerpts go to the storage server (`storage/README.md` 1). */
export type ExcerptConfig = Omit<ValuesOf<typeof excerptSettings>, "converts" | "token"> & {
  token: string;
};

/** The flags of `monitor` as they were given; absent ones are undefined. */
export type MonitorFlags = FlagsOf<typeof monitorSettings>;

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;
