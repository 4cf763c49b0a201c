const parts = /T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))/i;
const microsPerDay = 86_400_000_000;

/**
 * Says whether a valid date and time stays within the years 0001 to 9999 when it is brought to UTC
 * and rounded to microseconds, as both databases hold it.
 */
export function isStorableTime(text: string): boolean {
  const isFirstDay = text.startsWith("0001-01-01");
  if (!isFirstDay && !text.startsWith("9999-12-31")) return true;
  const [, hours, minutes, seconds, fraction = "0", sign = "+", zoneHours = 0, zoneMinutes = 0] =
    parts.exec(text) ?? [];
  const local =
    (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6 +
    Math.round(Number(`0.${fraction}`) * 1e6);
  const offset = (Number(zoneHours) * 3600 + Number(zoneMinutes) * 60) * 1e6;
  const utc = local - (sign === "-" ? -offset : offset);
  return isFirstDay ? utc >= 0 : utc < microsPerDay;
}
