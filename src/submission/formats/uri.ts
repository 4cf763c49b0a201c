// RFC 3986, appendix A. Loops are over single characters, a percent sign among them, because the
// engine gives up on groups that repeat a million times; what follows the sign is looked at before.
const percentEncoded = "(?!.*%(?![0-9A-Fa-f]{2}))";
const pathChars = "[A-Za-z0-9._~!$&'()*+,;=:@/%-]*";
const queryChars = "[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*";
const userChars = "[A-Za-z0-9._~!$&'()*+,;=:%-]*";
const hostChars = "[A-Za-z0-9._~!$&'()*+,;=%-]*";

const authority = `(?:${userChars}@)?(?:\\[([^\\]]*)\\]|${hostChars})(?::[0-9]*)?`;
/** All of the rule but for what stands in the brackets of an IPv6 address. */
export const uriPattern = new RegExp(
  `^${percentEncoded}[A-Za-z][A-Za-z0-9+.-]*:` +
    `(?://${authority}(?:/${pathChars})?|(?!//)${pathChars})` +
    `(?:\\?${queryChars})?(?:#${queryChars})?\\n?$`,
);
const futureAddress = /^v[0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+$/;
const hexGroup = /^[0-9A-Fa-f]{1,4}$/;
const dottedQuad = /^(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})(?:\.(?!$)|$)){4}$/;

/**
 * Says whether a text is a URI with a scheme, as the reference has it: RFC 3986 in ASCII, where one
 * trailing newline is let through and an embedded IPv4 address may have leading zeros
 * (`submission/README.md` 3.4).
 */
export function isUri(text: string): boolean {
  const match = uriPattern.exec(text);
  return match !== null && (match[1] === undefined || isAddress(match[1]));
}

function isAddress(text: string): boolean {
  return futureAddress.test(text) || isIpv6(text);
}

function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1)?.at(-1);
  const isQuad = last !== undefined && dottedQuad.test(last);
  if (isQuad) groups.at(-1)?.splice(-1, 1, "0", "0");
  const all = groups.flat();
  return (
    all.every((group) => hexGroup.test(group)) &&
    (halves.length === 2 ? all.length <= 7 : all.length === 8)
  );
}
