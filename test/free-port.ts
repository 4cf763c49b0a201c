/** Below the ports that systems give to connections of their own, so that none takes it meanwhile. */
const range = { first: 20_000, count: 12_000 };

/** A port of 127.0.0.1 that nobody uses, for a program that is given its port. */
export function freePort(): number {
  for (let tries = 0; tries < 100; tries++) {
    const port = range.first + Math.floor(Math.random() * range.count);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Somebody has it: another one.
    }
  }
  throw new Error("no port is free");
}
