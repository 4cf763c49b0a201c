import type { Format } from "../versions/field.ts";
import { isDateTime } from "./date-time.ts";
import { isEmail } from "./email.ts";
import { isUri } from "./uri.ts";

/** The test of each format, and what it asks for in words. */
export const formats: Readonly<Record<Format, { test(text: string): boolean; words: string }>> = {
  uri: { test: isUri, words: "a URL: scheme, colon, and ASCII without spaces" },
  "date-time": {
    test: isDateTime,
    words: "a date and time with a zone, as 2025-01-31T23:59:59Z or 2025-01-31T23:59:59.5+01:00",
  },
  email: { test: isEmail, words: "an e-mail address" },
};
