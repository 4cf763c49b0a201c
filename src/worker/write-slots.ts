/** Lets a number of holders at once do something, first come, first served. */
export class WriteSlots<Holder> {
  readonly #places: number;
  readonly #holders = new Set<Holder>();
  readonly #queue: { holder: Holder; grant: () => void }[] = [];

  constructor(places: number) {
    this.#places = places;
  }

  /** Calls `grant` when there is a place. */
  request(holder: Holder, grant: () => void): void {
    this.#queue.push({ holder, grant });
    this.#advance();
  }

  /** Gives back the place of a holder, or takes it out of the queue. */
  release(holder: Holder): void {
    this.#holders.delete(holder);
    const at = this.#queue.findIndex((waiting) => waiting.holder === holder);
    if (at >= 0) this.#queue.splice(at, 1);
    this.#advance();
  }

  #advance(): void {
    while (this.#holders.size < this.#places) {
      const next = this.#queue.shift();
      if (!next) return;
      this.#holders.add(next.holder);
      next.grant();
    }
  }
}
