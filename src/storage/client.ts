import http from "node:http";
import https from "node:https";
import { type Address, objectAddress, parseBaseUrl } from "./address.ts";
import { StorageFault } from "./fault.ts";
import { gzipText, unzipsTo } from "./gzip.ts";
import { quoteAnswer } from "./quote-answer.ts";
import { refuseAnswer } from "./refuse-answer.ts";
import { type Answer, type Call, request } from "./request.ts";
import type { StorageSettings } from "./settings.ts";
import { uploadForm } from "./upload-form.ts";

/** Idle connections are closed before common servers (5 s and up) close them under a request. */
const idleMs = 4_000;
/** Enough of an answer for a message. */
const maxWordsBytes = 1024;
/** gzip never makes a text longer than this beyond its own length. */
const gzipOverheadBytes = 1024;

/** One storage server and our connections to it. Each method makes one try. */
export class StorageClient implements Disposable {
  readonly #settings: StorageSettings;
  readonly #base: string;
  readonly #agent: http.Agent;
  readonly #tls: https.RequestOptions;

  /** @throws StorageFault of class `operator` when the base URL or the token cannot be used */
  constructor(settings: StorageSettings) {
    this.#settings = settings;
    this.#base = parseBaseUrl(settings.baseUrl);
    refuseOddToken(settings.token);
    // Said outright, so that no variable of the environment turns the check off.
    this.#tls = { rejectUnauthorized: true };
    if (settings.ca !== undefined) this.#tls.ca = settings.ca;
    // One more for the breaker's probe, which must not queue behind requests that hang.
    const maxSockets = settings.concurrency + 1;
    const kept = { keepAlive: true, maxSockets, timeout: idleMs };
    this.#agent = this.#base.startsWith("https:") ? new https.Agent(kept) : new http.Agent(kept);
  }

  /** The URL under which `store` puts the text with this hash. */
  urlOf(hash: string): string {
    return objectAddress(this.#base, hash).url;
  }

  /**
   * Makes sure that the server holds the text, and returns only once it said that it does.
   *
   * @param hash SHA-256 of `text` in hex
   * @returns `found` when it was there already, `uploaded` when this call put it there
   * @throws StorageFault when it is not known to be stored; `retry` says whether to try again
   */
  async store(hash: string, text: string, signal?: AbortSignal): Promise<"found" | "uploaded"> {
    const address = objectAddress(this.#base, hash);
    const packed = gzipText(text);
    if (await this.#holds(address.url, text, packed.length, signal)) return "found";
    await this.#post(address, packed, signal);
    // The server may say 200 and hold nothing, or half of it.
    if (await this.#holds(address.url, text, packed.length, signal)) return "uploaded";
    throw new StorageFault(
      `storage: upload an excerpt: ${address.url}: the server confirmed ${packed.length} bytes but does not hold them`,
      {
        operation: "upload an excerpt",
        path: address.url,
        class: "transient",
        code: "unconfirmed",
        hint: "the server's own storage has a problem (full, or refused by its cloud); see its log",
        retry: false,
        blame: "server",
      },
    );
  }

  /**
   * Asks the server whom the token belongs to.
   *
   * @returns the server's words, such as `Authorized: lab@example.org`
   * @throws StorageFault
   */
  async checkAuth(signal?: AbortSignal): Promise<string> {
    const url = `${this.#base}/v1/checkauth`;
    const answer = await this.#call("GET", url, maxWordsBytes, { ...this.#bearer() }, signal);
    if (answer.status === 200) return this.#words(answer);
    throw refuseAnswer("check the token", url, answer, this.#words(answer));
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  /**
   * Whether the object is there and whole. Equal length is taken for equal; another length may be
   * the same text packed by another zlib, which must not be overwritten: rows may link to it.
   */
  async #holds(url: string, text: string, packedBytes: number, signal?: AbortSignal) {
    const head = await this.#call("HEAD", url, 0, {}, signal);
    if (head.status === 404) return false;
    if (head.status !== 200) throw refuseAnswer("look for an excerpt", url, head, "");
    const length = head.headers["content-length"];
    if (length === String(packedBytes)) return true;
    const maxBytes = Buffer.byteLength(text) + gzipOverheadBytes;
    if (length !== undefined && (Number(length) === 0 || Number(length) > maxBytes)) return false;
    const whole = await this.#call("GET", url, maxBytes, {}, signal);
    if (whole.status === 404) return false;
    if (whole.status !== 200) throw refuseAnswer("read an excerpt", url, whole, this.#words(whole));
    return !whole.cut && unzipsTo(whole.body, text);
  }

  async #post(address: Address, packed: Uint8Array, signal?: AbortSignal): Promise<void> {
    const form = uploadForm(address.folder, address.fileName, packed);
    const url = `${this.#base}/upload`;
    const headers = {
      ...this.#bearer(),
      "Content-Type": form.contentType,
      "Content-Length": form.body.length,
    };
    const answer = await this.#call("POST", url, maxWordsBytes, headers, signal, form.body);
    if (answer.status < 200 || answer.status > 299) {
      throw refuseAnswer("upload an excerpt", url, answer, this.#words(answer));
    }
  }

  #call(
    method: Call["method"],
    url: string,
    maxBodyBytes: number,
    headers: http.OutgoingHttpHeaders,
    signal?: AbortSignal,
    body?: Uint8Array,
  ): Promise<Answer> {
    const { version, connectTimeoutMs, callTimeoutMs } = this.#settings;
    return request(this.#agent, {
      method,
      url,
      headers: {
        "User-Agent": `kci-ingester/${version}`,
        // A coding of the answer would change the length that is compared.
        "Accept-Encoding": "identity",
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      maxBodyBytes,
      connectTimeoutMs,
      timeoutMs: callTimeoutMs,
      signal,
      tls: this.#tls,
    });
  }

  #bearer(): { Authorization: string } {
    return { Authorization: `Bearer ${this.#settings.token}` };
  }

  #words(answer: Answer): string {
    return quoteAnswer(answer.body, this.#settings.token);
  }
}

function refuseOddToken(token: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw new StorageFault(
    "storage token: expected visible ASCII characters without spaces, got something else",
    {
      operation: "read the storage token",
      class: "operator",
      code: "token",
      hint: "set STORAGE_TOKEN to the token alone, without quotes or line ends",
      retry: false,
      blame: "server",
    },
  );
}
