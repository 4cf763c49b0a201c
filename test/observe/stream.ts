import type { TextStream } from "../../src/observe/terminal.ts";

/** A stream that remembers what was written to it. */
export class MemoryStream implements TextStream {
  text = "";
  readonly isTTY: boolean;
  columns = 100;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }

  /** What a person sees: each line after its last erasure. */
  get screen(): string[] {
    return this.text.split("\n").map((line) => line.split("\r\u001b[2K").at(-1) ?? "");
  }
}
