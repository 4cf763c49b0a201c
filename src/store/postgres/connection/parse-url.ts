import { nearest } from "../../../base/nearest.ts";
import { type Given, type Parameters, refusal } from "../../given.ts";
import { knownParameters } from "./known-parameters.ts";

/**
 * The parameters of `postgres://[USER[:PASSWORD]@][HOST[:PORT],…][/NAME][?PARAMETER=VALUE&…]`, read as
 * libpq does; `from` names the flag or variable that the URL is from. Throws `StoreFault` (operator)
 * that shows no part of the URL but the names of parameters and their values.
 */
export function parseUrl(from: string, url: string): Parameters {
  const rest = url.replace(/^postgres(?:ql)?:(?:\/\/)?/, "");
  if (/[\x00-\x1f\x7f]/.test(rest)) {
    throw refusal(from, "expected a URL without control characters");
  }
  const [, head = "", path = "", query = ""] =
    /^([^/?#]*)(?:\/([^?#]*))?(?:\?(.*))?/s.exec(rest) ?? [];
  const users = head.split("@").length - 1;
  if (users > 1 || path.includes("@") || rest.includes("#")) throw unencoded(from);
  const parameters = new Map<string, Given>();
  const put = (name: string, value: string) => {
    if (value) parameters.set(name, { from: `${from}: ${name}`, value });
  };
  try {
    putAuthority(head, put);
    put("dbname", decode(path));
    for (const [name, value] of readQuery(from, query)) put(name, value);
    return parameters;
  } catch (cause) {
    // A password with a question mark ends what looks like the host, and is taken for parameters.
    if (users === 0 && query.includes("@")) throw unencoded(from);
    throw cause instanceof Malformed ? malformed(from, url, cause.message) : cause;
  }
}

/** The refusal of a parameter that nobody knows; a name that is no word is not shown. */
export function unknownParameter(from: string, name: string) {
  if (!/^[\w.-]{1,64}$/.test(name)) return refusal(from, "expected PARAMETER=VALUE");
  const honoured = Object.entries(knownParameters).filter(([, { unsupported }]) => !unsupported);
  const known = honoured.map(([name]) => name);
  const meant = nearest(name, known);
  const hint = meant ? `did you mean ${meant}?` : `known are: ${known.join(", ")}`;
  return refusal(from, `unknown parameter ${name}`, hint);
}

// --- internal ---

type Put = (name: string, value: string) => void;

/** What is wrong with the form of a URL, as what to do. */
class Malformed extends Error {}

function putAuthority(head: string, put: Put): void {
  const at = head.indexOf("@");
  if (at >= 0) {
    const [user = "", ...password] = head.slice(0, at).split(":");
    put("user", decode(user));
    put("password", decode(password.join(":")));
  }
  const hosts: string[] = [];
  const ports: string[] = [];
  for (const text of head.slice(at + 1).split(",")) {
    const parts = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text);
    const [, address, name = "", port = ""] = parts ?? [];
    if (!parts || !/^\d*$/.test(port)) {
      const isAddress = /^[\da-f:.]*::?[\da-f:.]*$/i.test(text) && text.split(":").length > 2;
      throw new Malformed(
        isAddress
          ? "write an IPv6 address in brackets"
          : "a port is a whole number from 1 to 65535",
      );
    }
    hosts.push(decode(address ?? name));
    ports.push(port);
  }
  if (hosts.some(Boolean)) put("host", hosts.join(","));
  if (ports.some(Boolean)) put("port", ports.join(","));
}

function* readQuery(from: string, query: string): Generator<[name: string, value: string]> {
  for (const part of query.split("&").filter(Boolean)) {
    const [key = "", ...values] = part.split("=");
    const [name, value] = [decode(key), decode(values.join("="))];
    if (name === "ssl") {
      if (value !== "true") throw refusal(from, "unknown parameter ssl", "did you mean sslmode?");
      yield ["sslmode", "require"];
    } else if (values.length === 0) throw refusal(from, "expected PARAMETER=VALUE after ?");
    else if (!Object.hasOwn(knownParameters, name)) throw unknownParameter(from, name);
    else yield [name, value];
  }
}

function decode(text: string): string {
  let value: string;
  try {
    value = decodeURIComponent(text);
  } catch {
    throw new Malformed("write % as %25");
  }
  if (value.includes("\0")) throw new Malformed("it must not contain NUL");
  return value;
}

/** The refusal of a URL that is shown as far as it is sure to hold no secret. */
function malformed(from: string, url: string, hint: string) {
  const [plain = ""] = url.split("?", 1);
  const [, scheme = "", user = "", rest = ""] =
    /^([^:]*:\/\/)(?:([^@]*)@)?(.*)$/s.exec(plain) ?? [];
  const [name, ...password] = user.split(":");
  const safeUser = password.length > 0 ? `${name}:***@` : user ? "***@" : "";
  const isSafe = user !== "" || !rest.split("/", 1)[0]?.includes(":");
  const got = isSafe ? `, got ${JSON.stringify(`${scheme}${safeUser}${rest}`.slice(0, 160))}` : "";
  return refusal(from, `expected a URL as in postgres://user@host:5432/name${got}`, hint);
}

function unencoded(from: string) {
  return refusal(
    from,
    "expected user and password percent-encoded, as in postgres://USER:PASSWORD@HOST:5432/NAME",
    "write @ as %40, / as %2F, # as %23, ? as %3F, : as %3A and % as %25 within USER and PASSWORD",
  );
}
