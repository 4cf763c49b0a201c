import { describe, expect, test } from "bun:test";
import { html } from "../../../src/observe/page/html.ts";

describe("html", () => {
  test("escapes values for content and quoted attributes", () => {
    const value = `<b title="x">&'`;
    expect(html`<p title="${value}">${value}</p>`.toString()).toBe(
      '<p title="&lt;b title=&quot;x&quot;&gt;&amp;&#39;">&lt;b title=&quot;x&quot;&gt;&amp;&#39;</p>',
    );
  });

  test("takes its own results as they are, lists and absent values too", () => {
    const items = [html`<li>${1}</li>`, html`<li>${"<"}</li>`];
    expect(html`<ul>${items}${undefined}</ul>`.toString()).toBe("<ul><li>1</li><li>&lt;</li></ul>");
  });

  test("does not take an object that only looks like its result", () => {
    const forged = { toString: () => "<script>" };
    expect(html`${String(forged)}`.toString()).toBe("&lt;script&gt;");
  });

  test("writes control bytes and direction marks out", () => {
    expect(html`${"a\u0000\u202eb"}`.toString()).toBe("a\\u0000\\u202eb");
  });
});
