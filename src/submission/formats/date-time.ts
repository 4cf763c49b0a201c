/** All of the rule but for the days that a month has. */
export const dateTimePattern =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)\n?$/;

/**
 * Says whether a text is a date and time with a zone: RFC 3339 without leap seconds, year 0001 to
 * 9999, and one trailing newline let through, as the reference has it (`submission/README.md` 3.5).
 */
export function isDateTime(text: string): boolean {
  if (!dateTimePattern.test(text)) return false;
  const day = Number(text.slice(8, 10));
  return day <= 28 || day <= daysIn(Number(text.slice(0, 4)), Number(text.slice(5, 7)));
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
