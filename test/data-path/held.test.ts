/**
 * Bytes that faults hold (DATA-PATH.md 5): a delay shifts flows of any size and never slows them down, as long as the
 * agent's memory for held bytes lasts; beyond that the receipt says `squeezed`. Real agents, real sockets.
 */
import { afterEach, expect, test } from "vitest";
import type { FaultOrder } from "../../agent/contract/messages.ts";
import { asEdgeId, asFaultId, type EdgeId } from "../../experiments/model/names.ts";
import { type AgentProcess, startAgent } from "../agent/process.ts";
import { ContractServer, eventually } from "../agent/server.ts";
import { residentMb } from "../bench/process-cost.ts";
import { act, orderOf } from "../conformance/stage.ts";
import { often } from "../soak.ts";
import { FlowCallee, openFlows, runFlow, type Way } from "./flows.ts";

const MIB = 2 ** 20;
const EDGES = { http: asEdgeId("x->web"), tcp: asEdgeId("x->data") };
const DELAY_MS = 1_000;

let server: ContractServer | undefined;
let agent: AgentProcess | undefined;
let callee: FlowCallee | undefined;
const open = async (heldMemory: string) => {
  callee = await FlowCallee.start();
  const endpoints = [`127.0.0.1:${callee.port}`];
  server = await ContractServer.start(
    (["http", "tcp"] as const).map((protocol) => ({
      ...{ id: EDGES[protocol], listen: "127.0.0.1:0", protocol, endpoints, healthPath: null },
    })),
  );
  agent = await startAgent(["--server", server.url, "--instance", "i", "--held-memory", heldMemory]);
  await server.hears("pulse");
  return { server, agent, callee, portOf: (edge: EdgeId) => agent!.listen[edge]!.port };
};
afterEach(async () => {
  agent?.kill("SIGKILL");
  await agent?.ended;
  await server?.stop();
  await callee?.close();
});

const slow = (edge: EdgeId, way: Way, delay = `${DELAY_MS}ms`): FaultOrder =>
  orderOf(act("latency", { delay, at: way === "up" ? "request" : "response" }), {
    ...{ edge, id: asFaultId(`run-1/slow@${edge}`), name: "slow" },
  });
const receiptOf = async (edge: EdgeId) => {
  const { receipts } = await server!.hears("pulse", () => true, server!.said.length);
  return receipts.find((receipt) => receipt.edge === edge)!;
};
const residentBytes = (pid: number): number => residentMb(pid) * MIB;

const shapes = (["http", "tcp"] as const).flatMap((protocol) =>
  (["up", "down"] as const).flatMap((way) => often([16], [2, 16, 64]).map((size) => ({ protocol, way, size }))),
);
test.each(shapes)("$size MiB $way on $protocol pass a delay whole, and nothing slows them down", async (shape) => {
  const { server, callee, portOf } = await open("256MiB");
  const edge = EDGES[shape.protocol];
  await server.apply([slow(edge, shape.way)]);
  const late = await runFlow(portOf(edge), callee, { ...shape, bytes: shape.size * MIB });
  expect(late.bytes).toBe(shape.size * MIB);
  expect(late.firstMs).toBeGreaterThanOrEqual(DELAY_MS);
  // Held in portions that leave one after the other, the flow would take a delay for each.
  expect(late.lastMs).toBeLessThan(2 * DELAY_MS + 20 * shape.size);
  const receipt = await receiptOf(edge);
  expect(receipt).toMatchObject({ injected: 1, matched: 1 });
  expect(receipt.squeezed).toBeUndefined();
});

test("flows that the memory cannot hold are squeezed, which the receipt says", async () => {
  const { server, callee, portOf } = await open("16MiB");
  await server.apply([slow(EDGES.tcp, "up")]);
  const flow = () => runFlow(portOf(EDGES.tcp), callee, { protocol: "tcp", way: "up", bytes: 24 * MIB });
  expect((await flow()).bytes).toBe(24 * MIB);
  expect(await receiptOf(EDGES.tcp)).toMatchObject({ injected: 1, squeezed: 1 });
});

test.each([64 * 1024, 1_448, 1])("memory stays within its budget for parts of %i bytes", async (partBytes) => {
  const { server, agent, callee, portOf } = await open("32MiB");
  await server.apply([slow(EDGES.tcp, "up", "60s")]);
  const before = residentBytes(agent.pid);
  const flows = await openFlows(portOf(EDGES.tcp), callee, partBytes === 1 ? 100 : 8);
  const part = Buffer.alloc(partBytes, "x");
  const wanted = partBytes === 1 ? 100 * 1_000 : 64 * MIB;
  for (let sent = 0; sent < wanted; sent += partBytes * flows.length) {
    for (const { caller } of flows) caller.write(part);
    await new Promise(setImmediate);
  }
  await eventually("the agent holds what it may", async () => {
    const first = residentBytes(agent.pid);
    await new Promise((resolve) => setTimeout(resolve, 300));
    return residentBytes(agent.pid) - first < MIB / 4 ? true : undefined;
  });
  const growth = residentBytes(agent.pid) - before;
  // A quarter more than the budget, and what connections and the collector of garbage take anyway.
  expect(growth).toBeLessThan(1.25 * 32 * MIB + 24 * MIB);
  if (partBytes > 1) expect((await receiptOf(EDGES.tcp)).squeezed).toBeGreaterThan(0);
});

test("every flow moves again once its fault is gone, and the agent attests that nothing is held", async () => {
  const { server, callee, portOf } = await open("64MiB");
  await server.apply([slow(EDGES.tcp, "up", "60s")]);
  const flows = await openFlows(portOf(EDGES.tcp), callee, often(300, 2_000));
  const bytes = Math.floor((24 * MIB) / flows.length);
  for (const { caller } of flows) caller.write(Buffer.alloc(bytes, "x"));
  await eventually("all bytes are held", async () =>
    (await receiptOf(EDGES.tcp)).matched === flows.length && flows.every(({ caller }) => caller.writableLength === 0)
      ? true
      : undefined,
  );
  expect(flows.reduce((sum, { far }) => sum + far.bytesRead, 0)).toBe(0);
  let drops = 0;
  await eventually("the agent attests that nothing is held", async () => {
    const { remains } = await server.drop(`end ${++drops}`);
    expect(remains.live).toBe(0);
    return remains.held === 0 ? true : undefined;
  });
  await eventually("all bytes arrive", () => (flows.every(({ far }) => far.bytesRead === bytes) ? true : undefined));
});
