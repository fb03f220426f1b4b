import { describe, expect, it } from "vitest";
import { encodeSightings, type Sighting } from "../../../agent/contract/sightings.ts";
import type { Receipt } from "../../../experiments/model/evidence/receipt.ts";
import { type AgentBoot, asAgentBoot, asEdgeId, asFaultId, asInstance } from "../../../experiments/model/names.ts";
import type { Plan } from "../../../experiments/model/plan/plan.ts";
import { UNMARKED } from "../../../experiments/model/probes/mark.ts";
import { EXAMPLE } from "../../../experiments/model/run/example.ts";
import { chance } from "../../../experiments/model/statistics/random.ts";
import type { ExposureCount } from "../../../experiments/model/verdict/exposure.ts";
import type { Facts } from "../../../experiments/model/verdict/facts.ts";
import type { SentSample } from "../../probes/sent-sample.ts";
import { ExposureTracker } from "./exposure-tracker.ts";

const EDGE = asEdgeId("checkout->payments");
const FAULT = asFaultId("run-1/payments is slow@checkout->payments");
const NAME = "shoppers can check out";
/** Server clock at run time 0, and at the beginning of `during`. */
const STARTED_MS = 100_000;
const DURING_MS = STARTED_MS + 10_000;
const SPANS: Facts["spans"] = {
  baseline: { fromMs: 1_000, toMs: 6_000 },
  during: { fromMs: 10_000, toMs: null },
};
/** Lag of the agent's clock behind the server's. */
const BEHIND_MS = 70_000;

const open = (plan: Plan = EXAMPLE, isPartial = false, isDrawn = false) =>
  new ExposureTracker({
    plan,
    startedMs: STARTED_MS,
    sought: new Set([0]),
    isPartial: () => isPartial,
    isDrawn: () => isDrawn,
    instanceOf: () => asInstance("checkout-1"),
  });

type Seen = Omit<Sighting, "ageMs" | "expectation"> & { readonly atMs: number; readonly expectation?: number };
const receipt = (given: Partial<Receipt> = {}): Receipt => ({
  ...{ id: FAULT, fault: "payments is slow", edge: EDGE, unit: "exchange", liveMs: 0 },
  ...{ seen: 0, matched: 0, injected: 0, spared: 0, capped: 0, untouched: 0, ordinals: [] },
  ...given,
});
interface Pulse {
  readonly sentMs: number;
  readonly seen?: readonly Seen[];
  readonly receipts?: readonly Receipt[];
  readonly delayMs?: number;
  /** Server clock less agent clock, where the agent runs on the server's machine. */
  readonly offsetMs?: number;
  readonly boot?: AgentBoot;
  readonly more?: true;
  readonly atLeast?: true;
}
/** A pulse in which all times are the server's, as if all clocks agreed. */
const pulse = (
  exposure: ExposureTracker,
  { sentMs, seen = [], receipts = [], delayMs = 0, boot = asAgentBoot("a"), offsetMs, ...more }: Pulse,
) => {
  const sightings = seen.map(({ atMs, ...one }) => ({ expectation: 0, ...one, ageMs: sentMs - atMs }));
  const coded = Buffer.from(encodeSightings(sightings, 4_096).bytes).toString("base64");
  const report = { fault: FAULT, coded, ...(more.atLeast === undefined ? {} : { atLeast: true as const }) };
  exposure.heard(boot, {
    ...{ sentMs: sentMs - BEHIND_MS, arrivedMs: sentMs + delayMs, receipts, reports: [report] },
    ...(more.more === undefined ? {} : { more: true }),
    ...(offsetMs === undefined ? {} : { offsetMs }),
  });
};
/** Samples of `during`, a sample every 100 ms, each answered after 50 ms. */
const sampleMs = (number: number) => DURING_MS + number * 100;
const send = (exposure: ExposureTracker, count: number, phase: ExposureCount["phase"] = "during") =>
  exposure.sent(
    0,
    Array.from({ length: count }, (_, number) => ({
      ...{ number, phase, sentMs: sampleMs(number), answeredMs: sampleMs(number) + 50 },
    })),
  );
const countOf = (exposure: ExposureTracker, spans = SPANS): ExposureCount => exposure.take(spans)[0]!;

