/**
 * The version of an IP address, 4 or 6; 0 for any other text. The module of the system's network is loaded
 * here only: a program that has no server of Postgres starts without it.
 */
export function isIp(text: string): 0 | 4 | 6 {
  return process.getBuiltinModule("node:net").isIP(text) as 0 | 4 | 6;
}
