import { secretsOfUrl } from "../../base/given-secrets.ts";
import { knowSecrets } from "../../base/known-secrets.ts";
import { maskSecrets } from "../../base/mask-secrets.ts";
import { StoreFault } from "../fault.ts";
import { PartsFailure } from "../parts.ts";
import { classify } from "./classify.ts";
import { connect } from "./connection/connect.ts";
import type { ServerConnection } from "./connection/log-in.ts";
import { readConnection } from "./connection/read-connection.ts";
import type { ConnectionSettings } from "./connection/settings.ts";
import { isUsableAfter } from "./transact.ts";

/** How long a lost connection may take to be noticed after the server should have given up itself. */
const graceMs = 5_000;

/** How long a connection and a statement may take, in milliseconds. */
export interface SessionOptions {
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** A connection that is made when it is first used, and again after it is lost. */
export class Session implements AsyncDisposable {
  readonly options: SessionOptions;
  readonly #settings: ConnectionSettings;
  readonly #masked: string;
  readonly #secrets: Disposable;
  #connection: ServerConnection | undefined;
  #opening: Promise<ServerConnection> | undefined;

  constructor(url: string, options: SessionOptions) {
    // The environment is part of the URL by now.
    this.#settings = readConnection("--database", url, {}, () => undefined).settings;
    // Each thread has its own store, and knows no secret but what it is told here.
    this.#secrets = knowSecrets(secretsOfUrl(url));
    this.#masked = maskSecrets(url);
    this.options = options;
  }

  /**
   * Runs `work` on the connection; one that gives no answer in time, from the last `goesOn` on, is given up.
   * Throws `StoreFault`, or what stands in a `PartsFailure`.
   */
  async run<T>(
    operation: string,
    work: (connection: ServerConnection, goesOn: () => void) => Promise<T>,
    tableInHand?: () => string | undefined,
  ): Promise<T> {
    const deadlineMs = this.options.statementTimeoutMs + graceMs;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () =>
        reject(
          new StoreFault(`cannot ${operation}: no answer within ${deadlineMs} ms`, {
            operation,
            path: this.#masked,
            class: "transient",
            hint: "are the server and the network up?",
          }),
        ),
      deadlineMs,
    );
    let used: ServerConnection | undefined;
    const working = async () => {
      used = await this.#connected();
      return work(used, () => void timer.refresh());
    };
    try {
      return await Promise.race([working(), late]);
    } catch (caught) {
      const isOurs = caught instanceof StoreFault || caught instanceof PartsFailure;
      const isSaid = isOurs || isUsableAfter(caught);
      const cause = isSaid ? caught : (used?.lastWords() ?? caught);
      // A connection that the driver has lost keeps bytes of its last query, and may never connect
      // again: the next try gets a new one.
      if (!isUsableAfter(cause)) void this.#close().catch(() => {});
      if (cause instanceof StoreFault || cause instanceof PartsFailure) throw cause;
      throw classify(cause, operation, this.#masked, tableInHand?.());
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#opening?.then(
      () => this.#close(),
      () => {},
    );
    await this.#close();
    this.#secrets[Symbol.dispose]();
  }

  async #connected(): Promise<ServerConnection> {
    if (this.#connection) return this.#connection;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<ServerConnection> {
    let opened: ServerConnection | undefined;
    const forget = () => {
      if (this.#connection === opened) this.#connection = undefined;
    };
    opened = await connect(this.#settings, this.options.connectTimeoutMs, forget);
    this.#connection = opened;
    return opened;
  }

  async #close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.sql.end({ timeout: 0 });
  }
}
