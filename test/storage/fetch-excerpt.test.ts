import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { fetchExcerpt } from "../../src/storage/fetch-excerpt.ts";

describe("an excerpt that is only linked", () => {
  const asked: string[] = [];
  let server: ReturnType<typeof Bun.serve>;
  let base: string;

  beforeAll(() => {
    server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch(request) {
        const { pathname } = new URL(request.url);
        asked.push(pathname);
        switch (pathname) {
          case "/files/packed":
            return new Response(gzipSync("the end\n"), {
              headers: { "content-encoding": "gzip" },
            });
          case "/files/plain":
            return new Response("plain\n");
          case "/files/bomb":
            return new Response(gzipSync(Buffer.alloc(40 << 20)));
          case "/files/long":
            return new Response(Buffer.alloc(1 << 20, "x"));
          case "/files/away":
            return Response.redirect("http://127.0.0.1:1/secret");
          default:
            return new Response("no", { status: 404 });
        }
      },
    });
    base = `http://127.0.0.1:${server.port}/files`;
  });
  afterAll(() => server.stop(true));

  test("is fetched and unpacked, however the server sends it", async () => {
    expect(await fetchExcerpt(`${base}/packed`, base)).toEqual({ text: "the end\n" });
    expect(await fetchExcerpt(`${base}/plain`, `${base}/`)).toEqual({ text: "plain\n" });
  });

  test.each([
    "http://127.0.0.1:1/files/packed",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "../packed",
    "",
  ])("is fetched from the storage server alone, not from %p", async (url) => {
    const before = asked.length;
    expect(await fetchExcerpt(url, base)).toEqual({
      why: expect.stringContaining("STORAGE_BASE_URL"),
    });
    expect(await fetchExcerpt(`${base}/../elsewhere`, base)).toHaveProperty("why");
    expect(await fetchExcerpt(`${base}x/packed`, base)).toHaveProperty("why");
    expect(asked.length).toBe(before);
  });

  test.each(["bomb", "long", "away", "absent"])(
    "has bounds, and follows nothing: %s",
    async (name) => {
      expect(await fetchExcerpt(`${base}/${name}`, base)).toEqual({ why: expect.any(String) });
    },
  );
});
