import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import { StorageClient } from "../../src/storage/client.ts";
import { everyWord, faultOf } from "./fault-of.ts";
import { servers, type TestServer } from "./servers.ts";
import { excerpt, pathOf, quickSettings } from "./settings.ts";

/** Requests that need no stand-in's cunning: the same on the real server. */
for (const { name, start } of servers) {
  describe(`with ${name}`, () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test("a text is uploaded once and found from then on", async () => {
      using client = new StorageClient(settingsOf());
      const { hash, text } = excerpt("upload");
      expect(await client.store(hash, text)).toBe("uploaded");
      expect(await client.store(hash, text)).toBe("found");
      using other = new StorageClient(settingsOf());
      expect(await other.store(hash, text)).toBe("found");
    });

    test("what is stored unzips to the text, at the URL that is linked", async () => {
      using client = new StorageClient(settingsOf());
      const { hash, text } = excerpt("Ünïcode ☃ 😀", 16_000);
      await client.store(hash, text);
      expect(client.urlOf(hash)).toBe(`${server.url}/${pathOf(hash)}`);
      const response = await fetch(client.urlOf(hash), { decompress: false });
      const bytes = await response.arrayBuffer();
      expect(gunzipSync(bytes).toString()).toBe(text);
    });

    test("many texts at once share the connections and all arrive", async () => {
      using client = new StorageClient(settingsOf());
      const texts = Array.from({ length: 100 }, (_, n) => excerpt(`many ${n}`));
      const results = await Promise.all(texts.map(({ hash, text }) => client.store(hash, text)));
      expect(results.filter((result) => result === "uploaded")).toHaveLength(100);
    });

    test("a good token is known, with its owner", async () => {
      using client = new StorageClient(settingsOf());
      expect(await client.checkAuth()).toContain("lab@example.org");
    });

    test("a bad token is refused, for the operator to mend", async () => {
      using client = new StorageClient({ ...settingsOf(), token: "not.a.token" });
      expect(await faultOf(client.checkAuth())).toMatchObject({ code: "401", class: "operator" });
      const { hash, text } = excerpt("bad token");
      const fault = await faultOf(client.store(hash, text));
      expect(fault).toMatchObject({ code: "401", class: "operator", retry: false });
      expect(fault.hint).toContain("STORAGE_TOKEN");
      expect(everyWord(fault)).not.toContain("not.a.token");
    });

    function settingsOf() {
      return quickSettings(server);
    }
  });
}

test.each(["", "two words", "line\nend", "ümlaut"])(
  "the token %j is refused unseen",
  async (token) => {
    const settings = quickSettings({ url: "http://localhost", token });
    const fault = await faultOf(Promise.try(() => new StorageClient(settings)));
    expect(fault).toMatchObject({ class: "operator", code: "token" });
    if (token !== "") expect(everyWord(fault)).not.toContain(token);
  },
);
