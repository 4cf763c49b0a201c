import type { Socket } from "node:net";

/** What a server says before it ends a session of its own will: an error that no statement follows. */
export type LastWords = Error & { readonly code: string; readonly severity: string };

/** The type of a message with an error, and the length of what begins each message. */
const errorType = "E".charCodeAt(0);
const headLength = 5;
/** Such a message is the last of all, and short. */
const mostBytes = 8_192;

/**
 * Listens to what comes from a server that has let us in. Returns what tells its last words, once it has ended the
 * session. The driver waits for what would follow any other error, and says only that the connection is closed.
 */
export function hearLastWords(socket: Socket): () => LastWords | undefined {
  let last: Buffer | undefined;
  socket.on("data", (bytes: Buffer) => {
    last = bytes;
  });
  return () => last && findLastWords(last);
}

/** Finds the error that ends a session at the end of what a server has sent. */
export function findLastWords(bytes: Buffer): LastWords | undefined {
  const first = Math.max(0, bytes.length - mostBytes);
  for (let at = bytes.length - headLength; at >= first; at--) {
    // The length counts itself, but not the type before it.
    if (bytes[at] !== errorType || bytes.readInt32BE(at + 1) !== bytes.length - at - 1) continue;
    const fields = new Map(
      bytes
        .toString("utf8", at + headLength)
        .split("\0")
        .map((field) => [field.slice(0, 1), field.slice(1)]),
    );
    const [severity, code, message] = ["V", "C", "M"].map((name) => fields.get(name));
    // Poolers tell it in the older field alone, always in English.
    const grade = severity ?? fields.get("S");
    if (!code || !message || (grade !== "FATAL" && grade !== "PANIC")) continue;
    return Object.assign(new Error(message), { code, severity: grade });
  }
  return undefined;
}
