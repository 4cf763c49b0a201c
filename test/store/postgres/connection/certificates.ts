import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../temporary.ts";

/** The files of an authority, another one, a server called localhost, and a client called certuser. */
export interface Certificates extends Disposable {
  readonly folder: string;
  at(name: string): string;
}

/** Makes them with openssl. `owner` is the user of the server, who alone may read its key. */
export function makeCertificates(owner: number | undefined): Certificates {
  const folder = temporaryFolder().path;
  chmodSync(folder, 0o755);
  const at = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => {
    const done = spawnSync("openssl", words, { cwd: folder });
    if (done.status !== 0) throw new Error(`openssl failed: ${done.error ?? done.stderr}`);
  };
  // The server's is of the usual kind; the others are of the kind that is made at once.
  const rsa = ["-newkey", "rsa:2048"];
  const elliptic = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const authority = (name: string) =>
    openssl(
      ...["req", "-x509", ...elliptic, "-nodes", "-days", "2", "-subj", `/CN=${name}`],
      ...["-keyout", `${name}.key`, "-out", `${name}.crt`],
    );
  const issue = (newKey: string[], name: string, commonName: string, ...more: string[]) => {
    openssl(
      ...["req", ...newKey, "-nodes", "-subj", `/CN=${commonName}`],
      ...["-keyout", `${name}.key`, "-out", `${name}.csr`],
    );
    openssl(
      ...["x509", "-req", "-in", `${name}.csr`, "-CA", "ca.crt", "-CAkey", "ca.key"],
      ...["-days", "2", "-out", `${name}.crt`, ...more],
    );
  };
  authority("ca");
  authority("other");
  writeFileSync(at("names"), "subjectAltName=DNS:localhost");
  issue(rsa, "server", "localhost", "-extfile", "names");
  issue(elliptic, "client", "certuser");
  openssl(
    ...["pkcs8", "-topk8", "-in", "client.key", "-passout", "pass:geheim"],
    ...["-out", "locked.key"],
  );
  for (const name of ["client.key", "locked.key", "server.key"]) chmodSync(at(name), 0o600);
  if (owner !== undefined) chownSync(at("server.key"), owner, owner);
  return {
    folder,
    at,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
