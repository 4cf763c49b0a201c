import type { Advice } from "./fix.ts";
import { type HintCase, leaveOut, writeInstead } from "./hint-case.ts";
import { meantTime } from "./meant-time.ts";

/** Says what to write for a text that is no time; no version asks for any. */
export function hintForTime(given: HintCase, value: string): Advice {
  const time = meantTime(value);
  if (time) return writeInstead(given, `${wordsForTime(value)}: write `, time);
  if (given.mistake.path.at(-1) === "_timestamp") {
    return leaveOut(given, "whoever stores the submission writes it: leave the field out");
  }
  return leaveOut(given, `${fault(value)}; leave the field out if the time is not known`);
}

// --- internal ---

/** What is wrong with a text that means no time. */
function fault(value: string): string {
  const [, year, month, day] = /^(\d{4})-(0[1-9]|1[0-2])-(\d{2})T/.exec(value) ?? [];
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(day) > days) return `${year}-${month} has ${days} days`;
  if (!/^\d{4}-\d\d-\d\dT/.test(value))
    return "write it as year-month-dayThour:minute:secondZ, the Z for UTC";
  if (!/^\d{4}-(?:0[1-9]|1[0-2])-(?!00)/.test(value))
    return "years go from 0001, months from 01 to 12, days from 01";
  return "hours go from 00 to 23, minutes and seconds to 59, and the zone is Z or as +01:00";
}

function wordsForTime(value: string): string {
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value) && !/^(?:19|20)\d{6}/.test(value.trim()))
    return "seconds since 1970 are not accepted";
  if (/[+-]\d\d:?\d\d[Zz]$/.test(value)) return "one zone is enough";
  if (/:60/.test(value)) return "leap seconds are not accepted";
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return "the time of day is missing";
  if (/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(value))
    return "the zone is missing, Z for UTC";
  if (/^\d{4}-\d\d-\d\d /.test(value)) return "put a T between date and time";
  if (/T.*[+-]\d{2}(?:\d{2})?$/.test(value)) return "write the zone with a colon, as +00:00";
  return "dates are written in one form only";
}
