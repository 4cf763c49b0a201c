import { createHmac, timingSafeEqual } from "node:crypto";

/** A token as the storage server issues them: a JWT signed with HS256 that names a user. */
export function signToken(secret: string, email: string): string {
  const body = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ email })}`;
  return `${body}.${signature(secret, body)}`;
}

/** Whom the token names, if it was signed with this secret. */
export function verifyToken(secret: string, token: string): string | undefined {
  const [head = "", claims = "", given = ""] = token.split(".");
  const expected = Buffer.from(signature(secret, `${head}.${claims}`));
  const got = Buffer.from(given);
  if (got.length !== expected.length || !timingSafeEqual(got, expected)) return undefined;
  const { email } = JSON.parse(Buffer.from(claims, "base64url").toString());
  return typeof email === "string" ? email : undefined;
}

// --- internal ---

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function signature(secret: string, body: string): string {
  return createHmac("sha256", secret).update(body).digest("base64url");
}
