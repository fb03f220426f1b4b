import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asEdgeId } from "../../experiments/model/names.ts";
import { watch } from "../../test/agent/stage.ts";
import { createMeter } from "./meter.ts";
import type { Outcome } from "./observer.ts";
import { Refusals } from "./refusals.ts";
import { Watches } from "./watches.ts";

const request = (path = "/") => ({ method: "GET", path, query: "", header: () => undefined });
const outcome = (given: Partial<Outcome> = {}): Outcome => ({
  treated: false,
  startedMs: 0,
  endedMs: 10,
  status: 200,
  bytesIn: 1,
  bytesOut: 2,
  end: "clean",
  ...given,
});
const EDGE = asEdgeId("a->b");
const setUp = (...orders: Parameters<typeof watch>[0][]) => {
  const watches = new Watches();
  watches.list(orders.length === 0 ? [watch()] : orders.map(watch), 0);
  const pass = (given: Partial<Outcome>, path = "/") => {
    const look = watches.began(EDGE, request(path), given.startedMs ?? 0);
    if (look !== null) watches.ended(look, outcome(given));
  };
  return { watches, pass, counts: (nowMs = 0) => watches.counts(nowMs) };
};

test("good and bad are counted over all traffic that the watch means", () => {
  const { pass, counts } = setUp({
    match: { path: "/a*" },
    good: { status: [{ least: 200, most: 299 }], withinMs: 100 },
  });
  pass({}, "/a");
  pass({ status: 500 }, "/ab");
  pass({ startedMs: 20, endedMs: 121 }, "/abc");
  pass({ status: 500 }, "/other");
  expect(counts()).toMatchObject([{ good: 1, bad: 2, open: 0 }]);
});

test("the first five bad ones are told, with when they began", () => {
  const { watches, pass, counts } = setUp();
  watches.list([watch({ id: "late" })], 1_000);
  for (let i = 0; i < 9; i++) pass({ startedMs: 1_000 + i, endedMs: 2_000, status: 503 });
  const late = counts(2_000).find(({ id }) => id === "late")!;
  expect(late.bad).toBe(9);
  expect(late.firstBad.map(({ atMs }) => atMs)).toEqual([0, 1, 2, 3, 4]);
  expect(late.firstBad[0]).toMatchObject({ status: 503, latencyMs: 1_000, why: "took 1000 ms, over 100 ms" });
});

test("one group can be looked at alone", () => {
  const { pass, counts } = setUp({ id: "t", of: "treated" }, { id: "u", of: "untreated" }, { id: "a" });
  pass({ treated: true, endedMs: 500 });
  pass({});
  pass({});
  expect(counts()).toMatchObject([
    { id: "t", good: 0, bad: 1, open: 0 },
    { id: "u", good: 2, bad: 0, open: 0 },
    { id: "a", good: 2, bad: 1, open: 0 },
  ]);
});

test("an exchange that is open longer than it may be is bad once, then and not again", () => {
  const { watches, counts } = setUp();
  const look = watches.began(EDGE, request(), 0)!;
  watches.sweep(100);
  expect(counts(100)).toMatchObject([{ good: 0, bad: 0, open: 1 }]);
  watches.sweep(101);
  watches.sweep(5_000);
  expect(counts(5_000)).toMatchObject([{ good: 0, bad: 1, open: 0 }]);
  watches.ended(look, outcome({ endedMs: 6_000 }));
  expect(counts(6_000)).toMatchObject([{ good: 0, bad: 1, open: 0 }]);
});

describe("an exchange of which the caller has sent FIN", () => {
  const open = (given: Parameters<typeof watch>[0], endedMs = 30) => {
    const stage = setUp(given);
    const look = stage.watches.began(EDGE, request(), 0)!;
    look.callerEndedMs = () => endedMs;
    return { ...stage, look };
  };
  test("is not bad for lateness alone: nobody knows whether its caller waits", () => {
    const { watches, counts, look } = open({});
    watches.sweep(2_000);
    expect(counts(2_000)).toMatchObject([{ bad: 0, left: 0, open: 1 }]);
    watches.ended(look, outcome({ endedMs: 2_010 }));
    expect(counts(2_010)).toMatchObject([{ bad: 1, left: 0, open: 0 }]);
  });
  test("counts as left behind when its caller ended, once nothing has told otherwise for long", () => {
    const { watches, counts, look } = open({});
    watches.sweep(2_531);
    expect(counts(2_531)).toMatchObject([{ bad: 0, left: 1, open: 0 }]);
    watches.ended(look, outcome({ endedMs: 9_000 }));
    expect(counts(9_000)).toMatchObject([{ good: 0, bad: 0, left: 1, open: 0 }]);
  });
  test("is bad then, where its caller had waited longer than it must", () => {
    const { watches, counts } = open({}, 150);
    watches.sweep(2_651);
    expect(counts(2_651)).toMatchObject([{ bad: 1, left: 0, open: 0 }]);
  });
  test("is judged by its time where the file says so", () => {
    const { watches, counts } = open({ cancelled: "judge" });
    watches.sweep(101);
    expect(counts(101)).toMatchObject([{ bad: 1, open: 0 }]);
  });
});