describe("exchanges without a mark", () => {
  const baseline = (exposure: ExposureTracker) =>
    exposure.sent(
      0,
      Array.from({ length: 10 }, (_, number) => ({
        ...{ number, phase: "baseline" as const, slotMs: sampleMs(number), spreadMs: 100 },
        ...{ sentMs: sampleMs(number) + 7 * number, answeredMs: sampleMs(number) + 7 * number + 20 },
      })),
    );
  const unmarked = (exposure: ExposureTracker, count = 10) =>
    pulse(exposure, {
      sentMs: sampleMs(10),
      seen: Array.from({ length: count }, (_, number) => ({
        ...{ number, expectation: UNMARKED, atMs: sampleMs(number) + 7 * number + 3, hit: false },
      })),
    });
  it("are told at the end of the baseline against the looks", () => {
    const exposure = open();
    baseline(exposure);
    unmarked(exposure);
    // Repeated pulses count once.
    unmarked(exposure);
    expect(exposure.take(SPANS, sampleMs(9))[0]!.edges[0]).not.toHaveProperty("unmarked");
    const [count] = exposure.take(SPANS);
    expect(count!.edges[0]).toMatchObject({ seen: 0, unmarked: { looks: 10, spreadMs: 100 } });
    expect(count!.edges[0]!.unmarked!.lags.find(([withinMs]) => withinMs === 4)).toEqual([4, 10, 0.39, 0, 2]);
  });
  it("are known to be none where marks of another expectation passed and nothing else", () => {
    const exposure = new ExposureTracker({
      ...{
        plan: EXAMPLE,
        startedMs: STARTED_MS,
        sought: new Set([0, 1]),
        isPartial: () => false,
        isDrawn: () => false,
        instanceOf: () => asInstance("checkout-1"),
      },
    });
    baseline(exposure);
    pulse(exposure, {
      sentMs: sampleMs(10),
      seen: [{ number: 1, expectation: 1, atMs: sampleMs(1) + 10, hit: false }],
    });
    expect(countOf(exposure).edges[0]).toMatchObject({ seen: 0, unmarked: { looks: 10, lags: [] } });
  });
  it("are told together with those of the expectation's own marks: some of its samples may go with another one's", () => {
    const exposure = open();
    baseline(exposure);
    pulse(exposure, {
      sentMs: sampleMs(10),
      seen: Array.from({ length: 5 }, (_, i) => ({ number: 2 * i, atMs: sampleMs(2 * i) + 14 * i + 3, hit: false })),
    });
    expect(countOf(exposure).edges[0]).toMatchObject({ seen: 5, unmarked: { looks: 10, exchanges: 5 } });
  });
  it("are nothing where nothing passed", () => {
    const silent = open();
    baseline(silent);
    expect(countOf(silent).edges[0]).not.toHaveProperty("unmarked");
  });
});

