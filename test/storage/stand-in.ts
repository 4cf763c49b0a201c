import type tls from "node:tls";
import { type RawRequest, type Reply, replyBytes, serveRaw } from "./raw-http.ts";
import { readForm } from "./read-form.ts";
import { signToken, verifyToken } from "./token.ts";

/**
 * What becomes of an upload, or of a look at an object:
 * - `well`: as it should; `hang`: no answer, ever; `drip`: the answer, a byte every `dripMs`;
 * - `cut-answer`: the connection ends in the middle of the answer;
 * - a reply: just that, and nothing is stored or looked at.
 */
export type Mode = "well" | "hang" | "drip" | "cut-answer" | Reply;

/**
 * Only for uploads:
 * - `forget`: 200, and nothing is stored (the cloud driver, on an error of the cloud);
 * - `truncate`: 200, and half of it is stored;
 * - `cut-upload`: half of it is stored and the connection ends (the disk driver writes in place).
 */
export type UploadMode = Mode | "forget" | "truncate" | "cut-upload";

/** How the stand-in behaves; plain data, so that it can be sent to another process. */
export interface Behaviour {
  /** Signs tokens; the same as a real server's `jwt_secret`. */
  jwtSecret: string;
  /** Where users may write; empty for everywhere. */
  prefixes: string[];
  /** Before each answer. */
  delayMs: number;
  dripMs: number;
  /** How long an upload waits for its path, when `path` comes before `file0`. */
  lockWaitMs: number;
  /** For the first, second, … upload of a path; the last one is for all that follow. */
  upload: UploadMode[];
  /** The same for HEAD and GET of an object; `no-length` leaves out Content-Length. */
  look: (Mode | "no-length")[];
}

export interface StandIn extends AsyncDisposable {
  readonly url: string;
  /** A token that it accepts. */
  readonly token: string;
  /** May be changed at any time. */
  readonly behaviour: Behaviour;
  /** What is stored, by path. */
  readonly objects: Map<string, Uint8Array>;
  /** Uploads that came with a good token and form, by path. */
  readonly uploads: Map<string, number>;
  /** Every request, in order. */
  readonly requests: { method: string; target: string; headers: ReadonlyMap<string, string> }[];
  /** Most requests that were in hand at once. */
  mostAtOnce: number;
  /** How many requests are in hand. */
  readonly atOnce: number;
  readonly connections: number;
  /** Holds a path's lock, as another client's upload does. */
  lock(path: string): Disposable;
}

const usual: Behaviour = {
  jwtSecret: "a secret of the tests",
  prefixes: [],
  delayMs: 0,
  dripMs: 30,
  lockWaitMs: 30_000,
  upload: ["well"],
  look: ["well"],
};

