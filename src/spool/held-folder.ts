import {
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  type Stats,
  unlinkSync,
} from "node:fs";
import { join } from "node:path";
import { closeHandle } from "../base/close-handle.ts";
import { errnoOf, SpoolFault, spoolFault } from "./fault.ts";
import { pathOf, printableName } from "./name.ts";

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;
const hasProc = existsSync("/proc/self/fd");

/**
 * A folder that is held open: what is done through `at` is done in it, whoever gives its name to a
 * symbolic link meanwhile. Hold it for a moment only, since a disk in use cannot be unmounted.
 */
export class HeldFolder implements Disposable {
  /** Its path, for messages and for looks where nothing is at stake. */
  readonly path: string;
  /** For calls of the system that take a folder by its handle. */
  readonly handle: number;

  private constructor(path: string, handle: number) {
    this.path = path;
    this.handle = handle;
  }

  /** Opens a folder that has to be there; a link is not followed. Throws `SpoolFault`. */
  static open(path: string): HeldFolder {
    try {
      return new HeldFolder(path, openFolder(path));
    } catch (cause) {
      throw refusal(cause, path);
    }
  }

  /** Opens a folder that has to be there and that an operator may name by a link. Throws `SpoolFault`. */
  static openFollowing(path: string): HeldFolder {
    try {
      return new HeldFolder(path, openSync(path, O_RDONLY | O_DIRECTORY));
    } catch (cause) {
      throw spoolFault(cause, "open the folder", path);
    }
  }

  /** Makes a folder that is missing, but nothing above it: a spool may just not be mounted. Throws `SpoolFault`. */
  static openOrMake(path: string, mode = 0o777): HeldFolder {
    try {
      return new HeldFolder(path, openFolder(path));
    } catch (cause) {
      if (errnoOf(cause) !== "ENOENT") throw refusal(cause, path);
    }
    try {
      mkdirSync(path, { mode });
    } catch (cause) {
      // Another process may have made it just now.
      if (errnoOf(cause) !== "EEXIST") throw spoolFault(cause, "create the folder", path);
    }
    try {
      return new HeldFolder(path, openFolder(path));
    } catch (cause) {
      throw refusal(cause, path);
    }
  }

  /**
   * Opens a folder in it, which is made where it is missing and `mode` is given; a link is not followed.
   * Undefined where there is none. Throws `SpoolFault`.
   */
  folder(name: string, mode?: number): HeldFolder | undefined {
    const path = join(this.path, name);
    try {
      return new HeldFolder(path, openFolder(this.at(name)));
    } catch (cause) {
      if (errnoOf(cause) !== "ENOENT") throw refusal(cause, path);
      if (mode === undefined) return undefined;
    }
    try {
      mkdirSync(this.at(name), { mode });
      // What is made durable in it has to be found after a loss of power.
      fsyncSync(this.handle);
    } catch (cause) {
      // Another process may have made it just now.
      if (errnoOf(cause) !== "EEXIST") throw spoolFault(cause, "create the folder", path);
    }
    return this.folder(name);
  }

  /** The folder as the start of a path. */
  get held(): string {
    return hasProc ? `/proc/self/fd/${this.handle}` : this.path;
  }

  /** The path of a name in it. */
  at(name: string): string | Buffer {
    return pathOf(this.held, name);
  }

  /** What the system says of a name in it, as what it is; undefined where there is nothing. Throws `SpoolFault`. */
  look(name: string): Stats | undefined {
    try {
      return lstatSync(this.at(name), { throwIfNoEntry: false });
    } catch (cause) {
      throw spoolFault(cause, "check", `${this.path}/${printableName(name)}`);
    }
  }

  /** Deletes a file in it, which may have gone already. Throws `SpoolFault`. */
  remove(name: string): void {
    try {
      unlinkSync(this.at(name));
    } catch (cause) {
      if (errnoOf(cause) === "ENOENT") return;
      throw spoolFault(cause, "delete", `${this.path}/${printableName(name)}`);
    }
  }

  [Symbol.dispose](): void {
    closeHandle(this.handle);
  }
}

// --- internal ---

function openFolder(path: string | Buffer): number {
  return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

function refusal(cause: unknown, path: string): SpoolFault {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
  if (!isLink) return spoolFault(cause, "open the folder", path);
  return new SpoolFault(`cannot open the folder ${path}: it is a symbolic link`, {
    operation: "open the folder",
    path,
    code: "ELOOP",
    class: "operator",
    hint: "put a real folder in its place, or mount the other one there (mount --bind)",
    cause,
  });
}
