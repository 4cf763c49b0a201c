/** Colours of a terminal, by their codes (ECMA-48). */
export const colours = { bold: 1, red: 31, green: 32, yellow: 33, cyan: 36, grey: 90 } as const;

/** Text in a colour, where it is wanted. */
export function paint(text: string, code: number, isColoured: boolean): string {
  return isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;
}
