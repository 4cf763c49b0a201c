/**
 * Collects a thread's garbage after a number of submissions: what small ones leave behind by the
 * thousand the engine collects too late by itself. Few large ones never bring a collection about.
 */
export class GcPacer {
  readonly #everyFiles: number;
  readonly #collect: () => void;
  #files = 0;

  constructor(everyFiles: number, collect = () => Bun.gc(true)) {
    this.#everyFiles = everyFiles;
    this.#collect = collect;
  }

  /** This many more submissions are done. */
  note(files: number): void {
    this.#files += files;
    if (this.#files < this.#everyFiles) return;
    this.#files = 0;
    this.#collect();
  }
}
