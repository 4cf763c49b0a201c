import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterThisProcess } from "./after-this-process.ts";

/** Where Linux keeps files in memory. */
export const inMemory = "/dev/shm";
/** Where a run of `check` has the folders of tests; absent: where the system has temporary files. */
export const folderVariable = "TEST_FOLDER";

const foldersOfRun = new Map<string, string>();
let staysOnDisk = false;

/** Where tests have their folders. */
export function parentOfFolders(): string {
  return (!staysOnDisk && process.env[folderVariable]) || tmpdir();
}

/** Has the folders of this test file on the disk in any run: for those that test what a file system does. */
export function stayOnDisk(): void {
  staysOnDisk = true;
}

/** A place on another file system than the folders of tests. */
export function otherFileSystem(): string {
  if (!existsSync(inMemory)) return inMemory;
  return statSync(inMemory).dev === statSync(parentOfFolders()).dev ? tmpdir() : inMemory;
}

/** A folder that goes away with its scope, and at the latest with the run; in `parent` where it is given. */
export function temporaryFolder(
  parent = parentOfFolders(),
): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(runFolder(parent), "kci-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

// --- internal ---

/**
 * What is left when the run has ended, or was killed: programs that were started with a path in its
 * folder, but for the shells that clean up; what is mounted there; the folder.
 */
const cleaning = `
for file in $(grep -lsF "$1/" /proc/[0-9]*/cmdline); do
  process="\${file%/cmdline}"
  case "$(cat "$process/comm" 2>/dev/null)" in
    sh | grep) ;;
    *) kill -KILL "\${process#/proc/}" 2>/dev/null ;;
  esac
done
while read -r _ place _; do
  case "$place" in "$1"/*) umount -l "$place" ;; esac
done 2>/dev/null </proc/mounts
rm -rf "$1"`;

function runFolder(parent: string): string {
  const known = foldersOfRun.get(parent);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(parent, "kci-run-"));
  // Other users must reach what is below, where that lets them.
  chmodSync(folder, 0o711);
  afterThisProcess(cleaning, folder);
  foldersOfRun.set(parent, folder);
  return folder;
}
