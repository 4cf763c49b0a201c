import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { servers, type TestServer } from "./servers.ts";
import { startStandIn } from "./stand-in.ts";

type Field = [name: string, value: string, fileName?: string];

const path: Field = ["path", "logexcerpt/facts"];
const file: Field = ["file0", "12345", "a.txt.gz"];

/** What the client relies on; the stand-in must not be kinder than the real server. */
for (const { name, start } of servers) {
  describe(`${name}, as the client knows it`, () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test.each([
      ["path first", [path, file]],
      ["file first", [file, path]],
      ["fields it does not know", [["other", "x"], path, file]],
      ["slashes around the path", [["path", "/logexcerpt/facts/"], file]],
    ] satisfies [string, Field[]][])(
      "takes an upload with %s and says nothing",
      async (_, form) => {
        const response = await upload(server, form);
        expect([response.status, await response.text()]).toEqual([200, ""]);
        const head = await fetch(`${server.url}/logexcerpt/facts/a.txt.gz`, { method: "HEAD" });
        expect([head.status, head.headers.get("content-length")]).toEqual([200, "5"]);
      },
    );

    test("overwrites what was there", async () => {
      await upload(server, [path, ["file0", "other bytes", "b.txt.gz"]]);
      await upload(server, [path, ["file0", "new", "b.txt.gz"]]);
      const response = await fetch(`${server.url}/logexcerpt/facts/b.txt.gz`);
      expect(await response.text()).toBe("new");
    });

    test.each([
      ["without a file", [path]],
      ["whose file has no name", [path, ["file0", "12345"]]],
      ["that climbs out of its folder", [["path", "logexcerpt/../../x"], file]],
    ] satisfies [string, Field[]][])("answers 400 to an upload %s", async (_, form) => {
      expect((await upload(server, form)).status).toBe(400);
    });

    test("answers 401 without a body to an upload without a good token", async () => {
      const response = await upload({ ...server, token: "no" }, [path, file]);
      expect([response.status, await response.text()]).toEqual([401, ""]);
    });

    test("answers 404 to a look at what is not there", async () => {
      const response = await fetch(`${server.url}/logexcerpt/none/a.txt.gz`, { method: "HEAD" });
      expect(response.status).toBe(404);
    });
  });
}

test("a locked path is waited for when the path comes first, else refused at once", async () => {
  await using standIn = await startStandIn({ lockWaitMs: 50 });
  using _ = standIn.lock("logexcerpt/facts/a.txt.gz");
  const streamed = await upload(standIn, [path, file]);
  expect([streamed.status, await streamed.text()]).toEqual([409, "Timeout waiting for upload"]);
  const buffered = await upload(standIn, [file, path]);
  expect([buffered.status, await buffered.text()]).toEqual([409, "Upload already in progress"]);
});

test("a user may write only below his prefixes", async () => {
  await using standIn = await startStandIn({ prefixes: ["logexcerpt"] });
  expect((await upload(standIn, [path, file])).status).toBe(200);
  expect((await upload(standIn, [["path", "kernels/x"], file])).status).toBe(403);
  expect((await upload(standIn, [["path", "/logexcerpt/x"], file])).status).toBe(403);
});

// --- internal ---

function upload(server: { url: string; token: string }, fields: Field[]): Promise<Response> {
  const body = new FormData();
  for (const [name, value, fileName] of fields) {
    if (fileName === undefined) body.append(name, value);
    else body.append(name, new Blob([value]), fileName);
  }
  const headers = { Authorization: `Bearer ${server.token}` };
  return fetch(`${server.url}/v1/file`, { method: "POST", body, headers });
}
