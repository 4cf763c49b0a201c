/** A text for the storage server, as the workers send it. */
export interface Excerpt {
  /** SHA-256 of the text's UTF-8 bytes, in lower-case hex. */
  readonly hash: string;
  readonly text: string;
}
