export interface Part {
  readonly name: string;
  readonly fileName?: string;
  readonly bytes: Buffer;
}

/** The parts of a multipart form in the order sent; nothing when it is malformed. */
export function readForm(contentType: string, body: Buffer): Part[] | undefined {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const text = body.toString("latin1");
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`);
  if (pieces.length < 3 || !pieces.at(-1)?.startsWith("--")) return undefined;
  return pieces.slice(1, -1).map((piece) => {
    const end = piece.indexOf("\r\n\r\n");
    const head = piece.slice(0, end);
    const name = /[; ]name="([^"]*)"/i.exec(head)?.[1] ?? "";
    const fileName = /filename="([^"]*)"/i.exec(head)?.[1];
    const bytes = Buffer.from(piece.slice(end + 4), "latin1");
    return fileName === undefined ? { name, bytes } : { name, fileName, bytes };
  });
}
