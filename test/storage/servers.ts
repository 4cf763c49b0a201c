import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { holdsWithin } from "../faults/until.ts";
import { freePort } from "../free-port.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary.ts";
import { startStandIn } from "./stand-in.ts";
import { signToken } from "./token.ts";

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
}

const binary = process.env.KCI_STORAGE_BIN;
const jwtSecret = "a secret of the tests";

/** The servers that the client has to get along with: ours, and the real one where there is one. */
export const servers: { name: string; start: () => Promise<TestServer> }[] = [
  { name: "the stand-in", start: () => startStandIn({ jwtSecret }) },
];
needs(
  binary !== undefined,
  "the client's suite on a real storage server",
  "a storage server, named by KCI_STORAGE_BIN,",
);
if (binary !== undefined) {
  servers.push({ name: "a real server", start: () => startReal(binary) });
}

// --- internal ---

async function startReal(command: string): Promise<TestServer> {
  const directory = temporaryFolder().path;
  const config = join(directory, "config.toml");
  const storage = JSON.stringify(join(directory, "files"));
  await writeFile(
    config,
    `driver = "local"\njwt_secret = "${jwtSecret}"\n[local]\nstorage_path = ${storage}\n`,
  );
  const port = freePort();
  const child = Bun.spawn([command, "--files-directory", directory, "--config-file", config], {
    env: { ...process.env, KCI_STORAGE_PORT: String(port), KCI_STORAGE_CONFIG: config },
    stdout: "ignore",
    stderr: "inherit",
  });
  const server = {
    url: `http://127.0.0.1:${port}`,
    token: signToken(jwtSecret, "lab@example.org"),
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
  const isOver = async () => child.exitCode !== null || (await answers(server.url));
  if (!(await holdsWithin(isOver, 10_000)) || child.exitCode !== null) {
    await server[Symbol.asyncDispose]();
    throw new Error(`${command}: expected it to serve ${server.url} within 10 s`);
  }
  return server;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}
