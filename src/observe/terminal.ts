/** Where text goes: `process.stderr`, or a stand-in in a test. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  on?(event: "error", listener: () => void): unknown;
}

const eraseLine = "\r\u001b[2K";

/**
 * Owns one output stream: whole lines scroll by, and below them, on a terminal, stays at most one
 * status line, which is taken away before a line is written and put back after it.
 */
export class Terminal {
  readonly #stream: TextStream;
  readonly #isPlain: boolean;
  #status = "";

  /** `isPlain`: without escape codes, and so without a status line, also on a terminal. */
  constructor(stream: TextStream, { isPlain = false } = {}) {
    this.#stream = stream;
    this.#isPlain = isPlain;
    // A reader that goes away (EPIPE) must not take the service with it.
    stream.on?.("error", () => {});
  }

  /** Whether someone looks at it. */
  get isWatched(): boolean {
    return this.#stream.isTTY === true;
  }

  /** Whether someone looks at it who takes escape codes: only then is there a status line. */
  get isInteractive(): boolean {
    return this.isWatched && !this.#isPlain;
  }

  /** Width in characters. */
  get columns(): number {
    return this.#stream.columns ?? 80;
  }

  /** Writes one line; `text` has no line end. */
  writeLine(text: string): void {
    if (this.#status === "") this.#stream.write(`${text}\n`);
    else this.#stream.write(`${eraseLine}${text}\n${this.#status}`);
  }

  /** Shows `text` as the status line, or none when it is empty; nothing off a terminal. */
  setStatus(text: string): void {
    if (!this.isInteractive || text === this.#status) return;
    this.#status = text;
    this.#stream.write(eraseLine + text);
  }
}
