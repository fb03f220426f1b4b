/** The transport tier of an agent (DATA-PATH.md 3): in the log, on the control socket, and in hello. */
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startAgent } from "./process.ts";
import { ContractServer } from "./server.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Node's permission model takes the TCP handles away; the flag's name changed after Node 20. */
const PERMISSION = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission";
const WITHOUT_HANDLES = [PERMISSION, "--allow-fs-read=*", "--allow-fs-write=*", "--no-warnings"];

const startedWith = async (node: readonly string[], ...args: readonly string[]) => {
  const folder = mkdtempSync(join(tmpdir(), "squall-transport-"));
  const server = await ContractServer.start([]);
  const control = join(folder, "agent.sock");
  const agent = await startAgent(["--server", server.url, "--control", control, ...args], node);
  cleanUps.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => server.stop(),
    () => {
      agent.kill("SIGKILL");
      return agent.ended;
    },
  );
  const { transport } = await server.hears("hello");
  const { transport: onControl } = await statusAt(control);
  expect(onControl).toEqual(transport);
  return { log: agent.log(), transport };
};
const statusAt = (socketPath: string): Promise<{ readonly transport?: unknown }> =>
  new Promise((resolve, reject) => {
    const call = request({ socketPath, path: "/v1/status" }, async (reply) => {
      let text = "";
      for await (const part of reply) text += part;
      resolve(JSON.parse(text));
    });
    call.on("error", reject).end();
  });

test("An agent says that it uses the fastest tier", async () => {
  const { log, transport } = await startedWith([]);
  expect(transport).toEqual({ tier: "raw", because: null });
  expect(log).toMatch(/ transport tier=raw$/m);
});
test("An agent that fell back says to which tier, and why", async () => {
  const { log, transport } = await startedWith(WITHOUT_HANDLES);
  expect(transport).toEqual({ tier: "onread", because: expect.stringMatching(/what the raw transport needs/) });
  expect(log).toMatch(/ transport tier=onread because=".*what the raw transport needs/m);
});
test("An agent of which a tier was asked says so", async () => {
  const { log, transport } = await startedWith([], "--transport", "data");
  expect(transport).toEqual({ tier: "data", because: "asked for by --transport" });
  expect(log).toMatch(/ transport tier=data because="asked for by --transport"$/m);
});
