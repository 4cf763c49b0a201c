import type { StringType } from "../versions/field.ts";
import { findViolation } from "../violation.ts";
import type { Advice } from "./fix.ts";

/** What may stand in a URL somewhere; a percent sign only before two hex digits. */
const strange = /%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]/gu;
const host = /^(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?(?:[/?#]|$)/;

/** What looks like a host, and is a file. */
const fileName =
  /^[^/?#]*\.(?:log|txt|gz|xz|bz2|zst|zip|tar|json|xml|yaml|html?|img|bin|dtb|patch|mbox|config)$/i;

/** A URL as it was most likely meant, with a word on what is wrong with the one that is there. */
export interface MeantUrl {
  words: string;
  url: string;
}

/** The URL that a text most likely means, if the type takes it. */
export function meantUrl(value: string, type: StringType): MeantUrl | undefined {
  if (value.length > 4000) return undefined;
  let words = "a URL has no such characters";
  let url = value.trim().replace(/^<(.*)>$/, "$1");
  const [, link] = /^!?\[[^\]\s][^\]]*\]\((https?:\/\/[^\s()]+)\)$/.exec(url) ?? [];
  if (link !== undefined) {
    words = "this is a link of Markdown: give the URL alone";
    url = link;
  }
  const [, scpHost, scpPath] = /^[\w.-]+@([\w.-]+):(?!\/\/)\/?(.+)$/.exec(url) ?? [];
  if (/\s/.test(url)) words = "write a space as %20";
  else if (/[^\x21-\x7e]/.test(url)) words = "characters beyond ASCII must be percent-encoded";
  else if (/%(?![0-9A-Fa-f]{2})/.test(url)) words = "a percent sign is written as %25";
  if (scpHost) {
    words = "this is an ssh address: give the https:// URL";
    url = `https://${scpHost}/${scpPath}`;
  } else if (/^(?:git\+)?ssh:\/\//.test(url)) {
    words = "this is an ssh address: give the https:// URL";
    url = url.replace(/^(?:git\+)?ssh:\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?/, "https://$1");
  } else if ((host.test(url) && !fileName.test(url)) || url.startsWith("//")) {
    words = "a URL begins with a scheme, as https://";
    url = `https://${url.replace(/^\/\//, "")}`;
  } else if (type.pattern && /^(?:git|http|git\+https?):\/\//i.test(url)) {
    words = "give the https:// URL of the repository";
    url = url.replace(/^[a-z+]+:\/\//i, "https://");
  } else if (/^(?:https?):[\\/\w]/i.test(url)) {
    if (url.includes("\\") || !/^\w+:\/\//.test(url)) words = "after the colon come two slashes";
    url = url
      .replaceAll("\\", "/")
      .replace(/^(https?):\/*/i, (_, name) => `${name.toLowerCase()}://`);
  }
  if (!url.isWellFormed()) return undefined;
  const encoded = url.replace(strange, encodeURIComponent);
  const found = [url, encoded, encodeAfterHost(encoded)].find((one) => !findViolation(type, one));
  return found === undefined ? undefined : { words, url: found };
}

/** Says whether a text is the name of a file on somebody's machine. */
export function isLocalPath(value: string): boolean {
  return /^(?:\/|~\/|\.{1,2}\/|[A-Za-z]:\\|file:)/.test(value) && !value.startsWith("//");
}

/** What a hint says of a file that only one machine has. */
export const localPathAdvice: Advice = {
  hint: "this names a file on one machine, which nobody else can open: leave the field out until it has a URL",
};

/** Brackets may stand around an address only, and # once. */
function encodeAfterHost(url: string): string {
  const [, head = "", rest = ""] = /^([^:]*:\/\/[^/?#]*)(.*)$/.exec(url) ?? [];
  const [path = "", ...fragments] = rest.replaceAll("[", "%5B").replaceAll("]", "%5D").split("#");
  return `${head}${[path, fragments.join("%23")].filter(Boolean).join("#")}`;
}