test("whether an open exchange will have been treated is not guessed", () => {
  const { watches, counts } = setUp({ of: "untreated" });
  const look = watches.began(EDGE, request(), 0)!;
  watches.sweep(10_000);
  expect(counts(10_000)).toMatchObject([{ bad: 0, open: 1 }]);
  watches.ended(look, outcome({ treated: true, endedMs: 10_001 }));
  expect(counts(10_001)).toMatchObject([{ bad: 0, open: 0 }]);
});

describe("what its caller gave up", () => {
  const left = (endedMs: number): Partial<Outcome> => ({ cancelled: true, status: 0, end: "reset", endedMs });

  test("is left out when it had time yet, and bad when it was late already", () => {
    const { pass, counts } = setUp();
    pass(left(50));
    pass(left(150));
    expect(counts()).toMatchObject([{ good: 0, bad: 1, left: 1, open: 0 }]);
    expect(counts()[0]!.firstBad[0]).toMatchObject({ why: "its caller gave up after 150 ms", latencyMs: 150 });
  });
  test("is what the watch says, where it says something", () => {
    const { pass, counts } = setUp(
      { id: "bad", cancelled: "bad" },
      { id: "ignore", cancelled: "ignore" },
      { id: "judge", cancelled: "judge" },
    );
    pass(left(50));
    pass(left(150));
    expect(counts()).toMatchObject([
      { id: "bad", bad: 2, left: 0 },
      { id: "ignore", bad: 0, left: 2 },
      { id: "judge", bad: 2, left: 0 },
    ]);
  });
  test("without a time in which it must be answered is bad where it waited longer than 99% of the baseline", () => {
    const good = { status: [{ least: 200, most: 299 }] };
    const { watches, pass } = setUp({ id: "run/seen/baseline", good });
    for (let i = 1; i <= 200; i++) pass({ endedMs: i });
    const unknown = watch({ id: "run/another/during", good });
    watches.list([watch({ id: "run/seen/during", good }), unknown], 1_000);
    pass(left(197));
    pass(left(205));
    const count = (id: string, nowMs: number) => watches.counts(nowMs).find((one) => one.id === id);
    expect(count("run/seen/during", 1_000)).toMatchObject({ bad: 1, left: 1 });
    // Without a baseline on this agent, the usual latency is unknown.
    expect(count("run/another/during", 1_000)).toMatchObject({ bad: 0, left: 2 });
    // The baseline's counts are forgotten by now.
    watches.counts(62_000);
    watches.list([watch({ id: "run/seen/recovery", good })], 62_000);
    pass(left(205));
    expect(count("run/seen/baseline", 62_000)).toBeUndefined();
    expect(count("run/seen/recovery", 62_000)).toMatchObject({ bad: 1, left: 0 });
  });
  test("of a stream that had begun, or of a connection, is left out at worst", () => {
    const { watches, pass, counts } = setUp();
    pass({ ...left(150), streamed: true });
    watches.ended(watches.began(EDGE, null, 0)!, outcome(left(150)));
    expect(counts()).toMatchObject([{ bad: 0, left: 2 }]);
  });
});

test("of what is judged, and of what is open, it is counted how much a fault has hit", () => {
  const { watches, pass, counts } = setUp();
  pass({ treated: true });
  pass({ treated: true, endedMs: 101 });
  pass({});
  pass({ treated: true, cancelled: true, status: 0, end: "reset" });
  expect(counts()).toMatchObject([{ good: 2, bad: 1, left: 1, struck: 2 }]);
  const look = watches.began(EDGE, request(), 0)!;
  look.isTreated = () => true;
  expect(counts()).toMatchObject([{ struck: 2, open: 1, openStruck: 1 }]);
  // An exchange counted as bad before the end was hit by then.
  watches.sweep(101);
  expect(counts()).toMatchObject([{ bad: 2, struck: 3, open: 0, openStruck: 0 }]);
  watches.ended(look, outcome({ treated: true, endedMs: 200 }));
  expect(counts()).toMatchObject([{ bad: 2, struck: 3, open: 0 }]);
});

test("an HTTP answer that was cut short, or never came, is bad without any criterion", () => {
  const { pass, counts } = setUp({ good: {} });
  pass({ status: 0, end: "reset" });
  pass({ status: 200, end: "reset" });
  pass({});
  const [count] = counts();
  expect(count).toMatchObject({ good: 1, bad: 2 });
  expect(count!.firstBad.map(({ why }) => why)).toEqual(["no answer (reset)", "the answer 200 was cut short (reset)"]);
});

