import { overflowLabel } from "../base/label.ts";

/**
 * Bounds the time series of one metric whose label values submitters choose. Values met first
 * keep their name; later ones are counted under `_other`, so that the sum over all stays true.
 */
export class SeriesLimit {
  readonly #valueLimits: readonly number[];
  readonly #maxSeries: number;
  readonly #values: Set<string>[];
  readonly #series = new Set<string>();

  /** `valueLimits` holds, for each label in order, how many distinct values it may have. */
  constructor(valueLimits: readonly number[], maxSeries: number) {
    this.#valueLimits = valueLimits;
    this.#maxSeries = maxSeries;
    this.#values = valueLimits.map(() => new Set());
  }

  /** The label values to count under, in the order given. */
  admit(labels: readonly string[]): readonly string[] {
    const key = labels.join("\n");
    if (this.#series.has(key)) return labels;
    const folded = labels.map((label, position) => this.#admitValue(position, label));
    const foldedKey = folded.join("\n");
    if (this.#series.has(foldedKey)) return folded;
    if (this.#series.size < this.#maxSeries) {
      this.#series.add(foldedKey);
      return folded;
    }
    // The first label is the origin: kept, so that an origin's sum outlives a flood of platforms.
    return folded.map((label, position) => (position === 0 ? label : overflowLabel));
  }

  #admitValue(position: number, label: string): string {
    const known = this.#values[position];
    if (known === undefined || known.has(label)) return label;
    if (known.size >= (this.#valueLimits[position] ?? 0)) return overflowLabel;
    known.add(label);
    return label;
  }
}
