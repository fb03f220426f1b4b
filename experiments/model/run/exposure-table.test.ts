/**
 * Exposure for every fault kind × every probe kind × every way in which samples may or may not meet a fault: HELD needs
 * exposure. Impossible cells are listed with a reason, and the list is held complete.
 */
import { describe, expect, it } from "vitest";
import { type FaultAction, type FaultKind, faultKinds, specOf } from "../faults/index.ts";
import { unitOf } from "../faults/scope.ts";
import { heldViolations } from "../journal/held-invariant.ts";
import { asEdgeId } from "../names.ts";
import type { Plan, PlannedExpectation, PlannedFault } from "../plan/plan.ts";
import { type ProbeAction, type ProbeKind, probeKinds } from "../probes/index.ts";
import type { UnmarkedCount } from "../verdict/lags.ts";
import { CHECKOUT, EXAMPLE, SLOW } from "./example.ts";
import { type SimulatedWorld, simulate } from "./simulation.ts";

const PARAMS: { readonly [K in FaultKind]: unknown } = {
  latency: { delay: "2s" },
  abort: { status: 503 },
  partition: { how: "blackhole" },
  reset: {},
  bandwidth: { rate: "1KiB/s" },
  slowClose: { delay: "2s" },
  limitBytes: { bytes: "10B" },
  slice: { size: "1B" },
  corrupt: { bytes: "10%" },
  rewrite: { response: { status: 500 } },
  throttle: { rate: "1/s" },
  kill: {},
  restart: {},
  pause: {},
};
const PROBES: { readonly [K in ProbeKind]: unknown } = {
  http: { to: "gateway", rate: "40/s" },
  tcp: { to: "gateway", rate: "40/s" },
  traffic: { from: "checkout", to: "payments" },
  ratio: {
    of: { from: "checkout", to: "payments" },
    per: { from: "gateway", to: "checkout" },
    window: "1s",
    every: "100ms",
  },
  prometheus: { url: "http://127.0.0.1:9090", query: "up", via: "checkout", every: "100ms" },
  process: { command: ["true"], via: "gateway", every: "100ms" },
};
const EDGE = asEdgeId("checkout->payments");
const action = (kind: FaultKind) => ({ kind, params: specOf(kind).params.parse(PARAMS[kind]) }) as FaultAction;
const probe = (kind: ProbeKind) => ({ kind, params: probeKinds[kind].params.parse(PROBES[kind]) }) as ProbeAction;

