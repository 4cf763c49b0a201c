import { StorageFault } from "./fault.ts";

const fileName = "logexcerpt.txt.gz";

/** Where one text lives on the server. */
export interface Address {
  /** The folder, as the upload's `path` field wants it. */
  readonly folder: string;
  readonly fileName: string;
  /** The public URL, as `output_files` shows it. */
  readonly url: string;
}

/**
 * The place of the text with this hash: `BASE/logexcerpt/<sha256>/logexcerpt.txt.gz`.
 *
 * @param base as `parseBaseUrl` returns it
 * @param hash SHA-256 of the text's UTF-8 bytes, 64 lower-case hex digits
 * @throws RangeError when `hash` is anything else: it becomes part of a path
 */
export function objectAddress(base: string, hash: string): Address {
  if (!/^[0-9a-f]{64}$/.test(hash)) {
    throw new RangeError(`expected the 64 hex digits of a SHA-256, got ${JSON.stringify(hash)}`);
  }
  const folder = `logexcerpt/${hash}`;
  return { folder, fileName, url: `${base}/${folder}/${fileName}` };
}

/**
 * The base URL in its normal form, without a slash at the end. Its text never appears in the
 * error: what is wrong with it may be a password.
 *
 * @throws StorageFault of class `operator`
 */
export function parseBaseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) throw badBase("it is not a URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw badBase(`it begins with ${url.protocol}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw badBase("it contains a user name or password, which every stored row would show");
  }
  if (url.search !== "" || url.hash !== "") throw badBase("it has a query or a fragment");
  return url.href.replace(/\/+$/, "");
}

function badBase(what: string): StorageFault {
  return new StorageFault(
    `storage base URL: expected http://HOST or https://HOST, optionally with a path, but ${what}`,
    {
      operation: "read the storage base URL",
      class: "operator",
      code: "base-url",
      hint: "set STORAGE_BASE_URL, for example to https://files-staging.kernelci.org",
      retry: false,
      blame: "server",
    },
  );
}