describe("the exposure of samples", () => {
  it("calls no sample kept where an agent could not tell of all: its mark may be among the untold", () => {
    const hit = { number: 0, atMs: sampleMs(0) + 5, hit: true };
    const keptIn = (exposure: ExposureTracker, more: { readonly atLeast?: true } = {}) => {
      send(exposure, 10);
      pulse(exposure, { sentMs: sampleMs(10), seen: [hit], ...more });
      return countOf(exposure).edges[0]!.kept;
    };
    expect([keptIn(open()), keptIn(open(), { atLeast: true }), keptIn(open(EXAMPLE, true))]).toEqual([9, 0, 0]);
  });
  describe("of kept samples that the share would have drawn", () => {
    const half: Plan = {
      ...EXAMPLE,
      faults: EXAMPLE.faults.map((fault) => ({ ...fault, share: { steps: [0.5], eachMs: 0, by: "trace" } })),
    };
    const drawsBy = (key: string) =>
      chance(half.seed, "payments is slow", "checkout->payments", "checkout-1", key) < 0.5;
    const draws = (number: number) => drawsBy(`squall 0 ${number}`);
    /** The first that is drawn is hit, and others come that are said; the rest is kept. */
    const drawnIn = (plan: Plan, others: readonly { readonly number: number; readonly hit: boolean }[] = []) => {
      const exposure = open(plan);
      send(exposure, 40);
      const first = Array.from({ length: 40 }, (_, number) => number).find(draws)!;
      const seen = [{ number: first, hit: true }, ...others].map((one) => ({ ...one, atMs: sampleMs(one.number) + 5 }));
      const live = receipt({ liveMs: 4_000, seen: 1, matched: 1, injected: 1, firstHitMs: 0 });
      pulse(exposure, { sentMs: sampleMs(40), seen, receipts: [live] });
      return { first, edge: countOf(exposure).edges[0]! };
    };
    it("tells how many there are, by their marks", () => {
      const { first, edge } = drawnIn(half);
      const wanted = Array.from({ length: 40 }, (_, number) => number).filter((n) => n !== first && draws(n)).length;
      expect(edge.drawn).toBeGreaterThan(10);
      expect(edge.drawn).toBe(wanted);
      expect(edge.kept).toBe(39);
    });
    it("tells none where one that was drawn came and was not hit", () => {
      const second = Array.from({ length: 40 }, (_, number) => number).filter(draws)[1]!;
      expect(drawnIn(half, [{ number: second, hit: false }]).edge).not.toHaveProperty("drawn");
    });
    const byRequest: Plan = {
      ...half,
      faults: half.faults.map((fault) => ({ ...fault, share: { ...fault.share, by: "request" as const } })),
    };
    it("tells none of a share by request where an agent draws by ordinals", () => {
      expect(drawnIn(byRequest).edge).not.toHaveProperty("drawn");
    });
    it("tells those whose first exchange would have been drawn, of a share by request", () => {
      const exposure = open(byRequest, false, true);
      send(exposure, 40);
      const isFirst = (number: number) => drawsBy(`squall 0 ${number} 0`);
      const first = Array.from({ length: 40 }, (_, number) => number).find(isFirst)!;
      const live = receipt({ liveMs: 4_000, seen: 1, matched: 1, injected: 1, firstHitMs: 0 });
      const seen = [{ number: first, hit: true, atMs: sampleMs(first) + 5 }];
      pulse(exposure, { sentMs: sampleMs(40), seen, receipts: [live] });
      const wanted = Array.from({ length: 40 }, (_, number) => number).filter((n) => n !== first && isFirst(n)).length;
      expect(wanted).toBeGreaterThan(10);
      expect(countOf(exposure).edges[0]).toMatchObject({ kept: 39, drawn: wanted });
    });
  });
  it("leaves out samples sent after a cap was reached, hit or not: they do not count", () => {
    const exposure = open();
    send(exposure, 10);
    const seen = [1, 4, 8].map((number) => ({ number, atMs: sampleMs(number) + 5, hit: true }));
    pulse(exposure, { sentMs: sampleMs(10), seen });
    expect(countOf(exposure)).toMatchObject({ samples: 10, struck: 3 });
    // The first of two agents has used up its part of the cap; the second agent goes on hitting.
    const capped = receipt({ liveMs: 1_000, seen: 4, matched: 4, injected: 1, capped: 3, firstCappedMs: 500 });
    pulse(exposure, { boot: asAgentBoot("b"), sentMs: sampleMs(10), receipts: [capped] });
    expect(countOf(exposure)).toMatchObject({ samples: 5, struck: 2 });
  });
  it("counts a sample as struck when an exchange that began before its answer was hit, else as late", () => {
    const exposure = open();
    send(exposure, 10);
    const seen = [
      { number: 1, atMs: sampleMs(1) + 5, hit: true },
      { number: 2, atMs: sampleMs(2) + 49, hit: true },
      // A queue worker, after the answer.
      { number: 3, atMs: sampleMs(3) + 52, hit: true },
      { number: 4, atMs: sampleMs(4) + 5, hit: false },
      { number: 4, atMs: sampleMs(4) + 80, hit: true },
    ];
    pulse(exposure, { sentMs: sampleMs(10), seen });
    expect(countOf(exposure)).toEqual({
      ...{ of: NAME, phase: "during", samples: 10, struck: 2, late: 2 },
      edges: [{ fault: "payments is slow", edge: EDGE, seen: 3, struck: 2, late: 1, kept: 5 }],
    });
  });
  it("counts a sample once, whatever it caused, on however many agents, told however often", () => {
    const exposure = open();
    send(exposure, 3);
    const seen = [{ number: 1, atMs: sampleMs(1) + 20, hit: true }];
    for (const boot of ["a", "b"].map(asAgentBoot))
      for (const sentMs of [sampleMs(3), sampleMs(4)]) pulse(exposure, { boot, sentMs, seen });
    expect(countOf(exposure)).toMatchObject({ struck: 1, late: 0, edges: [{ seen: 1, struck: 1 }] });
  });
  it("takes the earliest word of several agents, so that a late one spoils nothing", () => {
    const exposure = open();
    send(exposure, 3);
    pulse(exposure, {
      boot: asAgentBoot("a"),
      sentMs: sampleMs(3),
      seen: [{ number: 1, atMs: sampleMs(1) + 90, hit: true }],
    });
    pulse(exposure, {
      boot: asAgentBoot("b"),
      sentMs: sampleMs(3),
      seen: [{ number: 1, atMs: sampleMs(1) + 10, hit: true }],
    });
    expect(countOf(exposure)).toMatchObject({ struck: 1, late: 0 });
  });
  it("knows when an exchange began although its pulse came late", () => {
    const exposure = open();
    send(exposure, 3);
    pulse(exposure, { sentMs: sampleMs(3), delayMs: 300, seen: [{ number: 1, atMs: sampleMs(1) + 10, hit: true }] });
    expect(countOf(exposure)).toMatchObject({ struck: 0, late: 1 });
    // The next quick message reveals how slow the earlier message was.
    pulse(exposure, { sentMs: sampleMs(4) });
    exposure.sent(0, [{ number: 99, phase: "during", sentMs: sampleMs(9), answeredMs: sampleMs(9) + 1 }]);
    expect(countOf(exposure)).toMatchObject({ struck: 1, late: 0 });
  });
  it("knows it of an agent on this machine although every pulse came late, also of a sample that is judged at once", () => {
    const exposure = open();
    send(exposure, 3);
    const seen = [{ number: 1, atMs: sampleMs(1) + 40, hit: true }];
    pulse(exposure, { sentMs: sampleMs(3), delayMs: 30, offsetMs: BEHIND_MS, seen });
    const sample = { number: 1, phase: "during", sentMs: sampleMs(1), answeredMs: sampleMs(1) + 50 } as const;
    expect(exposure.isTreated(0, sample, SPANS)).toBe(true);
    expect(countOf(exposure)).toMatchObject({ struck: 1, late: 0, edges: [{ seen: 1, struck: 1 }] });
    expect(exposure.toldUntilMs(asAgentBoot("a"))).toBe(sampleMs(3));
  });
  it("tells in the baseline who reaches the edge, and keeps nobody from it", () => {
    const exposure = open();
    send(exposure, 5, "baseline");
    const seen = [0, 1, 2, 3].map((number) => ({ number, atMs: sampleMs(number) + 5, hit: false }));
    pulse(exposure, { sentMs: sampleMs(6), seen });
    expect(countOf(exposure)).toMatchObject({
      phase: "baseline",
      samples: 5,
      edges: [{ seen: 4, struck: 0, kept: 0 }],
    });
  });
  it("leaves out what belongs to no expectation of the run, or to no sample that counts", () => {
    const exposure = open();
    send(exposure, 2);
    const seen = [
      { expectation: 7, number: 1, atMs: sampleMs(1), hit: true },
      { number: 5_000, atMs: sampleMs(1), hit: true },
    ];
    pulse(exposure, { sentMs: sampleMs(3), seen });
    expect(countOf(exposure)).toMatchObject({ samples: 2, struck: 0, edges: [{ seen: 0 }] });
  });
  it("tells nothing while nothing changes, and of a closed phase nothing more", () => {
    const exposure = open();
    send(exposure, 2);
    expect(exposure.take(SPANS)).toHaveLength(1);
    pulse(exposure, { sentMs: sampleMs(3) });
    expect(exposure.take(SPANS)).toEqual([]);
    exposure.close("during");
    pulse(exposure, { sentMs: sampleMs(4), seen: [{ number: 1, atMs: sampleMs(1), hit: true }] });
    expect(exposure.take(SPANS)).toEqual([]);
  });
  it("says that it is a lower bound when an agent had no room, is an old one, or never told", () => {
    const [full, old, silent] = [open(), open(EXAMPLE, true), open()];
    for (const exposure of [full, old, silent]) send(exposure, 2);
    pulse(full, { sentMs: sampleMs(3), atLeast: true });
    silent.isMissing();
    expect([full, old, silent].map((exposure) => countOf(exposure).atLeast)).toEqual([true, true, true]);
  });
  it("bounds what a hostile agent makes it keep, and says so", () => {
    const exposure = open();
    send(exposure, 2);
    for (let first = 0; first < 140_000; first += 1_000) {
      const seen = Array.from({ length: 1_000 }, (_, i) => ({ number: first + i, atMs: sampleMs(0), hit: false }));
      pulse(exposure, { sentMs: sampleMs(1), seen });
    }
    expect(countOf(exposure)).toMatchObject({ samples: 2, atLeast: true });
  });
});

