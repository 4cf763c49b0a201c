/** Reads a stream to its end behind the test's back; `text` is what came so far. */
export function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): {
  readonly text: string;
} {
  const collected = { text: "" };
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) collected.text += decoder.decode(chunk, { stream: true });
  };
  void read();
  return collected;
}
