/** 64 MiB of numbered bytes each way through a TCP edge while lossless faults come and go all the time. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { asFaultId } from "../../experiments/model/names.ts";
import { dice } from "../../experiments/model/statistics/random.ts";
import { Caller, type Edge, echo, openEdge, sleep, type TcpCallee, tcpCallee, until } from "./real.ts";
import { act, orderOf } from "./stage.ts";

const TOTAL = 64 * 2 ** 20;
const BLOCK = 64 * 1024;
/** Changes of the live set, at least. */
const CHANGES = 100;

let callee: TcpCallee;
let edge: Edge;
beforeAll(async () => {
  callee = await tcpCallee(echo);
  edge = await openEdge("tcp", callee.port);
});
afterAll(async () => {
  await edge.close();
  await callee.close();
});

/** Block number i: every 8 bytes hold that block's position. */
const numbered = (i: number): Buffer => {
  const block = Buffer.allocUnsafe(BLOCK);
  for (let at = 0; at < BLOCK; at += 8) block.writeDoubleLE((i * BLOCK + at) / 8, at);
  return block;
};

it("loses, repeats and reorders nothing of 64 MiB each way while lossless faults are switched at random", async () => {
  const actions = [
    act("latency", { delay: "4ms", jitter: "4ms", at: "request" }),
    act("latency", { delay: "3ms", jitter: "3ms", at: "response" }),
    act("slice", { size: "900B", variation: "800B", direction: "both" }),
    act("bandwidth", { rate: "40MB/s" }),
    act("bandwidth", { rate: 0, direction: "response" }),
    act("partition", { how: "stall" }),
    act("slowClose", { delay: "50ms" }),
  ];
  const roll = dice(42, "no byte lost");
  const caller = await Caller.connected(edge.port);
  const arrived = createHash("sha256");
  let size = 0;
  caller.socket.removeAllListeners("data");
  caller.socket.on("data", (bytes: Buffer) => {
    size += bytes.length;
    arrived.update(bytes);
  });

  let switching = true;
  let changes = 0;
  const switcher = (async () => {
    for (; switching || changes < CHANGES; changes++) {
      const wanted = actions.flatMap((action, i) =>
        roll() < 0.3 ? [orderOf(action, { name: `f${i}`, id: asFaultId(`f${i}`) })] : [],
      );
      edge.order(...wanted);
      await sleep(5 + roll() * 30);
      // No stall lasts: between two sets of faults all bytes flow for a moment.
      edge.order();
      await sleep(5 + roll() * 20);
    }
    edge.order();
  })();

  const sent = createHash("sha256");
  for (let i = 0; i < TOTAL / BLOCK; i++) {
    const block = numbered(i);
    sent.update(block);
    if (!caller.socket.write(block)) await new Promise((drained) => caller.socket.once("drain", drained));
  }
  caller.finish();
  // Faults still come and go while the last bytes are on their way.
  await until("everything back", () => size >= TOTAL, 50_000);
  switching = false;
  await switcher;
  await caller.ends("fin");
  expect([callee.received, size]).toEqual([TOTAL, TOTAL]);
  expect(arrived.digest("hex")).toBe(sent.digest("hex"));
  expect(changes).toBeGreaterThanOrEqual(CHANGES);
  await until("closed", () => edge.open() === 0);
  expect(edge.faults.remains()).toEqual({ live: 0, held: 0, wounded: 0 });
  for (const i of actions.keys())
    expect(edge.faults.receipts(0).find(({ id }) => id === `f${i}`)?.matched).toBeGreaterThan(0);
});
