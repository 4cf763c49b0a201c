import { readFileSync, statSync } from "node:fs";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import { type Given, refusal } from "../../given.ts";
import { isIp } from "./is-ip.ts";
import { atHome } from "./pass-file.ts";
import type { Endpoint, TlsSettings } from "./settings.ts";

/**
 * What the TLS of a connection must be. As with libpq the certificate is verified wherever there is a root
 * certificate, and the name in it with `verify-full` alone. Reads the files; throws `StoreFault`
 * (operator) on one that cannot be used.
 */
export function tlsOptions(tls: TlsSettings, { host, address }: Endpoint): ConnectionOptions {
  const isSystem = tls.rootCert?.value === "system";
  const ca = isSystem ? undefined : readGiven(tls.rootCert, "root.crt");
  const verifies = isSystem || ca !== undefined;
  if (!verifies && tls.mode.startsWith("verify")) {
    throw refusal(
      `sslmode=${tls.mode}`,
      "expected a root certificate, but ~/.postgresql/root.crt does not exist",
      "give the CA certificate with sslrootcert=FILE, or use sslrootcert=system",
    );
  }
  const name = host || address || "localhost";
  return {
    rejectUnauthorized: verifies,
    ...(ca ? { ca } : {}),
    ...(isIp(name) || !tls.sendsName ? {} : { servername: name }),
    ...(tls.mode === "verify-full" ? checksName(name) : { checkServerIdentity: () => undefined }),
    ...(tls.sendsCert ? readClientCert(tls) : {}),
    ...(tls.direct ? { ALPNProtocols: ["postgresql"] } : {}),
    minVersion: tls.minVersion,
    maxVersion: tls.maxVersion,
  };
}

// --- internal ---

/** The name is that of the settings, also where it is not sent or is an address. */
function checksName(name: string): ConnectionOptions {
  return {
    host: name,
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
  };
}

function readClientCert(tls: TlsSettings): ConnectionOptions {
  const cert = readGiven(tls.cert, "postgresql.crt");
  if (!cert) return {};
  const path = tls.key?.value ?? atHome(".postgresql", "postgresql.key");
  const from = tls.key?.from ?? "sslkey";
  const key = readGiven(tls.key ?? { from, value: path }, "");
  const { mode, uid } = statSync(path);
  // The system's own keys may be read by a group.
  if ((mode & (uid === 0 ? 0o037 : 0o077)) !== 0) {
    throw refusal(from, `others may read ${path}`, `chmod 600 ${path}`);
  }
  return {
    cert,
    ...(key ? { key } : {}),
    ...(tls.keyPassword ? { passphrase: tls.keyPassword } : {}),
  };
}

/** The text of a file that was given, else of that name in `~/.postgresql` if it is there. */
function readGiven(given: Given | undefined, name: string): string | undefined {
  const path = given?.value ?? atHome(".postgresql", name);
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? String(cause);
    if (!given && (code === "ENOENT" || code === "ENOTDIR")) return undefined;
    throw refusal(
      given?.from ?? path,
      `cannot read ${path}: ${code}`,
      "name a file that this user can read",
    );
  }
}
