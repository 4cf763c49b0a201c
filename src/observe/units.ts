const count = new Intl.NumberFormat("en-GB");
const compact = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 3 });

/** `12,345`. */
export function formatCount(value: number): string {
  return count.format(value);
}

/** `1 file`, `12,345 files`. */
export function formatCountOf(value: number, noun: string): string {
  return `${count.format(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** `4.2 MB`: powers of a thousand, three significant digits. */
export function formatBytes(bytes: number): string {
  return formatScaled(bytes, 1000, ["B", "kB", "MB", "GB", "TB"]);
}

/** `950 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.9995) return `${compact.format(Math.max(0, seconds) * 1000)} ms`;
  if (seconds < 60) return `${compact.format(Math.min(seconds, 59.9))} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min${rest(whole % 60, "s")}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h${rest(minutes % 60, "min")}`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d${rest(hours % 24, "h")}`;
}

/** A rate with three significant digits: `0.25`, `12.3`, `4,320`. */
export function formatRate(perSecond: number): string {
  return compact.format(perSecond >= 1000 ? Math.round(perSecond) : perSecond);
}

function rest(value: number, unit: string): string {
  return value === 0 ? "" : ` ${value} ${unit}`;
}

function formatScaled(value: number, step: number, units: readonly string[]): string {
  let scaled = value;
  let position = 0;
  while (scaled >= step && position < units.length - 1) {
    scaled /= step;
    position += 1;
  }
  return `${compact.format(scaled)} ${units[position]}`;
}