describe("a sample that was kept from the edge", () => {
  const kept = (plan: Plan, receipts: readonly Receipt[], spans = SPANS): number => {
    const exposure = open(plan);
    send(exposure, 100);
    pulse(exposure, { sentMs: DURING_MS + 9_000, receipts });
    return countOf(exposure, spans).edges[0]!.kept;
  };
  const withFault = (given: Partial<Plan["faults"][number]>): Plan => ({
    ...EXAMPLE,
    faults: [{ ...EXAMPLE.faults[0]!, ...given }],
  });
  /** Lived since the beginning of `during`, hit first 2 s later. */
  const hit = receipt({ liveMs: 9_000, seen: 1, matched: 1, injected: 1, firstHitMs: 2_000 });

  it("was sent after the first hit on the edge, and only then", () => {
    expect(kept(EXAMPLE, [hit])).toBe(80);
    expect(kept(EXAMPLE, [receipt({ liveMs: 9_000 })])).toBe(0);
    expect(kept(EXAMPLE, [])).toBe(0);
  });
  it("was not, once the fault had ended by plan or by a revert", () => {
    expect(kept(withFault({ toMs: 5_000 }), [hit])).toBe(30);
    expect(kept(EXAMPLE, [hit], { ...SPANS, during: { fromMs: 10_000, toMs: 14_000 } })).toBe(20);
  });
  it("was not, under a cap that was reached", () => {
    expect(kept(EXAMPLE, [{ ...hit, capped: 3, matched: 4, seen: 4, firstCappedMs: 6_000 }])).toBe(40);
    // An old agent reports no time of the cap.
    expect(kept(EXAMPLE, [{ ...hit, capped: 3, matched: 4, seen: 4 }])).toBe(0);
  });
  it("was not, in a rest of the pulse", () => {
    // Live 1 s, at rest 1 s: of the 8 s after the first hit 4 are live.
    expect(kept(withFault({ pulse: { liveMs: 1_000, restMs: 1_000 } }), [hit])).toBe(40);
  });
  it("takes the first pulse that tells of hits where its receipts do not say when the first was", () => {
    const exposure = open();
    send(exposure, 100);
    for (const [ms, injected] of [
      [1_000, 0],
      [2_000, 3],
      [3_000, 9],
    ] as const)
      pulse(exposure, { sentMs: DURING_MS + ms, receipts: [receipt({ liveMs: ms, injected })] });
    expect(countOf(exposure).edges[0]!.kept).toBe(80);
  });
  it("takes the earliest marked hit if that is earlier still", () => {
    const exposure = open();
    send(exposure, 100);
    const seen = [{ number: 30, atMs: sampleMs(30) + 1, hit: true }];
    pulse(exposure, { sentMs: DURING_MS + 9_000, seen, receipts: [receipt({ liveMs: 9_000, injected: 1 })] });
    expect(countOf(exposure).edges[0]!.kept).toBe(69);
  });
  it("is told by the agent's time of life, which does not grow once the fault is gone", () => {
    const exposure = open();
    send(exposure, 100);
    pulse(exposure, { sentMs: DURING_MS + 9_000, receipts: [hit] });
    pulse(exposure, { sentMs: DURING_MS + 20_000, receipts: [{ ...hit, liveMs: 10_000 }] });
    expect(countOf(exposure).edges[0]!.kept).toBe(80);
  });
});

