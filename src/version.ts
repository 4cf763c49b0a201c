import { version as release } from "../package.json";

declare const BUILD_COMMIT: string | undefined;
declare const BUILD_TARGET: string | undefined;

/** The release alone: `0.1.0`. */
export { release };

/** The commit that this was built from, or `source`. */
export const commit = typeof BUILD_COMMIT === "string" ? BUILD_COMMIT : "source";

/** Version, commit and target of this program in one line; a build fills in the latter two. */
export function version(): string {
  const target =
    typeof BUILD_TARGET === "string" ? BUILD_TARGET : `${process.platform}-${process.arch}`;
  return `kci-ingester ${release} (${commit}, ${target})`;
}
