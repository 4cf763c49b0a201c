/** Where rows are encoded. */
export interface Memory {
  readonly buffer: TextBuffer;
  /** Of the same bytes. */
  readonly view: DataView;
}

/** What `write` of Node's buffers calls; many short texts take half the time without its look at its arguments. */
interface TextBuffer extends Buffer {
  utf8Write(text: string, offset: number): number;
}

/** Writes one value at `offset` and returns how many bytes it took; there is room for it. */
export type Encoder = (memory: Memory, offset: number, value: never) => number;

/** The length that stands for NULL. */
export const nullLength = -1;
/** What the texts of an array are. */
export const textOid = 25;
/** Bytes before the texts of an array. */
export const arrayHeaderBytes = 20;
/** Most bytes of a character in UTF-8, by UTF-16 unit. */
export const maxCharacterBytes = 3;

/** Memory of that many bytes. */
export function makeMemory(bytes: number): Memory {
  const buffer = Buffer.allocUnsafeSlow(bytes) as TextBuffer;
  return { buffer, view: new DataView(buffer.buffer, buffer.byteOffset, bytes) };
}
