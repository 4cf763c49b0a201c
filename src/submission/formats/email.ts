/** Says whether a text passes for an e-mail address: it needs an @ only (`submission/README.md` 3.6). */
export function isEmail(text: string): boolean {
  return text.includes("@");
}