/** A storage server of the kind described in the API's facts, on a free port of 127.0.0.1. */
export async function startStandIn(
  changes: Partial<Behaviour> = {},
  secure?: tls.TlsOptions,
): Promise<StandIn> {
  const behaviour = { ...usual, ...changes };
  const locks = new Set<string>();
  const looks = new Map<string, number>();
  let atOnce = 0;
  const server = await serveRaw(async (request) => {
    const { method, target, headers } = request;
    standIn.requests.push({ method, target, headers });
    atOnce += 1;
    standIn.mostAtOnce = Math.max(standIn.mostAtOnce, atOnce);
    try {
      if (behaviour.delayMs > 0) await Bun.sleep(behaviour.delayMs);
      return await route(request);
    } finally {
      atOnce -= 1;
    }
  }, secure);
  const standIn: StandIn = {
    url:
      secure === undefined ? `http://127.0.0.1:${server.port}` : `https://localhost:${server.port}`,
    token: signToken(behaviour.jwtSecret, "lab@example.org"),
    behaviour,
    objects: new Map(),
    uploads: new Map(),
    requests: [],
    get atOnce() {
      return atOnce;
    },
    get connections() {
      return server.connections;
    },
    mostAtOnce: 0,
    lock(path) {
      locks.add(path);
      return { [Symbol.dispose]: () => void locks.delete(path) };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return standIn;

  async function route(request: RawRequest): Promise<Reply | undefined> {
    const { method, target } = request;
    if (target.startsWith("/stand-in/")) return control(request);
    if (method === "POST" && (target === "/upload" || target === "/v1/file")) return take(request);
    if (method !== "GET" && method !== "HEAD") return { status: 405 };
    if (target === "/") return { status: 200, body: "KernelCI Storage Server" };
    if (target === "/v1/checkauth") {
      const email = user(request);
      return email === undefined ? { status: 401 } : { status: 200, body: `Authorized: ${email}` };
    }
    return look(request, target.slice(1));
  }

  /** For tests whose stand-in is another process. */
  async function control({ method, body }: RawRequest): Promise<Reply> {
    if (method === "PUT") Object.assign(behaviour, JSON.parse((await body()).toString()));
    const uploads = Object.fromEntries(standIn.uploads);
    return { status: 200, body: JSON.stringify({ uploads, requests: standIn.requests.length }) };
  }

  async function look(request: RawRequest, path: string): Promise<Reply | undefined> {
    const object = standIn.objects.get(path);
    const good: Reply = object === undefined ? { status: 404 } : { status: 200, body: object };
    const mode = modeOf(behaviour.look, count(looks, path));
    if (mode !== "no-length") return act(mode, request, good);
    const [head = ""] = replyBytes(good, "HEAD")
      .toString()
      .split(/content-length.*\r\n/);
    const bytes = request.method === "HEAD" ? "" : (object ?? "");
    request.socket.end(Buffer.concat([Buffer.from(`${head}\r\n`), Buffer.from(bytes)]));
    return undefined;
  }

  async function take(request: RawRequest): Promise<Reply | undefined> {
    if (user(request) === undefined) return { status: 401 };
    const parts = readForm(request.headers.get("content-type") ?? "", await request.body());
    if (parts === undefined) return { status: 400, body: "malformed multipart" };
    const folder = parts.find(({ name }) => name === "path")?.bytes.toString() ?? "";
    const file = parts.find(({ name }) => name === "file0");
    if (file === undefined) return { status: 400, body: "No file0 field in upload" };
    if (file.fileName === undefined) return { status: 400, body: "file0 has no filename" };
    const { prefixes } = behaviour;
    if (prefixes.length > 0 && !prefixes.some((prefix) => folder.startsWith(prefix))) {
      return { status: 403, body: "no permission for this path" };
    }
    const path = `${folder.replace(/^\/|\/$/g, "")}/${file.fileName}`;
    if (path.includes("..")) return { status: 400, body: "bad path" };

    const mode = modeOf(behaviour.upload, count(standIn.uploads, path));
    const streamed = parts[0]?.name === "path";
    if (!(await acquire(path, streamed ? behaviour.lockWaitMs : 0))) {
      const body = streamed ? "Timeout waiting for upload" : "Upload already in progress";
      return { status: 409, body };
    }
    try {
      return await store(path, file.bytes, mode, request);
    } finally {
      locks.delete(path);
    }
  }

  async function acquire(path: string, waitMs: number): Promise<boolean> {
    const deadline = performance.now() + waitMs;
    while (locks.has(path)) {
      if (performance.now() >= deadline) return false;
      await Bun.sleep(5);
    }
    locks.add(path);
    return true;
  }

  async function store(path: string, bytes: Buffer, mode: UploadMode, request: RawRequest) {
    const good = { status: 200 };
    if (mode === "forget") return good;
    if (mode === "truncate" || mode === "cut-upload") {
      standIn.objects.set(path, new Uint8Array(bytes.subarray(0, bytes.length >> 1)));
      if (mode === "truncate") return good;
      request.socket.destroy();
      return undefined;
    }
    if (mode === "well" || mode === "drip" || mode === "cut-answer")
      standIn.objects.set(path, new Uint8Array(bytes));
    return act(mode, request, good);
  }

  async function act(mode: Mode, request: RawRequest, good: Reply): Promise<Reply | undefined> {
    const { socket } = request;
    if (mode === "well") return good;
    if (typeof mode === "object") return mode;
    if (mode === "hang") return undefined;
    const bytes = replyBytes(good, request.method);
    if (mode === "cut-answer") {
      socket.end(bytes.subarray(0, bytes.length >> 1));
      return undefined;
    }
    for (const byte of bytes) {
      if (socket.destroyed) break;
      socket.write(Uint8Array.of(byte));
      await Bun.sleep(behaviour.dripMs);
    }
    return undefined;
  }

  function user(request: RawRequest): string | undefined {
    const [, token] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
    return token === undefined ? undefined : verifyToken(behaviour.jwtSecret, token);
  }
}

// --- internal ---

function count(counts: Map<string, number>, path: string): number {
  const now = (counts.get(path) ?? 0) + 1;
  counts.set(path, now);
  return now;
}

function modeOf<M>(modes: readonly M[], nth: number): M {
  const mode = modes[Math.min(nth, modes.length) - 1];
  if (mode === undefined) throw new Error("a behaviour needs at least one mode");
  return mode;
}

// As a process: `bun test/storage/stand-in.ts '{"delayMs": 5}'` says where it is and serves.
if (import.meta.main) {
  const standIn = await startStandIn(JSON.parse(process.argv[2] ?? "{}"));
  console.log(JSON.stringify({ url: standIn.url, token: standIn.token }));
}
