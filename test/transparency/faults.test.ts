/**
 * Transparency of an agent beside its faults: a live fault that matches nothing, and a fault that goes live before any
 * event of a run and ends behind it, leave caller and callee what a direct connection shows.
 */
import { expect, it } from "vitest";
import type { FaultOrder } from "../../agent/contract/messages.ts";
import { asFaultId, type EdgeId } from "../../experiments/model/names.ts";
import { PYTHON } from "../../scripts/needs.ts";
import { lackOf } from "../../scripts/programs.ts";
import { act, orderOf } from "../conformance/stage.ts";
import { needing } from "../needing.ts";
import { often } from "../soak.ts";
import { complaintsOf, isExpected } from "./complaints.ts";
import { isNotYet } from "./differences.ts";
import { compareAll, everyNth, PAIRS, type RowResult, type RunThrough } from "./pairs.ts";
import { Rig } from "./rig.ts";
import { PROTOCOLS } from "./row.ts";

const test = needing(it, lackOf(PYTHON));
const LIMIT_MS = often(120_000, 600_000);

/** Stalls every connection: all bytes and ends are held, and leave intact when the fault ends. */
const stall = (edge: EdgeId): FaultOrder =>
  orderOf(act("partition", { how: "stall" }), { edge, id: asFaultId(`run-1/stall@${edge}`), name: "stall" });
/** Delays every request, or on TCP every byte. */
const delay = (edge: EdgeId): FaultOrder =>
  orderOf(act("latency", { delay: "40ms" }), { edge, id: asFaultId(`run-1/delay@${edge}`), name: "delay" });
const NONE = { share: { steps: [0], eachMs: 0, by: "request" } } as const;

test("a live fault that matches nothing, or hits nothing, changes nothing", {
  retry: often(2, 0),
  timeout: LIMIT_MS,
}, async () => {
  const rig = await Rig.start();
  try {
    for (const { edges } of rig.slots) {
      const { http, tcp } = edges;
      await rig.strike(tcp.id, [{ ...stall(tcp.id), ...NONE }]);
      const other = { ...delay(http.id), match: { path: "/never" } } as FaultOrder;
      await rig.strike(http.id, [other, { ...stall(http.id), ...NONE }]);
    }
    const results = await compareAll(rig, everyNth(PAIRS, often(20, 1)), PROTOCOLS, isExpected);
    expect(results.filter((result) => !isNotYet(result)).flatMap(complaintsOf)).toEqual([]);
  } finally {
    await rig.close();
  }
});

const treated = (result: RowResult): RowResult => ({ ...result, isTreated: true });
/** Events of most runs: a later event of a longer run is tried where a soak tries them all. */
const EVENTS = 12;

const ROUNDS = Array.from({ length: often(1, EVENTS) }, (_, round) => round);
const FLIPS = { stall, delay };
const FLIPPED = (["stall", "delay"] as const).flatMap((fault) => ROUNDS.map((round) => [fault, round] as const));

test.each(FLIPPED)(
  "a %s that goes live at any event and ends changes nothing (round %i)",
  {
    retry: often(2, 0),
    timeout: often(120_000, 300_000),
  },
  async (fault, round) => {
    const rig = await Rig.start({ slots: 16 });
    const runThrough: RunThrough = ({ protocol, caller, callee }, scripts, pace) => {
      const number = PAIRS.findIndex((pair) => pair.caller === caller && pair.callee === callee);
      return rig.throughFlip(protocol, scripts, pace, (number + round) % EVENTS, FLIPS[fault]);
    };
    try {
      const pairs = everyNth(PAIRS, often(47, 1));
      const results = await compareAll(rig, pairs, PROTOCOLS, (result) => isExpected(treated(result)), runThrough);
      expect(results.map(treated).flatMap(complaintsOf)).toEqual([]);
    } finally {
      await rig.close();
    }
  },
);