test("over TCP the criteria are about the connection", () => {
  const watches = new Watches();
  watches.list([watch({ good: { connectMs: 50, end: "clean" } })], 0);
  const pass = (given: Partial<Outcome>) =>
    watches.ended(watches.began(EDGE, null, 0)!, outcome({ status: 0, ...given }));
  pass({ connectMs: 3 });
  pass({ connectMs: 60 });
  pass({ connectMs: 3, end: "reset" });
  pass({ end: "reset" });
  expect(watches.counts(0)).toMatchObject([{ good: 1, bad: 3 }]);
});

describe("a watch counts by when the exchange began", () => {
  test("so what began before it was listed is not its business", () => {
    const { watches, counts } = setUp();
    const look = watches.began(EDGE, request(), 0)!;
    watches.list([watch({ id: "next" })], 5);
    watches.ended(look, outcome());
    expect(counts(10)).toMatchObject([
      { id: "run/fast/during", good: 1 },
      { id: "next", good: 0 },
    ]);
  });
  test("and its counts are told until a minute after it left, or until nothing of it is open", () => {
    const { watches, counts } = setUp();
    const look = watches.began(EDGE, request(), 0)!;
    watches.list([], 1_000);
    expect(watches.began(EDGE, request(), 1_000)).toBeNull();
    expect(counts(61_000)).toHaveLength(1);
    expect(counts(61_001)).toHaveLength(1);
    watches.ended(look, outcome());
    expect(counts(61_002)).toEqual([]);
  });
  test("and one that is listed again counts on", () => {
    const { watches, pass, counts } = setUp();
    pass({});
    watches.list([], 10);
    watches.list([watch()], 20);
    pass({});
    expect(counts(30)).toMatchObject([{ good: 2 }]);
  });
});

test("a pattern that does not compile changes nothing", () => {
  const { watches, counts, pass } = setUp();
  expect(() => watches.list([watch({ id: "bad", match: { path: { regex: "(" } } })], 1)).toThrow();
  pass({});
  expect(counts(2)).toMatchObject([{ id: "run/fast/during", good: 1 }]);
});

test("every exchange is good, bad, cancelled, of the other group, or open: none is lost and none counted twice", () => {
  const exchange = fc.record({
    startedMs: fc.nat(1_000),
    lastsMs: fc.nat(400),
    status: fc.constantFrom(0, 200, 500),
    treated: fc.boolean(),
    ends: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(exchange), fc.array(fc.nat(1_500)), (exchanges, sweeps) => {
      const { watches, counts } = setUp({ good: { withinMs: 100, status: [{ least: 200, most: 299 }] } });
      const moments = [
        ...exchanges.flatMap((each) => {
          let look: ReturnType<Watches["began"]> = null;
          const begin = () => {
            look = watches.began(EDGE, request(), each.startedMs);
          };
          const endedMs = each.startedMs + each.lastsMs;
          const end = () => each.ends && watches.ended(look!, outcome({ ...each, endedMs }));
          return [
            { atMs: each.startedMs, run: begin },
            { atMs: endedMs, run: end },
          ];
        }),
        ...sweeps.map((atMs) => ({ atMs, run: () => watches.sweep(atMs) })),
      ];
      for (const { run } of moments.toSorted((a, b) => a.atMs - b.atMs)) run();
      watches.sweep(10_000);
      const ok = exchanges.filter(({ ends, lastsMs, status }) => ends && lastsMs <= 100 && status === 200).length;
      expect(counts(10_000)).toMatchObject([{ good: ok, bad: exchanges.length - ok, open: 0 }]);
    }),
  );
});

test("what fails by an exhausted agent is errored, never bad", () => {
  const { pass, counts } = setUp();
  pass({ endedMs: 500, exhaustion: "agent-ports" });
  pass({ endedMs: 500 });
  expect(counts()).toMatchObject([{ good: 0, bad: 1, errored: 1, firstErrored: expect.stringContaining("no port") }]);
});

test("what the agent turned away is errored, where a watch is of all traffic", () => {
  const counted = (order: Parameters<typeof setUp>[0]) => {
    const { watches, counts } = setUp(order);
    watches.turnedAway(EDGE, "agent-descriptors");
    return counts()[0]!.errored ?? 0;
  };
  expect([counted({}), counted({ of: "treated" }), counted({ match: { path: "/a*" } })]).toEqual([1, 0, 0]);
});

