/** A form ready to send (RFC 7578). */
export interface Form {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * The upload form: `path` before `file0`. In this order the server streams the file and waits for
 * the path's lock; the other way round it answers 409 at once when the path is busy.
 *
 * @param folder and
 * @param fileName are our own plain ASCII names and need no escaping
 */
export function uploadForm(folder: string, fileName: string, bytes: Uint8Array): Form {
  const boundary = `kci-ingester-${crypto.randomUUID()}`;
  const head = [
    `--${boundary}`,
    'Content-Disposition: form-data; name="path"',
    "",
    folder,
    `--${boundary}`,
    `Content-Disposition: form-data; name="file0"; filename="${fileName}"`,
    "Content-Type: application/gzip",
    "",
    "",
  ].join("\r\n");
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
