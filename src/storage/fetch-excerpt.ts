import { gunzipSync } from "node:zlib";
import { parseBaseUrl } from "./address.ts";

/** A text from the storage server, or why there is none. */
export type FetchedExcerpt = { readonly text: string } | { readonly why: string };

/** How many bytes of an excerpt are given. */
const maxBytes = 64 << 10;
/** How many bytes are unpacked before it is cut. */
const maxUnpackedBytes = 1 << 20;
const timeoutMs = 3_000;

/**
 * Fetches a log excerpt that a row only links, from the storage server that is configured and no other: a row
 * can name any address, also ones that only this machine reaches.
 */
export async function fetchExcerpt(url: string, baseUrl: string): Promise<FetchedExcerpt> {
  const wanted = URL.parse(url);
  if (!wanted?.href.startsWith(`${parseBaseUrl(baseUrl)}/`)) {
    return { why: "it is not on the storage server that STORAGE_BASE_URL names" };
  }
  try {
    const answer = await fetch(wanted.href, {
      redirect: "error",
      credentials: "omit",
      // As it is stored: what is unpacked is bounded here.
      decompress: false,
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!answer.ok) return { why: `the storage server answers ${answer.status}` };
    const packed = await readAtMost(answer, maxBytes);
    if (!packed) return { why: `it is longer than ${maxBytes} bytes, packed` };
    return { text: unpack(packed) };
  } catch (cause) {
    const { name, message } = cause as Error;
    return { why: name === "TimeoutError" ? `no answer within ${timeoutMs} ms` : message };
  }
}

// --- internal ---

async function readAtMost(answer: Response, most: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > most) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function unpack(bytes: Uint8Array): string {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = isPacked ? gunzipSync(bytes, { maxOutputLength: maxUnpackedBytes }) : bytes;
  return new TextDecoder().decode(plain.subarray(0, maxBytes));
}