const noRefusals = () => new Refusals({ nowMs: () => 0 }, () => {});
describe("the meter of an edge", () => {
  test("tells of refusals beside the untreated, once there are any", () => {
    const refusals = noRefusals();
    const meter = createMeter(EDGE, "http", new Watches(), refusals);
    expect(meter.counts().map(({ refused }) => refused)).toEqual([undefined, undefined]);
    meter.refused("tls", "the caller began TLS");
    expect(meter.counts().map(({ refused }) => refused)).toEqual([undefined, [{ code: "tls", count: 1 }]]);
  });
  test("counts treated and untreated apart, by class, with bytes and what is open", () => {
    const meter = createMeter(EDGE, "http", new Watches(), noRefusals());
    const watched = meter.began(request(), 0);
    expect(watched).toBeNull();
    meter.began(request(), 0);
    meter.began(request(), 0);
    meter.ended(null, outcome({ status: 204 }));
    meter.ended(null, outcome({ status: 503, treated: true }));
    const [treated, untreated] = meter.counts();
    expect(treated).toMatchObject({ group: "treated", exchanges: 1, byClass: [0, 0, 0, 0, 0, 1], open: 0 });
    expect(untreated).toMatchObject({ exchanges: 1, byClass: [0, 0, 1, 0, 0, 0], bytesIn: 1, bytesOut: 2, open: 1 });
  });
  test("counts connections of a TCP edge as clean or broken", () => {
    const meter = createMeter(EDGE, "tcp", new Watches(), noRefusals());
    for (const end of ["clean", "reset", "timeout"] as const) {
      meter.began(null, 0);
      meter.ended(null, outcome({ status: 0, end }));
    }
    expect(meter.counts()[1]).toMatchObject({ byClass: [2, 0, 1, 0, 0, 0], open: 0 });
  });
});

describe("a stall of the agent's own", () => {
  const stalledFor = (stalledMs: number, more: Parameters<typeof watch>[0] = {}) => {
    const watches = new Watches({
      overlapMs: (fromMs, toMs) => Math.max(0, Math.min(stalledMs, toMs) - fromMs),
      mayHaveHeldUp: (fromMs) => fromMs < stalledMs + 100,
    });
    watches.list([watch(more)], 0);
    const pass = (given: Partial<Outcome>) =>
      watches.ended(watches.began(EDGE, request(), given.startedMs ?? 0)!, outcome(given));
    return { watches, pass, count: (nowMs = 0) => watches.counts(nowMs)[0]! };
  };

  test("errors what is bad only through it", () => {
    const { pass, count } = stalledFor(700);
    pass({ endedMs: 790, treated: true });
    expect(count()).toMatchObject({ good: 0, bad: 0, errored: 1, struck: 0 });
    expect(count().firstErrored).toBe("the agent stood still meanwhile: took 790 ms, over 100 ms");
    expect(count()).not.toHaveProperty("unknown");
  });
  test("leaves bad what would have been bad without it, and good what is good", () => {
    const { pass, count } = stalledFor(700);
    pass({ endedMs: 801 });
    pass({ endedMs: 790, status: 0, end: "reset" });
    pass({ endedMs: 50 });
    expect(count()).toMatchObject({ good: 1, bad: 2 });
    expect(count()).not.toHaveProperty("errored");
  });
  test("errors what its caller gave up meanwhile", () => {
    const { pass, count } = stalledFor(700);
    pass({ endedMs: 300, status: 0, end: "reset", cancelled: true });
    expect(count()).toMatchObject({ bad: 0, left: 0, errored: 1, unknown: 1 });
  });
  test("errors what its caller gave up right after it, for when the caller came is not known", () => {
    const { pass, count } = stalledFor(700, { cancelled: "bad" });
    pass({ startedMs: 710, endedMs: 711, status: 0, end: "reset", cancelled: true });
    expect(count()).toMatchObject({ bad: 0, left: 0, errored: 1 });
    pass({ startedMs: 810, endedMs: 811, status: 0, end: "reset", cancelled: true });
    expect(count()).toMatchObject({ bad: 1, errored: 1 });
  });
  test("leaves bad what its caller gave up after it had waited for too long without it", () => {
    const { pass, count } = stalledFor(700);
    pass({ endedMs: 801, status: 0, end: "reset", cancelled: true });
    expect(count()).toMatchObject({ bad: 1 });
    const judging = stalledFor(700, { cancelled: "judge" });
    judging.pass({ endedMs: 790, status: 0, end: "reset", cancelled: true });
    expect(judging.count()).toMatchObject({ bad: 0, errored: 1 });
  });
  test("makes nothing bad that is open yet", () => {
    const { watches, count } = stalledFor(700);
    watches.began(EDGE, request(), 0);
    watches.sweep(800);
    expect(count(800)).toMatchObject({ bad: 0, open: 1 });
    watches.sweep(801);
    expect(count(801)).toMatchObject({ bad: 1, open: 0 });
  });
});