describe("samples that no fault is known to have hit", () => {
  /** Quick samples in the baseline; in `during` the first sample is hit, and `during` overrides some of the others. */
  const stage = (during: Readonly<Record<number, Partial<SentSample>>>, isDrawn = true) => {
    const exposure = open(EXAMPLE, false, isDrawn);
    send(exposure, 10, "baseline");
    exposure.take(SPANS);
    exposure.close("baseline");
    exposure.sent(
      0,
      Array.from({ length: 10 }, (_, number) => ({
        ...{
          number: 100 + number,
          phase: "during" as const,
          sentMs: sampleMs(number),
          answeredMs: sampleMs(number) + 50,
        },
        ...during[number],
      })),
    );
    const seen = [0, 1, 2].map((number) => ({ number: 100 + number, atMs: sampleMs(number) + 5, hit: number === 0 }));
    pulse(exposure, { sentMs: sampleMs(10), seen, receipts: [receipt({ liveMs: 1_000, injected: 1, firstHitMs: 0 })] });
    return exposure;
  };
  const slow = (number: number) => ({ answeredMs: sampleMs(number) + 350 });
  it("are bad or good, slow or not, seen there or kept from it", () => {
    const exposure = stage({ 1: { isBad: true }, 2: slow(2), 3: slow(3), 4: { ...slow(4), isBad: true } });
    expect(countOf(exposure).unhit).toEqual({
      ...{ bad: 2, spared: 1 },
      ...{ seen: { of: 1, slowed: 1 }, kept: { of: 6, slowed: 1 } },
    });
  });
  it("are not slow by what an agent or the prober stood still, nor by little", () => {
    const exposure = stage({ 3: slow(3), 4: { ...slow(4), heldMs: 300 }, 5: { answeredMs: sampleMs(5) + 150 } });
    exposure.stalled(0, sampleMs(3) + 10, sampleMs(3) + 340);
    expect(countOf(exposure).unhit!.kept).toEqual({ of: 7, slowed: 0 });
  });
  it("are not told where an agent does not tell all of marks, draws and stalls", () => {
    expect(countOf(stage({ 3: slow(3) }, false))).not.toHaveProperty("unhit");
  });
});

