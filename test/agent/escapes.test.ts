/** Escapes (DATA-PATH.md 1): what the process before an upgrade still carries is in the successor's receipts. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { EdgeOrder, FaultOrder } from "../../agent/contract/index.ts";
import { asEdgeId, asFaultId, asRunId } from "../../experiments/model/names.ts";
import { freePort } from "../ports.ts";
import { ask, dial, keptAlive, startAgent, startEcho, startService } from "./process.ts";
import { ContractServer } from "./server.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const HTTP = asEdgeId("a->b");
const TCP = asEdgeId("a->c");
const slow = (edge: FaultOrder["edge"]): FaultOrder => ({
  ...{ id: asFaultId(`run/slow@${edge}`), run: asRunId("run"), name: "slow", edge, endpoints: null, match: null },
  action: { kind: "latency", params: { delay: 1, jitter: 0, distribution: "uniform", at: "request" } },
  ...{ share: { steps: [1], eachMs: 0, by: "request" }, pulse: null, seed: 1, stealth: false, shadow: false },
  notAfterMs: 600_000,
});
const upgrade = (socketPath: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request({ socketPath, method: "POST", path: "/v1/upgrade" }, async (response) => {
      let text = "";
      for await (const part of response) text += part;
      resolve(JSON.parse(text).successor);
    });
    asked.on("error", reject).end("{}");
  });

/** An agent with an edge of each protocol, a caller's connection on each, and then an upgrade. */
const upgraded = async () => {
  const [service, echo] = [await startService(), await startEcho()];
  const folder = mkdtempSync(join(tmpdir(), "squall-escapes-"));
  const edges: readonly EdgeOrder[] = [
    {
      id: HTTP,
      listen: `127.0.0.1:${await freePort()}`,
      protocol: "http",
      endpoints: [service.address],
      healthPath: null,
    },
    { id: TCP, listen: `127.0.0.1:${await freePort()}`, protocol: "tcp", endpoints: [echo.address], healthPath: null },
  ];
  const server = await ContractServer.start(edges);
  const control = join(folder, "agent.sock");
  const first = await startAgent(["--server", server.url, "--control", control, "--instance", "i"]);
  const connections = keptAlive();
  cleanUps.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => server.stop(),
    ...[service.stop, echo.stop],
    async () => {
      first.kill("SIGKILL");
      await first.ended;
    },
    () => connections.destroy(),
  );
  await server.hears("pulse");
  const stream = await dial(first.listen[TCP]!);
  stream.write("before");
  await once(stream, "data");
  expect((await ask(first.listen[HTTP]!, { connections })).status).toBe(200);
  const successor = await upgrade(control);
  cleanUps.push(() => process.kill(successor, "SIGKILL"));
  await server.hears("hello", ({ pid }) => pid === successor);
  const since = server.said.length;
  await server.hears("pulse", () => true, since);
  await server.hears("pulse", ({ n }) => n > 1, since);
  /** Escaped units by edge, from the first pulse whose receipts fit. */
  const escaped = async (fits: (edges: Readonly<Record<string, number>>) => boolean, after = since) => {
    const edgesOf = (receipts: readonly { readonly edge: string; readonly escaped?: number }[]) =>
      Object.fromEntries(receipts.map(({ edge, escaped = 0 }) => [edge, escaped]));
    const { receipts } = await server.hears("pulse", (pulse) => fits(edgesOf(pulse.receipts)), after);
    return edgesOf(receipts);
  };
  return { server, first, stream, connections, escaped, at: first.listen };
};

test("Connections and exchanges of the process before an upgrade are escaped, until it ends", async () => {
  const { server, first, stream, connections, escaped, at } = await upgraded();
  await server.apply([slow(HTTP), slow(TCP)]);
  expect(await escaped((edges) => edges[TCP] === 1)).toEqual({ [HTTP]: 0, [TCP]: 1 });
  // The request of a kept connection reaches the process before, which says that the connection ends.
  expect((await ask(at[HTTP]!, { connections })).status).toBe(200);
  expect(await escaped((edges) => edges[HTTP] === 1)).toEqual({ [HTTP]: 1, [TCP]: 1 });
  // A new request meets the fault, and does not escape.
  expect((await ask(at[HTTP]!)).status).toBe(200);
  stream.end();
  expect(await first.ended).toBe(0);

  await server.drop("first");
  const after = server.said.length;
  await server.apply([{ ...slow(TCP), id: asFaultId(`later/slow@${TCP}`), run: asRunId("later") }]);
  await server.hears("pulse", ({ receipts }) => receipts.some(({ id }) => id.startsWith("later/")), after);
  const { receipts } = server.of("pulse").at(-1)!;
  expect(receipts.find(({ id }) => id.startsWith("later/"))).toMatchObject({ edge: TCP });
  expect(receipts.find(({ id }) => id.startsWith("later/"))!.escaped).toBeUndefined();
});
