import { existsSync } from "node:fs";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { StoreFault } from "../../fault.ts";
import type { ConnectionSettings, Endpoint } from "./settings.ts";
import { tlsOptions } from "./tls-options.ts";

/** Where the packages of Postgres have the server's socket; not `/tmp`, where anybody could have one. */
const socketFolders = ["/run/postgresql", "/var/run/postgresql"];

const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** The operation of a fault that a connection without TLS would not have. */
export const agreeOnTls = "agree on TLS with the database";

/** A connection to the server on which the protocol of Postgres can begin. */
export interface OpenSocket {
  readonly socket: Socket;
  readonly isEncrypted: boolean;
}

/**
 * Connects to an endpoint, with TLS where `encryption` says so: `offered` if the server has it. Sockets of
 * this machine have none. Throws `StoreFault` (operator) where TLS is not to be had as it must be, else
 * what the system throws. `onSocket` gets each socket at once, to end it and to see it close.
 */
export async function openSocket(
  settings: ConnectionSettings,
  endpoint: Endpoint,
  encryption: "none" | "offered" | "required",
  onSocket: (socket: Socket) => void,
): Promise<OpenSocket> {
  const folder = socketFolder(endpoint);
  const { port, address, host } = endpoint;
  const plain = folder
    ? connectTcp({ path: `${folder}/.s.PGSQL.${port}` })
    : connectTcp({ host: address ?? (host || "localhost"), port });
  hear(plain);
  onSocket(plain);
  await happens(plain, "connect");
  if (folder || encryption === "none") return { socket: plain, isEncrypted: false };
  if (!settings.tls.direct && !(await isTlsOffered(plain))) {
    if (encryption === "offered") return { socket: plain, isEncrypted: false };
    plain.destroy();
    throw tlsFault(
      "the server does not support TLS",
      `set ssl = on on the server, or allow unencrypted connections with sslmode=prefer`,
    );
  }
  const options = tlsOptions(settings.tls, endpoint);
  plain.removeAllListeners();
  hear(plain);
  try {
    const socket = connectTls({ ...options, socket: plain });
    hear(socket);
    onSocket(socket);
    await happens(socket, "secureConnect");
    return { socket, isEncrypted: true };
  } catch (cause) {
    plain.destroy();
    throw explainTls(cause, settings);
  }
}

/** Whether a server is there of whose socket nobody has told the place: then its folder. */
export function socketFolder({ host, address, port }: Endpoint): string | undefined {
  if (host.startsWith("/")) return address ? undefined : host;
  if (host || address) return undefined;
  return socketFolders.find((folder) => existsSync(`${folder}/.s.PGSQL.${port}`));
}

// --- internal ---

async function isTlsOffered(socket: Socket): Promise<boolean> {
  socket.write(sslRequest);
  const answer = (await happens(socket, "data")) as Buffer;
  // More would have been sent before the encryption, by somebody in between.
  if (answer.length === 1 && answer[0] === 83) return true;
  if (answer.length === 1 && answer[0] === 78) return false;
  throw new Error("the server there does not speak the Postgres protocol");
}

/**
 * Keeps an error from ending the thread that comes between one step and the next, when nobody listens:
 * `close` tells of it.
 */
function hear(socket: Socket): void {
  socket.on("error", () => {});
}

function happens(socket: Socket, event: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = () =>
      reject(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" }));
    const settle = (act: () => void) => {
      socket.off("error", reject).off("close", ended).off(event, done);
      act();
    };
    const done = (value: unknown) => settle(() => resolve(value));
    socket.once("error", reject).once("close", ended).once(event, done);
  });
}

function explainTls(cause: unknown, { tls }: ConnectionSettings): unknown {
  const { code = "", message } = cause as { code?: string; message: string };
  if (/^(?:ECONN|EPIPE|ETIMEDOUT|ENET|EHOST)/.test(code)) return cause;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return tlsFault(
      `the server's certificate is for another name: ${message}`,
      "use the host name in the certificate, or check only the CA with sslmode=verify-ca",
      cause,
    );
  }
  if (/CERT|ISSUER|SIGNED|SIGNATURE|INVALID_CA|UNTRUSTED|INVALID_PURPOSE/.test(code)) {
    const root = tls.rootCert?.value ?? "~/.postgresql/root.crt";
    return tlsFault(
      `the server's certificate could not be verified: ${message}`,
      `is it currently valid, and signed by the CA in sslrootcert (${root})?`,
      cause,
    );
  }
  return tlsFault(
    `the TLS handshake failed: ${message}`,
    "check sslrootcert, sslcert, sslkey, and the TLS versions",
    cause,
  );
}

function tlsFault(message: string, hint: string, cause?: unknown): StoreFault {
  const { code } = (cause ?? {}) as { code?: string };
  return new StoreFault(`cannot connect to the database: ${message}`, {
    operation: agreeOnTls,
    class: "operator",
    code,
    hint,
    cause,
  });
}