describe("the recovery", () => {
  it("tells how many come again, from the first one on and without it", () => {
    const exposure = open();
    send(exposure, 10, "recovery");
    const seen = [4, 5, 7].map((number) => ({ number, atMs: sampleMs(number) + 5, hit: false }));
    pulse(exposure, { sentMs: sampleMs(10), seen });
    expect(countOf(exposure)).toMatchObject({ phase: "recovery", samples: 10, edges: [{ since: 5, seen: 2 }] });
  });
  it("tells none where nobody comes", () => {
    const exposure = open();
    send(exposure, 10, "recovery");
    pulse(exposure, { sentMs: sampleMs(10) });
    expect(countOf(exposure).edges[0]).not.toHaveProperty("since");
  });
});

describe("an agent", () => {
  it("has told everything until a moment once it pulsed after it, with nothing left to tell", () => {
    const exposure = open();
    expect(exposure.toldUntilMs(asAgentBoot("a"))).toBe(Number.NEGATIVE_INFINITY);
    pulse(exposure, { sentMs: 5_000 });
    expect(exposure.toldUntilMs(asAgentBoot("a"))).toBe(5_000);
    pulse(exposure, { sentMs: 6_000, more: true });
    expect(exposure.toldUntilMs(asAgentBoot("a"))).toBe(5_000);
  });
  it("that has not told yet keeps samples from being counted, since they would seem to be kept from the edge", () => {
    const exposure = open();
    send(exposure, 10);
    pulse(exposure, { sentMs: sampleMs(4), seen: [{ number: 1, atMs: sampleMs(1) + 5, hit: true }] });
    const [count] = exposure.take(SPANS, exposure.toldUntilMs(asAgentBoot("a")));
    expect(count).toMatchObject({ samples: 4, struck: 1, edges: [{ kept: 2 }] });
    expect(countOf(exposure)).toBeUndefined();
    pulse(exposure, { sentMs: sampleMs(4) });
    expect(countOf(exposure)).toMatchObject({ samples: 10 });
  });
  it("is waited for until the last answer of the phase", () => {
    const exposure = open();
    expect(exposure.lastAnswerMs("during")).toBe(Number.NEGATIVE_INFINITY);
    send(exposure, 3);
    expect(exposure.lastAnswerMs("during")).toBe(sampleMs(2) + 50);
    expect(exposure.lastAnswerMs("baseline")).toBe(Number.NEGATIVE_INFINITY);
  });
});
