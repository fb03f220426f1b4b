import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  chooseContext,
  contextOf,
  formatContexts,
  isExposed,
  NO_CONTEXTS,
  parseContexts,
  proxyUrl,
  removeContext,
  serverUrl,
  setContext,
} from "./contexts.ts";
import { contextsIn, readContexts, writeContexts } from "./file.ts";

const PROD = { servers: ["https://a.example:4780", "https://b.example"], token: { value: "secret" }, ca: null };
const prod = setContext(NO_CONTEXTS, "prod", PROD);

describe("the URL of a server", () => {
  it.each([
    ["https://Squall.example:4780/", "https://squall.example:4780"],
    ["http://127.0.0.1:80", "http://127.0.0.1"],
    ["https://[::1]:4780", "https://[::1]:4780"],
  ])("%s is an origin", (text, origin) => expect(serverUrl(text)).toBe(origin));
  it.each(["localhost:4780", "squall.example", "127.0.0.1:4780", "[::1]:4780"])("%s lacks its scheme", (text) =>
    expect(() => serverUrl(text)).toThrow(`with its scheme: http://${text}, or https://${text}`),
  );
  it.each(["squall.example", "ftp://a", "https://a/path", "https://a?x=1", "https://a#x", ""])(
    "%j is refused with what was expected",
    (text) => expect(() => serverUrl(text)).toThrow("expected a URL without a path"),
  );
  it("holds no credentials, and the refusal does not repeat them", () => {
    expect(() => serverUrl("https://me:hunter2@squall.example")).toThrow(/^server https:\/\/squall\.example: /);
    expect(() => serverUrl("https://me:hunter2@squall.example")).not.toThrow("hunter2");
  });
  it("exposes a token only where it leaves this machine without encryption", () => {
    expect(["http://127.0.0.9:1", "http://localhost", "http://[::1]", "https://a"].filter(isExposed)).toEqual([]);
    expect(["http://10.0.0.1", "http://localhost.example"].filter((url) => !isExposed(url))).toEqual([]);
  });
});

describe("contexts", () => {
  it("keep what is not changed, and every server once", () => {
    const changed = setContext(prod, "prod", { servers: ["https://a.example:4780/", "https://a.example:4780"] });
    expect(contextOf(changed, "prod")).toEqual({ ...PROD, servers: ["https://a.example:4780"] });
    expect(prod.saved.prod).toEqual(PROD);
  });
  it("need a server, and a name that is none of ours", () => {
    expect(() => setContext(NO_CONTEXTS, "prod", { token: { value: "x" } })).toThrow("has no server yet");
    expect(() => setContext(NO_CONTEXTS, "local", PROD)).toThrow("means this machine");
    expect(() => setContext(NO_CONTEXTS, "../etc", PROD)).toThrow("expected a name");
    expect(() => setContext(NO_CONTEXTS, "__proto__", PROD)).toThrow("expected a name");
  });
  it("are chosen by name; `local` chooses none", () => {
    expect(chooseContext(prod, "prod").current).toBe("prod");
    expect(chooseContext(chooseContext(prod, "prod"), "local").current).toBeNull();
    expect(() => chooseContext(prod, "prdo")).toThrow("no context prdo; there are prod");
    expect(() => chooseContext(prod, "constructor")).toThrow("no context constructor");
  });
  it("that are forgotten are not in use any more", () => {
    expect(removeContext(chooseContext(prod, "prod"), "prod")).toEqual(NO_CONTEXTS);
  });
  it("are read as they were written, and anything else is not read at all", () => {
    const chosen = chooseContext(prod, "prod");
    expect(parseContexts(formatContexts(chosen))).toEqual(chosen);
    for (const text of [
      "",
      "[]",
      "{}",
      '{"contexts":[]}',
      '{"current":1,"contexts":{}}',
      '{"contexts":{"a":{"servers":[]}}}',
    ])
      expect(parseContexts(text), text).toBeNull();
  });
});

describe("the file of contexts", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "squall-contexts-"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it("is for its owner alone", async () => {
    await writeContexts(home, prod);
    expect(statSync(contextsIn(home)).mode & 0o777).toBe(0o600);
    expect(await readContexts(home)).toEqual(prod);
  });
  it("is not read while others may read it, since it holds tokens", async () => {
    await writeContexts(home, prod);
    chmodSync(contextsIn(home), 0o644);
    await expect(readContexts(home)).rejects.toThrow(`chmod 600 ${contextsIn(home)}`);
  });
  it("that is damaged is told, not overwritten", async () => {
    writeFileSync(contextsIn(home), "{", { mode: 0o600 });
    await expect(readContexts(home)).rejects.toThrow("mend the file");
    expect(readFileSync(contextsIn(home), "utf8")).toBe("{");
  });
  it("that is not there holds none", async () => expect(await readContexts(home)).toEqual(NO_CONTEXTS));
  it("never shows the user and the password of a URL that it refuses", () => {
    const refused = [
      () => proxyUrl("http://name:secret@proxy.example:3128/x"),
      () => proxyUrl("http://name:sec%ret@proxy.example:3128"),
      () => proxyUrl("name:secret@proxy.example:3128"),
      () => serverUrl("https://name:secret@squall.example/x"),
      () => serverUrl("https://name:secret@squall.example"),
    ];
    for (const refuse of refused) {
      expect(refuse).toThrow();
      expect(refuse).not.toThrow(/sec/);
    }
    expect(proxyUrl("http://na%40me:s%25t@proxy.example:3128")).toBe("http://na%40me:s%25t@proxy.example:3128/");
  });
});
