import { expect, it } from "vitest";
import type { Receipt } from "../../experiments/model/evidence/receipt.ts";
import { asEdgeId, asFaultId } from "../../experiments/model/names.ts";
import { LIMITS } from "../contract/limits.ts";
import type { ToServer, WatchCount } from "../contract/messages.ts";
import { toServer } from "../contract/schemas/to-server.ts";
import { limitReceipts } from "../edge/limit-receipts.ts";
import { downgradeMessage, encodeMessage } from "./outgoing-message.ts";

const receipt = (i: number, ordinals = 0): Receipt => ({
  ...{ id: asFaultId(`run/fault-${i}@a->b`), fault: `fault-${i}`, edge: asEdgeId("a->b"), unit: "exchange", liveMs: 1 },
  ...{ seen: 1, matched: 1, injected: 1, spared: 0, capped: 0, untouched: 0 },
  ordinals: Array.from({ length: ordinals }, (_, n) => 9_000_000 + n),
});
const many = (count: number, ordinals = 0) => Array.from({ length: count }, (_, i) => receipt(i, ordinals));

it("tells every receipt of a live fault, and the newest of those that left", () => {
  const live = new Set([receipt(0).id, receipt(1).id]);
  const told = limitReceipts(many(5_000), live).map(({ id }) => id);
  expect(told).toHaveLength(LIMITS.receipts);
  expect(told.slice(0, 3)).toEqual([receipt(0).id, receipt(1).id, receipt(5_000 - LIMITS.receipts + 2).id]);
  expect(told.at(-1)).toBe(receipt(4_999).id);
  expect(limitReceipts(many(3), live)).toEqual(many(3));
});
it("tells the first ordinals of each when all would be too many", () => {
  const told = limitReceipts(many(1_000, 1_000), new Set());
  expect(told.every(({ ordinals }) => ordinals.length === 50 && ordinals[0] === 9_000_000)).toBe(true);
  expect(limitReceipts(many(50, 1_000), new Set())[49]!.ordinals).toHaveLength(1_000);
});
it("tells a server nothing that was added to the contract after its own time", () => {
  const edge = { edge: asEdgeId("a->b"), group: "treated" as const, exchanges: 1, bytesIn: 1, bytesOut: 1, open: 0 };
  const counted = { ...edge, cancelled: 1, refused: [{ code: "tls", count: 1 }], byClass: [1], latencies: "" };
  const fourth = { endpoints: { "10.0.0.1:1": 1 }, exhausted: [{ of: "ports" as const, refused: 1 }], escaped: 1 };
  const sixth: Receipt = { ...receipt(0), firstHitMs: 1, firstCappedMs: 2, ...fourth, squeezed: 1 };
  const pulse: ToServer = {
    ...{ type: "pulse", session: "s", n: 1, table: { epoch: 1, gen: 1 } },
    remains: { live: 0, held: 0, wounded: 0, external: 0 },
    receipts: [sixth],
    watches: [
      { id: "w", good: 1, bad: 0, left: 1, struck: 1, open: 0, openStruck: 0, errored: 2, unknown: 1, firstBad: [] },
    ],
    stalls: [{ n: 1, agoMs: 5, lengthMs: 100 }],
    edges: [{ ...counted, connections: { "10.0.0.1:1": 2 } }],
  };
  const seventh = { ...pulse, receipts: [{ ...sixth, escapedBy: "redirect" as const }] };
  const newest = { ...seventh, strangers: 3 };
  expect(downgradeMessage(9, newest)).toEqual(newest);
  for (const minor of [8, 7]) expect(downgradeMessage(minor, newest)).toEqual(seventh);
  expect(downgradeMessage(6, newest)).toEqual(pulse);
  expect(downgradeMessage(5, pulse)).toEqual(pulse);
  const known = { ...receipt(0), firstHitMs: 1, firstCappedMs: 2, ...fourth };
  expect(downgradeMessage(4, pulse)).toEqual({ ...pulse, receipts: [known] });
  const third = { ...pulse, receipts: [{ ...receipt(0), firstHitMs: 1, firstCappedMs: 2 }], edges: [counted] };
  expect(downgradeMessage(3, pulse)).toEqual(third);
  const second = { ...third, edges: [{ ...edge, cancelled: 1, byClass: [1], latencies: "" }] };
  expect(downgradeMessage(2, pulse)).toEqual(second);
  const [{ unknown: _unknown, ...first }] = pulse.watches as [WatchCount];
  expect(downgradeMessage(1, pulse)).toEqual({ ...second, watches: [first] });
  const { stalls: _, ...before } = pulse;
  expect(downgradeMessage(0, { ...pulse, strangers: 3 } as ToServer)).toEqual({
    ...before,
    receipts: [receipt(0)],
    watches: [{ id: "w", good: 1, bad: 0, open: 0, firstBad: [] }],
    edges: [{ ...edge, byClass: [1], latencies: "" }],
  });
});
it("makes no message that the contract does not take, however much there is to tell", () => {
  const remains = { live: 0, held: 0, wounded: 0, external: 0 };
  const edge = {
    ...{ edge: asEdgeId("a->b"), exchanges: 1, bytesIn: 1, bytesOut: 1, open: 0, byClass: [0, 0, 1] },
    latencies: "x".repeat(90_000),
  };
  const text = encodeMessage({
    ...{ type: "pulse", session: "s", n: 1, table: { epoch: 1, gen: 1 }, remains },
    receipts: limitReceipts(many(5_000, 1_000), new Set()),
    watches: Array.from({ length: 1_000 }, (_, i) => ({
      ...{ id: `run/x/${i}`, good: 1, bad: 5, open: 0 },
      firstBad: Array.from({ length: 5 }, () => ({ atMs: 1, why: "ä".repeat(500) })),
    })),
    edges: Array.from({ length: 200 }, () => ({ ...edge, group: "treated" as const })),
  });
  expect(Buffer.byteLength(text)).toBeLessThan(LIMITS.messageBytes);
  expect(toServer.safeParse(JSON.parse(text)).error).toBeUndefined();
});
