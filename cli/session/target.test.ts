import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PLAIN } from "../../experiments/report/terminal/paint.ts";
import { systemClock } from "../clock.ts";
import type { Context } from "../context.ts";
import { chooseContext, NO_CONTEXTS, setContext } from "../contexts/contexts.ts";
import { writeContexts } from "../contexts/file.ts";
import { targetFor, targetInUse, targetOfFlags } from "./target.ts";

let home: string;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "squall-target-"));
  const prod = { servers: ["https://a", "https://b"], token: { value: "of-prod" } };
  const staging = { servers: ["https://s"], token: { variable: "STAGING_TOKEN" } };
  const both = setContext(setContext(NO_CONTEXTS, "prod", prod), "staging", staging);
  await writeContexts(home, chooseContext(both, "staging"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const contextWith = (environment: NodeJS.ProcessEnv = {}): Context => ({
  ...{ cwd: home, environment, home, version: "0", clock: systemClock, readStdin: async () => "" },
  launcher: { echoes: false, watch: () => ({ stop() {} }) },
  output: {
    out() {},
    err() {},
    raw() {},
    live: false,
    attended: false,
    paint: PLAIN,
    outPaint: PLAIN,
    width: () => 100,
    tableWidth: () => 100,
    lost: async () => null,
    screen: () => null,
  },
});

describe("the server that is meant", () => {
  it("is the one of the flags before the environment, the environment before the one in use", async () => {
    const context = contextWith({ SQUALL_CONTEXT: "prod", STAGING_TOKEN: "of-staging" });
    expect((await targetFor(context, { context: "staging" })).name).toBe("context staging");
    expect((await targetFor(context, {})).name).toBe("context prod");
    expect(await targetFor(contextWith({ STAGING_TOKEN: "of-staging" }), {})).toMatchObject({
      name: "context staging",
      servers: { urls: ["https://s"], token: "of-staging" },
    });
  });
  it("is none by flags alone, so that a run never goes to a server because of what was used yesterday", async () => {
    expect(await targetOfFlags(contextWith({ SQUALL_CONTEXT: "prod" }), {})).toBeNull();
  });
  it("is this machine where it is said so", async () => {
    const context = contextWith({ STAGING_TOKEN: "x" });
    expect(await targetOfFlags(context, { context: "local" })).toBeNull();
    await expect(targetFor(context, { context: "local" })).rejects.toThrow("no server: name one with --server");
  });
  it("that needs a token which is not there is refused with the name of its variable, and no value", async () => {
    await expect(targetInUse(contextWith())).rejects.toThrow("environment variable STAGING_TOKEN, which is not set");
    await expect(targetOfFlags(contextWith(), { context: "nowhere" })).rejects.toThrow("no context nowhere");
    await expect(targetOfFlags(contextWith(), { server: ["https://x"], context: "prod" })).rejects.toThrow("either");
  });
});

describe("--server", () => {
  it("takes its token from SQUALL_TOKEN", async () => {
    const target = await targetOfFlags(contextWith({ SQUALL_TOKEN: "t" }), { server: ["https://x/", "https://y"] });
    expect(target).toMatchObject({ servers: { urls: ["https://x", "https://y"], token: "t" } });
  });
  it("else from the context that trusts these very servers with one", async () => {
    const target = await targetOfFlags(contextWith(), { server: ["https://b"] });
    expect(target).toMatchObject({ servers: { urls: ["https://b"], token: "of-prod" } });
  });
  it("never gives the token of a context to a server that is not of it", async () => {
    const refused = targetOfFlags(contextWith(), { server: ["https://b", "https://evil"] });
    await expect(refused).rejects.toThrow("SQUALL_TOKEN");
  });
  it("takes authorities from a file", async () => {
    writeFileSync(join(home, "ca.pem"), "PEM");
    const context = contextWith({ SQUALL_TOKEN: "t" });
    expect(await targetOfFlags(context, { server: ["https://x"], ca: "ca.pem" })).toMatchObject({
      servers: { ca: "PEM" },
    });
    await expect(targetOfFlags(context, { server: ["https://x"], ca: "no.pem" })).rejects.toThrow(
      "no.pem cannot be read",
    );
  });
});
