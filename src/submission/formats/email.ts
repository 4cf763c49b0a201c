/** Says whether a text passes for an e-mail address; the reference asks for an @ only (`spec` 8.6). */
export function isEmail(text: string): boolean {
  return text.includes("@");
}