/** Difference from a run in which each sample is hit. */
interface Situation {
  readonly world?: Partial<SimulatedWorld>;
  readonly expectation?: Partial<PlannedExpectation>;
  readonly fault?: Partial<PlannedFault>;
  readonly plan?: Partial<Plan>;
  /** Tells whether such a run may be HELD, and is. */
  readonly held: boolean;
}
/** Of 200 samples of the baseline 195 were followed by a call, 35 by chance; or no call is beyond chance. */
const FOLLOWED: UnmarkedCount = { looks: 200, asked: 200, exchanges: 600, spreadMs: 25, lags: [[4, 195, 35]] };
const UNFOLLOWED: UnmarkedCount = { looks: 200, asked: 200, exchanges: 600, spreadMs: 25, lags: [] };
const NONE = () => ({ matched: 40, injected: 0 });
const SITUATIONS = {
  path: { held: true },
  averted: {
    held: true,
    world: {
      hitsPerSecond: () => ({ matched: 1.5, injected: 1.5 }),
      meets: (_of, atMs) => (atMs < 7_000 ? "hit" : "kept"),
    },
  },
  /** Connections are cut before a request can be read: the requests' origin is unknown. */
  unread: {
    held: true,
    world: {
      hitsBy: (_fault, liveMs) => {
        const hits = Math.floor(liveMs / 25);
        return { matched: hits, injected: hits, markedHits: 0, requests: 0, markedRequests: 0, unread: hits };
      },
      meets: (_of, atMs) => (atMs < 6_000 ? "seen" : "kept"),
    },
  },
  bystander: { held: true, expectation: { path: {}, exposure: "bystander", beside: [EDGE] } },
  "path-less": { held: false, expectation: { path: {} } },
  unknown: { held: true, expectation: { path: { [EDGE]: "unknown" } }, world: { meets: () => "none" } },
  "unknown, strict": {
    held: false,
    plan: { strict: true },
    expectation: { path: { [EDGE]: "unknown" } },
    world: { meets: () => "none" },
  },
  // A service drops the mark: samples are distinguished from others' calls by the times of the exchanges, or not at
  // all.
  unmarked: { held: true, world: { meets: (_of, atMs) => (atMs < 6_130 ? "none" : "kept"), unmarked: () => FOLLOWED } },
  "others' load": {
    held: false,
    world: { meets: (_of, atMs) => (atMs < 6_130 ? "none" : "kept"), unmarked: () => UNFOLLOWED },
  },
  "cut short": {
    held: false,
    world: { happens: [{ type: "halted", atMs: 9_000, because: "operator", reason: "h", recover: true }] },
  },
  capped: { held: false, world: { cappedAfterMs: 500 } },
  "at rest": {
    held: false,
    fault: { pulse: { liveMs: 1_000, restMs: 1_000 } },
    world: { hitsPerSecond: NONE, meets: () => "none" },
  },
  "no-op": { held: false, world: { hitsPerSecond: NONE, meets: () => "seen" } },
  abandoned: { held: false, world: { meets: (_of, atMs) => (atMs < 6_000 ? "seen" : "late"), marked: true } },
} satisfies Readonly<Record<string, Situation>>;
type SituationName = keyof typeof SITUATIONS;

/** Cells that no run can come to. */
const IMPOSSIBLE: { readonly [K in ProbeKind]: Partial<Readonly<Record<SituationName, string>>> } = {
  http: {},
  process: { "others' load": "its looks at numbers are told by when they were taken" },
  tcp: {
    unmarked: "its samples are not sought on HTTP edges",
    "others' load": "its samples are not sought on HTTP edges",
    averted: "a connection bears no mark: what is kept back does not show",
    unread: "a connection bears no mark: what is kept back does not show",
    abandoned: "a connection bears no mark: when it was hit does not show",
  },
  traffic: {
    unmarked: "its samples are exchanges that agents count",
    "others' load": "its samples are exchanges that agents count",
    averted: "its samples are the struck edge's own exchanges: none of them is kept from it",
    unread: "what is never read is none of its samples",
    unknown: "it names its edge",
    "unknown, strict": "it names its edge",
  },
  ratio: {
    unmarked: "it looks at what agents count",
    "others' load": "it looks at what agents count",
    averted: "a look at numbers is not kept from anything",
    unread: "a look at numbers is not kept from anything",
    bystander: "a ratio has no samples that a service answers",
    abandoned: "a look at numbers is answered by the agents' counts",
    unknown: "it names its edges",
    "unknown, strict": "it names its edges",
  },
  prometheus: {
    unmarked: "its looks bear no mark",
    "others' load": "its looks bear no mark",
    averted: "a look at numbers is not kept from anything",
    unread: "a look at numbers is not kept from anything",
    abandoned: "a look at numbers is answered by Prometheus, not by the struck service",
  },
};

const ended = (fault: FaultKind, kind: ProbeKind, { world, plan, ...more }: Situation) => {
  const acts = action(fault);
  const looked = probe(kind);
  const own = kind === "traffic" || kind === "ratio" ? "own" : "below";
  const expectation: PlannedExpectation = {
    ...CHECKOUT,
    probe: looked,
    style: kind === "traffic" ? "counted" : "stream",
    pace: kind === "traffic" ? null : { everyMs: 25, openLoop: true },
    path: { [EDGE]: own },
    times: { marginMs: 500, reachMs: kind === "ratio" || kind === "prometheus" ? 1_000 : 0 },
    ...more.expectation,
  };
  const whole: Plan = {
    ...EXAMPLE,
    expectations: [expectation],
    faults: [{ ...SLOW, action: acts, unit: unitOf(acts), ...more.fault }],
    ...plan,
  };
  const { run, events } = simulate(whole, world ?? {});
  if (run.at !== "finished") throw new Error("the run has no end");
  expect(heldViolations(whole, events)).toEqual([]);
  return { verdict: run.verdict, because: run.because, reason: run.reason };
};

