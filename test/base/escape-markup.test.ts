import { expect, test } from "bun:test";
import { escapeHtml, escapeXml, escapeXmlLines } from "../../src/base/escape-markup.ts";

test("signs of markup and unsafe characters do not come through", () => {
  const text = `<a b="c" d='e'>&\u0000\u001b\n\ud800`;
  const escaped = "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\\u0000\\u001b\\n\\ud800";
  expect([escapeHtml(text), escapeXml(text)]).toEqual([escaped, escaped]);
});

test("what XML cannot hold is replaced there, and stays in HTML", () => {
  expect([escapeHtml("\ufffe\uffff"), escapeXml("\ufffe\uffff")]).toEqual([
    "\ufffe\uffff",
    "\ufffd\ufffd",
  ]);
});

test("the ends of lines stay where they are asked for", () => {
  expect(escapeXmlLines("<\n\r>")).toBe("&lt;\n\\r&gt;");
});
