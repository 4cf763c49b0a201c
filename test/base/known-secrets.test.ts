import { describe, expect, test } from "bun:test";
import { givenSecrets, secretsOfUrl } from "../../src/base/given-secrets.ts";
import { knowSecrets } from "../../src/base/known-secrets.ts";
import { maskSecrets } from "../../src/base/mask-secrets.ts";
import { ConfigFault } from "../../src/config/fault.ts";

describe("a known secret is masked", () => {
  test.each([
    ["as it is", "hunter2 pass", "with hunter2 pass!", "with ***!"],
    ["percent-encoded", "p@ss/w0rd", "at p%40ss%2Fw0rd.", "at ***."],
    ["percent-decoded", "p%40ss%2Fw0rd", "at p@ss/w0rd.", "at ***."],
    ["as a form has it", "two words 1", "x=two+words+1", "x=***"],
    ["as a URL has it", 'a"b<c>d!e1', "//u:a%22b%3Cc%3Ed!e1", "//u:***"],
    ["escaped as JSON", 'a"b\\c\u202ed', '{"x":"a\\"b\\\\c\u202ed"}', '{"x":"***"}'],
    ["escaped for a terminal", "ab\u202ecdefg1", "ab\\u202ecdefg1", "***"],
    ["in capitals", "S3cretHost", "ENOTFOUND s3crethost", "ENOTFOUND ***"],
    ["within a word, when it is long", "s3cret-token", "xs3cret-tokeny", "x***y"],
    ["by itself, when it is short", "gehe", "ENOTFOUND gehe, geheim", "ENOTFOUND ***, geheim"],
  ])("%s", (_how, secret, text, masked) => {
    using _known = knowSecrets([secret]);
    expect(maskSecrets(text)).toBe(masked);
  });

  test("until it is forgotten", () => {
    const [first, second] = [knowSecrets(["s3cret-token"]), knowSecrets(["s3cret-token"])];
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(maskSecrets("s3cret-token")).toBe("***");
    second[Symbol.dispose]();
    expect(maskSecrets("s3cret-token")).toBe("s3cret-token");
  });

  test("in whatever a fault says", () => {
    using _known = knowSecrets(["s3cret-token"]);
    const hint = "write s3cret-token otherwise";
    const fault = new ConfigFault("no s3cret-token", { operation: "try", hint });
    expect([fault.message, fault.hint]).toEqual(["no ***", "write *** otherwise"]);
  });
});

test("a secret that is very short, or a word of every message, spoils no text", () => {
  using _known = knowSecrets(["a", "ab", "", undefined, "postgres", "password", "true"]);
  const text = 'a password of postgres: "true" ab';
  expect(maskSecrets(text)).toBe(text);
});

test.each([
  ["postgres://bot:hunter2@host/db", ["hunter2"]],
  ["postgres://team/bot:hunter2@host/db", ["hunter2"]],
  ["postgres://bot:a@SECRET/x@host/db", ["a@SECRET/x", "a", "SECRET", "x"]],
  ["postgres://a@SECRET/x@host", ["SECRET/x", "SECRET", "x"]],
  ["postgres://bot:hunter2#22@host/db", ["hunter2#22", "hunter2", "22"]],
  ["postgres:/bot:hunter2@host/db", ["hunter2"]],
  ["bot:hunter2@host/db", ["hunter2"]],
  ["postgres://host/db?user=bot&pass%77ord=hunter2", ["hunter2"]],
  ["postgres://host/db?PGPASSWORD=hunter2", ["hunter2"]],
  ["host=db password='hunter2' user=bot", ["hunter2"]],
  ["postgres://kci:kci@kci/kci", []],
  ["postgres://bot@host:5432/db", []],
  ["sqlite:a:b@c.db", []],
])("the secrets of %s are %j", (url, secrets) => {
  expect(new Set(secretsOfUrl(url))).toEqual(new Set(secrets));
});

test("secrets are taken from variables, settings and the command line", () => {
  const env = {
    PGPASSWORD: "one",
    DB_PASSWORD: "two",
    STORAGE_TOKEN: "three",
    DATABASE_URL: "postgres://u:four@h/d",
    DB_DEFAULT: '{"NAME": "n", "PASSWORD": "five", "OPTIONS": {"sslpassword": "six"}}',
    HOME: "/home/x",
  };
  const words = ["monitor", "--database=postgres://u:seven@h/d", "postgres://u:eight@h/d", "a:b@c"];
  const found = new Set(givenSecrets(env, words));
  expect(found).toEqual(new Set(["one", "two", "three", "four", "five", "six", "seven", "eight"]));
});