describe("HELD needs exposure", () => {
  const faults = Object.keys(faultKinds) as FaultKind[];
  const probes = Object.keys(probeKinds) as ProbeKind[];
  it.each(probes)("of the samples of %s, whatever the fault and however they meet it", { timeout: 60_000 }, (kind) => {
    for (const fault of faults)
      for (const [name, situation] of Object.entries<Situation>(SITUATIONS)) {
        if (name in IMPOSSIBLE[kind]) continue;
        const { verdict, because, reason } = ended(fault, kind, situation);
        const cell = `${fault} × ${kind} × ${name}: ${because}: ${reason}`;
        expect([cell, verdict === "HELD"]).toEqual([cell, situation.held]);
      }
  });
  it("says of samples that nobody saw only what is known, where connections were cut before a request was read", () => {
    expect(ended("partition", "http", SITUATIONS.unread).reason).toMatch(
      /0 of 380 were hit; 380 more were hit unread or kept from it: \d+ connections were cut from checkout to payments before a request could be read\./,
    );
    expect(ended("partition", "http", SITUATIONS.averted).reason).toMatch(/more were kept from it: checkout asked/);
  });
  const half = { objective: { baseline: 0.5, during: 0.5, recovery: 0.5 } };
  describe("of samples that go together in one call, under the mark of the first,", () => {
    const batched = (unmarked: UnmarkedCount) =>
      ended("latency", "http", {
        ...{ held: true, expectation: half },
        world: {
          meets: (_of, atMs, _fault, nth) => {
            if (nth % 4 === 0) return atMs < 6_130 ? "seen" : "hit";
            return atMs < 6_130 ? "none" : "kept";
          },
          unmarked: () => unmarked,
        },
      });
    const counted = { looks: 200, asked: 200, exchanges: 50, spreadMs: 100, followed: 180 };
    it("by the times of calls", () => {
      const { verdict, reason } = batched({ ...counted, lags: [[12, 198, 90, 4, 14]] });
      expect([verdict, reason]).toEqual([
        "HELD",
        expect.stringMatching(
          /At least 3\d\d of 380 met the fault or were kept from it: 95 were hit under their own mark; by the times of calls checkout → payments at least 93% of them had a part in one before the fault\./,
        ),
      ]);
    });
    it("and is refused where a look would nearly always meet a call", () => {
      expect(batched({ ...counted, lags: [[12, 198, 196, 0, 190]] })).toMatchObject({
        verdict: "INCONCLUSIVE",
        because: "could-not-break",
      });
    });
  });
  it("of samples that a breaker kept away, where the share would have drawn them by their marks", () => {
    const kept = (draws?: (atMs: number) => boolean) =>
      ended("latency", "http", {
        ...{ held: true, expectation: half },
        fault: { share: { steps: [0.5], eachMs: 0, by: "request" } },
        world: {
          hitsPerSecond: () => ({ matched: 5, injected: 5 }),
          meets: (_of, atMs) => (atMs < 6_130 ? "seen" : atMs < 6_300 ? "hit" : "kept"),
          ...(draws === undefined ? {} : { draws: (_of, atMs) => draws(atMs) }),
        },
      }).verdict;
    expect([kept(() => true), kept(() => false), kept((ms) => ms % 100 > 0), kept((ms) => ms % 50 > 0)]).toEqual([
      "HELD",
      "INCONCLUSIVE",
      "HELD",
      "INCONCLUSIVE",
    ]);
    // Half of the samples, since no mark says which: as many as may be bad.
    expect(kept()).toBe("INCONCLUSIVE");
  });
  describe("of samples without a mark, among others' calls,", () => {
    const taking = (ms: (atMs: number) => number) =>
      ended("latency", "http", {
        ...{ held: true, expectation: half },
        world: {
          meets: (_of, atMs) => (atMs < 6_130 ? "none" : "kept"),
          unmarked: () => UNFOLLOWED,
          took: (_of, atMs) => ({ ms: ms(atMs), stalledMs: atMs > 9_000 && atMs < 9_500 ? ms(atMs) - 6 : 0 }),
        },
      });
    it("by what the fault slowed: more than chance explains, and not by a stall", () => {
      const { verdict, reason } = taking((atMs) => (atMs < 6_130 || atMs > 16_130 ? 6 : 400));
      expect([verdict, reason]).toEqual([
        "HELD",
        expect.stringMatching(
          /At least 3\d\d of 380 met the fault: 0 were hit under their own mark, and 3\d\d more than chance explains took far longer than any before it\./,
        ),
      ]);
    });
    it("and not by as many calls as looks behind the answers, of a queue worker: they hold nobody up", () => {
      const worker = (fault: FaultKind) =>
        ended(fault, "http", {
          held: false,
          world: {
            meets: (_of, atMs) => (atMs < 6_130 ? "none" : "kept"),
            unmarked: () => ({ ...UNFOLLOWED, exchanges: 200, followed: 195 }),
            took: () => ({ ms: 6, stalledMs: 0 }),
          },
        });
      for (const fault of ["latency", "partition"] as const)
        expect([worker(fault).verdict, worker(fault).because]).toEqual(["INCONCLUSIVE", "exposure-unknown"]);
      // A caller that is refused at once has another answer at once: no time shows a difference.
      expect(worker("abort").verdict).toBe("HELD");
    });
    it("and not where as many are a little slower, or were as slow before", () => {
      expect(taking((atMs) => (atMs < 6_130 ? 6 : 100)).verdict).toBe("INCONCLUSIVE");
      expect(taking(() => 400).verdict).toBe("INCONCLUSIVE");
      expect(taking((atMs) => (atMs > 4_000 && atMs < 4_100 ? 400 : atMs < 6_130 ? 6 : 400)).verdict).toBe(
        "INCONCLUSIVE",
      );
    });
  });
  it("of samples that are bad by themselves, beside those that were hit", () => {
    const hits = (bad: number) =>
      ended("latency", "http", {
        ...{ held: true, expectation: { objective: { baseline: 0.9, during: 0.9, recovery: 0.9 } } },
        world: {
          meets: (_of, atMs, _fault, nth) => (atMs < 6_130 || nth % 11 > 0 ? "seen" : "hit"),
          sample: (_of, atMs) => (atMs > 8_000 && atMs < 8_000 + 25 * bad ? "bad" : "good"),
        },
      });
    // Hits are on 34 of 380 samples, and 38 may be bad.
    expect([hits(0).verdict, hits(2).verdict]).toEqual(["INCONCLUSIVE", "INCONCLUSIVE"]);
    expect(hits(12)).toMatchObject({
      verdict: "HELD",
      reason: expect.stringMatching(/of 380 were hit\. \d+ that no fault is known to have hit were bad anyway\./),
    });
  });
  it("and not of as many calls as looks that do not follow on them", () => {
    const alike = (followed: number) =>
      ended("latency", "http", {
        held: false,
        world: {
          meets: (_of, atMs) => (atMs < 6_130 ? "none" : "kept"),
          unmarked: () => ({ ...UNFOLLOWED, exchanges: 200, followed }),
        },
      });
    expect(alike(150).verdict).toBe("HELD");
    expect(alike(0)).toMatchObject({ verdict: "INCONCLUSIVE", because: "exposure-unknown" });
  });
});
