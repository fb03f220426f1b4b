import { describe, expect, it } from "vitest";
import { latencyQuantiles } from "../../experiments/model/evidence/latency-counts.ts";
import type { Tally } from "../../experiments/model/evidence/tally.ts";
import { FIRST_OF_DURING } from "../../experiments/model/probes/mark.ts";
import type { AnsweredSample, Sample } from "../../experiments/model/sample/sample.ts";
import { FakeClock } from "../../test/server/fake-clock.ts";
import type { BodyJudge } from "./judge.ts";
import { startPacer } from "./pacer.ts";
import { Sampler, type SamplerConfig } from "./sampler.ts";

const neverCalled = (error: unknown) => {
  throw error;
};
const ok = (latencyMs: number): AnsweredSample => ({ kind: "seen", latencyMs, status: 200 });
/** Answers each sample after a fixed time, or as the function says. */
const stage = (
  look: (intendedMs: number, clock: FakeClock) => Promise<Sample>,
  change: Partial<SamplerConfig> = {},
) => {
  const clock = new FakeClock();
  const startedMs = clock.nowMs();
  const asked: number[] = [];
  const sampler = new Sampler({
    ...{
      clock,
      startedMs,
      name: "e",
      good: { withinMs: 100 },
      timeoutMs: 2_000,
      capture: false,
      secrets: [],
      fail: neverCalled,
    },
    pace: { everyMs: 100, openLoop: true },
    source: {
      kind: "active",
      sample: ({ intendedMs }) => {
        asked.push(intendedMs - startedMs);
        return look(intendedMs, clock);
      },
      bodies: null,
      close: async () => {},
    },
    ...change,
  });
  return { clock, sampler, asked };
};
const answeringAfter = (ms: number) => (intendedMs: number, clock: FakeClock) =>
  new Promise<Sample>((resolve) => {
    clock.wake(intendedMs + ms, () => resolve(ok(clock.nowMs() - intendedMs)));
  });
const sum = (tallies: readonly Tally[], key: "good" | "bad" | "errored", phase = "baseline") =>
  tallies.filter((tally) => tally.phase === phase).reduce((total, tally) => total + tally[key], 0);

describe("an open loop", () => {
  it("asks at its own times however slow the answers are", async () => {
    const { clock, asked } = stage(answeringAfter(1_000));
    await clock.advance(500);
    expect(asked).toEqual([0, 100, 200, 300, 400, 500]);
  });
  it("counts the latency of a look from when it was meant to leave", async () => {
    const { clock, sampler } = stage(answeringAfter(30));
    sampler.observe("baseline");
    await clock.advance(99);
    const [tally] = sampler.take();
    expect(tally).toMatchObject({ of: "e", phase: "baseline", good: 1, p50: 30, p99: 30, firstGoodMs: 0 });
  });
  it("numbers its looks as it sends them, and tells which were answered when, and in which phase", async () => {
    const numbers: (number | undefined)[] = [];
    const answers = answeringAfter(30);
    const { clock, sampler } = stage(answers);
    const counted = stage(answers, {
      source: {
        kind: "active",
        sample: async ({ number }) => {
          numbers.push(number);
          return number === 1 ? { kind: "errored", cause: "no descriptors", why: "no descriptors" } : ok(30);
        },
        bodies: null,
        close: async () => {},
      },
    });
    counted.sampler.observe("baseline");
    await counted.clock.advance(299);
    expect(numbers).toEqual([0, 1, 2]);
    expect(counted.sampler.takeSent().map(({ number }) => number)).toEqual([0, 2]);
    await clock.advance(150);
    sampler.observe("during");
    await clock.advance(100);
    const sentMs = clock.nowMs() - 50;
    expect(sampler.takeSent()).toEqual([{ number: FIRST_OF_DURING, phase: "during", sentMs, answeredMs: sentMs + 30 }]);
    expect(sampler.takeSent()).toEqual([]);
  });
  it("tells samples one by one instead of in tallies where it must be known what they met", async () => {
    const { clock, sampler } = stage(answeringAfter(130), {
      awaitsTreatment: true,
      good: { status: [{ least: 500, most: 599 }] },
    });
    const startedMs = clock.nowMs();
    sampler.observe("during");
    await clock.advance(1_299);
    expect(sampler.take()).toEqual([]);
    const sent = sampler.takeSent();
    expect(sent.map(({ outcome }) => outcome?.secondMs)).toEqual(
      Array.from({ length: 12 }, (_, i) => startedMs + (i < 10 ? 0 : 1_000)),
    );
    expect(sent[0]!.outcome).toMatchObject({ good: false, latencyMs: 130, status: 200 });
    expect(sent[0]!.outcome!.why).toMatch("status 200");
  });
  it("lets each look of the baseline leave at a random moment of its slot, and no other, and counts it where it was due", async () => {
    const draws = [0.5, 0, 0.9, 0.25];
    const { clock, sampler, asked } = stage(answeringAfter(30), {
      spreadMs: 100,
      random: () => draws.shift() ?? 0.9,
    });
    sampler.observe("baseline");
    await clock.advance(990);
    // The last sample of the baseline is due, and has not left.
    let isSettled = false;
    sampler.observe(null);
    const settled = sampler.settle("baseline").then(() => {
      isSettled = true;
    });
    await clock.advance(20);
    expect(isSettled).toBe(false);
    await clock.advance(100);
    await settled;
    sampler.observe("during");
    await clock.advance(200);
    expect(asked.slice(0, 4)).toEqual([50, 100, 290, 325]);
    expect(asked.slice(-2)).toEqual([1_200, 1_300]);
    const tallies = sampler.take();
    expect(tallies[0]).toMatchObject({ phase: "baseline", fromMs: 0, toMs: 1_000, good: 10, p99: 30 });
    expect(latencyQuantiles(tallies[0]!.latencies!)).toEqual({ n: 10, p50: 30, p95: 30, p99: 30 });
    const sent = sampler.takeSent();
    expect(sent.filter(({ phase }) => phase === "baseline")).toHaveLength(10);
    expect(sent.find(({ number }) => number === 2)).toMatchObject({ slotMs: 1_200, spreadMs: 100, sentMs: 1_290 });
    expect(sent.find(({ phase }) => phase === "during")).not.toHaveProperty("slotMs");
  });
  it("calls a look errored, and does not send it, when the prober itself was over 50 ms late", async () => {
    const { clock, sampler, asked } = stage(answeringAfter(10));
    sampler.observe("baseline");
    await clock.advance(110);
    clock.stall(395);
    await clock.advance(110);
    const tallies = sampler.take();
    expect(asked).toEqual([0, 100, 500, 600]);
    expect([sum(tallies, "good"), sum(tallies, "errored")]).toEqual([4, 3]);
  });
});

describe("a poll", () => {
  it("is never late in the baseline either: a sample that the prober kept from its random moment leaves at once", async () => {
    const { clock, sampler, asked } = stage(answeringAfter(10), {
      pace: { everyMs: 100, openLoop: false },
      spreadMs: 100,
      random: () => 0.5,
    });
    sampler.observe("baseline");
    await clock.advance(110);
    clock.stall(295);
    await clock.advance(110);
    const sent = sampler.takeSent();
    const tallies = sampler.take();
    expect(asked).toEqual([50, 405]);
    expect([sum(tallies, "good"), sum(tallies, "errored")]).toEqual([2, 0]);
    expect(sent).toMatchObject([
      { slotMs: 1_000, spreadMs: 100 },
      { sentMs: 1_405, answeredMs: 1_415 },
    ]);
    expect(sent[1]).not.toHaveProperty("slotMs");
  });
  it("waits for its answer, and leaves out what would have fallen into it", async () => {
    const clock = new FakeClock();
    const asked: number[] = [];
    const poll = startPacer(
      clock,
      { everyMs: 100, openLoop: false },
      clock.nowMs(),
      (intendedMs) => {
        asked.push(intendedMs - 1_000);
        return new Promise((resolve) => {
          clock.wake(clock.nowMs() + 250, () => resolve());
        });
      },
      neverCalled,
    );
    await clock.advance(800);
    poll.cancel();
    await clock.advance(800);
    expect(asked).toEqual([0, 300, 600]);
  });
});

describe("phases", () => {
  it("own the looks that were meant for them, also those answered after their end", async () => {
    const { clock, sampler } = stage(answeringAfter(250), { good: {} });
    sampler.observe("baseline");
    await clock.advance(450);
    sampler.observe("during");
    await clock.advance(1_000);
    const tallies = sampler.take();
    expect(sum(tallies, "good", "baseline")).toBe(5);
    expect(sum(tallies, "good", "during")).toBe(8);
  });
  it("count nothing before the first, and nothing where none is observed", async () => {
    const { clock, sampler } = stage(answeringAfter(10));
    await clock.advance(250);
    sampler.observe("baseline");
    await clock.advance(200);
    sampler.observe(null);
    await clock.advance(500);
    expect(sum(sampler.take(), "good")).toBe(2);
  });
  it("begin when it is said, for looks too that were due before anybody heard it", async () => {
    const { clock, sampler } = stage(answeringAfter(10));
    sampler.observe("baseline");
    await clock.advance(480);
    const fromMs = clock.nowMs();
    clock.stall(170);
    sampler.observe("during", fromMs);
    await clock.advance(350);
    const tallies = sampler.take();
    expect(sum(tallies, "good", "baseline")).toBe(5);
    expect(tallies.find(({ phase }) => phase === "during")).toMatchObject({ fromMs: 480, good: 4, errored: 1 });
  });
  it("are looked up with what has arrived by then, so that no look belongs to a phase that is over", async () => {
    let arrived: (() => void) | null = null;
    const hear = () => {
      const message = arrived;
      arrived = null;
      message?.();
    };
    const { clock, sampler } = stage(answeringAfter(10), { hear });
    sampler.observe("baseline");
    await clock.advance(250);
    const fromMs = clock.nowMs();
    arrived = () => sampler.observe("during", fromMs);
    await clock.advance(300);
    const tallies = sampler.take();
    expect(sum(tallies, "good", "baseline")).toBe(3);
    expect(sum(tallies, "good", "during")).toBe(3);
  });
  it("are settled when the last of their looks is known, which is then in the tallies", async () => {
    const { clock, sampler } = stage(answeringAfter(700), { good: {} });
    sampler.observe("baseline");
    await clock.advance(500);
    sampler.observe(null);
    let settled = false;
    void sampler.settle("baseline").then(() => {
      settled = true;
    });
    await clock.advance(600);
    expect(settled).toBe(false);
    await clock.advance(101);
    expect(settled).toBe(true);
    expect(sum(sampler.take(), "good")).toBe(6);
  });
  it("are settled at once when nothing was asked in them", async () => {
    const { sampler } = stage(answeringAfter(1));
    await sampler.settle("recovery");
    expect(sampler.take()).toEqual([]);
  });
});

describe("a look that is bad by its time alone", () => {
  /** A single sample that takes 300 ms where 100 ms are allowed; `sample` gives the rest of the answer. */
  const slow = (sample: Partial<AnsweredSample> = {}, change: Partial<SamplerConfig> = {}) =>
    stage(async () => ({ ...ok(300), ...sample }), { pace: { everyMs: 10_000, openLoop: true }, ...change });
  const counted = async ({ clock, sampler }: ReturnType<typeof stage>, stall: readonly [number, number] | null) => {
    sampler.observe("during");
    const startMs = clock.nowMs();
    await clock.advance(1_000);
    expect(sampler.take()).toEqual([]);
    // Reported 1.9 s after the answer, which is as late as agents may be.
    await clock.advance(900);
    if (stall !== null) sampler.stalled(startMs + stall[0], startMs + stall[1]);
    await clock.advance(599);
    expect(sampler.take()).toEqual([]);
    await clock.advance(1);
    return sampler.take();
  };

  it("waits for what agents tell, and is bad where none stood still", async () => {
    const tallies = await counted(slow(), null);
    expect(tallies).toMatchObject([{ bad: 1, errored: 0, fromMs: 0, firstBad: [{ why: "took 300 ms, over 100 ms" }] }]);
  });
  it("is errored where it would have been good without a stall", async () => {
    expect(await counted(slow(), [50, 250])).toMatchObject([
      { bad: 0, errored: 1, erroredBy: { "stalled agent": 1 }, firstErrored: "an agent stalled for 200 ms" },
    ]);
  });
  it("stays bad where the stall explains too little of it, or came after its answer", async () => {
    expect(await counted(slow(), [50, 249])).toMatchObject([{ bad: 1, errored: 0 }]);
    expect(await counted(slow(), [300, 1_000])).toMatchObject([{ bad: 1, errored: 0 }]);
  });
  it("takes stalls off the time of connecting alike", async () => {
    const connecting = () => slow({ latencyMs: 310, connectMs: 305 }, { good: { connectMs: 10 } });
    expect(await counted(connecting(), [0, 300])).toMatchObject([{ bad: 0, errored: 1 }]);
    expect(await counted(connecting(), [0, 290])).toMatchObject([{ bad: 1, errored: 0 }]);
  });
  it("is bad by its body all the same", async () => {
    const bodies: BodyJudge = { judge: async () => ({ kind: "judged", good: false, why: "no" }), close: () => {} };
    const source = { kind: "active", sample: async () => ok(300), bodies, close: async () => {} } as const;
    const tallies = await counted(slow({}, { source }), [50, 250]);
    expect(tallies).toMatchObject([{ bad: 1, errored: 0, firstBad: [{ why: "no" }] }]);
  });
  it("keeps its phase from being settled for so long", async () => {
    const { clock, sampler } = slow();
    sampler.observe("during");
    await clock.advance(100);
    sampler.observe(null);
    let isSettled = false;
    const settling = sampler.settle("during").then(() => {
      isSettled = true;
    });
    await clock.advance(2_399);
    expect(isSettled).toBe(false);
    await clock.advance(1);
    await settling;
    expect(sampler.take()).toMatchObject([{ bad: 1 }]);
  });
  it("counts at once where something else is bad too, such as its status or its end", async () => {
    for (const [sample, good] of [
      [
        { latencyMs: 249, status: 503 },
        { withinMs: 100, status: [{ least: 200, most: 299 }] },
      ],
      [{ latencyMs: 200, failure: "ECONNRESET" }, { withinMs: 100 }],
    ] as const) {
      const { clock, sampler } = slow(sample, { good });
      sampler.observe("during");
      await clock.advance(10);
      expect(sampler.take()).toMatchObject([{ bad: 1 }]);
    }
  });
  /** A sample that is given up after 300 ms, without an answer. */
  const unanswered = (change: Partial<SamplerConfig> = {}) =>
    slow({ end: "timeout", failure: "no answer within 300 ms" }, change);
  const UNKNOWN = { bad: 0, errored: 1, erroredBy: { "outcome unknown": 1 } };

  it("without an answer is of unknown outcome where an agent stalled before its time was over", async () => {
    const [tally] = await counted(unanswered({ good: {} }), [100, 800]);
    expect(tally).toMatchObject(UNKNOWN);
    expect(tally!.firstErrored).toBe("no answer within 300 ms, while an agent stalled for 200 ms");
    expect(await counted(unanswered(), [100, 800])).toMatchObject([UNKNOWN]);
  });
  it("without an answer stays bad where it had its time all the same", async () => {
    expect(await counted(unanswered({ good: {} }), null)).toMatchObject([{ bad: 1, errored: 0 }]);
    // Not answered within 100 ms: 151 of the 300 ms passed without a stall, whose begin is known to within 50 ms.
    expect(await counted(unanswered(), [151, 300])).toMatchObject([{ bad: 1, errored: 0 }]);
    expect(await counted(unanswered(), [150, 300])).toMatchObject([UNKNOWN]);
  });
  it("that left while what had queued in a stall was worked off is of unknown outcome", async () => {
    expect(await counted(unanswered(), [-500, -249])).toMatchObject([UNKNOWN]);
    expect(await counted(slow(), [-500, -249])).toMatchObject([UNKNOWN]);
    expect(await counted(slow(), [-500, -250])).toMatchObject([{ bad: 1, errored: 0 }]);
    expect(await counted(slow(), [-250, -1])).toMatchObject([{ bad: 1, errored: 0 }]);
  });
  it("that tells of a time before it is of unknown outcome where an agent stalled in that time", async () => {
    const ratio = () =>
      slow({ latencyMs: 1, value: 3 }, { good: { value: { operator: "<=", number: 2 } }, reachMs: 5_000 });
    expect(await counted(ratio(), [-4_000, -3_300])).toMatchObject([UNKNOWN]);
    expect(await counted(ratio(), [-6_300, -5_600])).toMatchObject([UNKNOWN]);
    expect(await counted(ratio(), [-4_000, -3_751])).toMatchObject([{ bad: 1, errored: 0 }]);
    expect(await counted(ratio(), [-7_000, -6_000])).toMatchObject([{ bad: 1, errored: 0 }]);
    expect(await counted(ratio(), null)).toMatchObject([{ bad: 1, errored: 0 }]);
  });
  it("that failed is of unknown outcome where an agent held it up for as long as services wait for each other", async () => {
    const refused = () => slow({ status: 503 }, { good: { withinMs: 100, status: [{ least: 200, most: 299 }] } });
    expect(await counted(refused(), [0, 250])).toMatchObject([UNKNOWN]);
    expect(await counted(refused(), [0, 249])).toMatchObject([{ bad: 1, errored: 0 }]);
  });
  it("that failed after many short stalls stays bad: none of them made a service give up", async () => {
    const { clock, sampler } = slow({ status: 503 }, { good: { withinMs: 100, status: [{ least: 200, most: 299 }] } });
    sampler.observe("during");
    for (const fromMs of [0, 100, 200]) sampler.stalled(clock.nowMs() + fromMs, clock.nowMs() + fromMs + 95);
    await clock.advance(3_000);
    expect(sampler.take()).toMatchObject([{ bad: 1, errored: 0 }]);
  });
  describe("which a fault makes late by itself", () => {
    /** Ten samples a second: 20 ms in the baseline, then as given. An agent rests for three quarters of the time. */
    const rested = async (latencyMs: (look: number) => number, change: Partial<SamplerConfig>) => {
      let phase: "baseline" | "during" = "baseline";
      let looks = 0;
      const look = async (intendedMs: number, clock: FakeClock): Promise<Sample> => {
        const ms = phase === "baseline" ? 20 : latencyMs(looks++);
        const sample = await answeringAfter(Math.min(ms, 2_000))(intendedMs, clock);
        return ms > 2_000
          ? { kind: "seen", latencyMs: 2_000, end: "timeout", failure: "no answer within 2000 ms" }
          : sample;
      };
      const { clock, sampler } = stage(look, change);
      sampler.observe(phase);
      await clock.advance(950);
      phase = "during";
      // Samples count if the fault has time to make them bad (PROOF.md 4).
      const [fromMs, marginMs] = [clock.nowMs(), change.good?.withinMs ?? 2_000];
      sampler.observe(phase, fromMs, [{ fromMs, toMs: fromMs + 3_000 - marginMs }]);
      const tallies: Tally[] = [];
      for (let period = 0; period < 80; period++) {
        if (period === 30) sampler.observe(null);
        await clock.advance(100);
        sampler.stalled(clock.nowMs() - 75, clock.nowMs());
        tallies.push(...sampler.take());
      }
      return { bad: sum(tallies, "bad", "during"), errored: sum(tallies, "errored", "during") };
    };
    const within = { withinMs: 500 };

    it("stays bad whatever agents did meanwhile", async () => {
      expect(await rested(() => 1_000, { good: within, leastHoldMs: 1_000 })).toEqual({ bad: 25, errored: 0 });
      expect(await rested(() => 3_000, { good: within, leastHoldMs: 3_000 })).toEqual({ bad: 25, errored: 0 });
      expect(await rested(() => 3_000, { good: {}, leastHoldMs: Infinity })).toEqual({ bad: 10, errored: 0 });
    });
    it("is held until the fault ends, and answered then: that is not taken for an answer in spite of it", async () => {
      // The fault ends 3,000 ms after the begin; sample number n was sent n times 100 ms after the begin.
      const untilEnd = (look: number) => Math.max(5, Math.min(3_000, 2_950 - look * 100 - 20));
      const { bad, errored } = await rested(untilEnd, { good: within, leastHoldMs: Number.POSITIVE_INFINITY });
      expect({ bad, errored }).toEqual({ bad: 25, errored: 0 });
    });
    it("is errored where the fault alone would have left it in time", async () => {
      expect(await rested(() => 1_000, { good: within, leastHoldMs: 400 })).toEqual({ bad: 0, errored: 25 });
    });
    it("is errored where nothing is known of a fault, and where one look did not meet it", async () => {
      expect(await rested(() => 1_000, { good: within })).toEqual({ bad: 0, errored: 25 });
      const once = await rested((look) => (look === 3 ? 600 : 1_000), { good: within, leastHoldMs: 1_000 });
      expect(once).toEqual({ bad: 0, errored: 25 });
    });
  });
  it("counts at once for a guardrail: a halt does not wait", async () => {
    const outcomes: string[] = [];
    const { clock, sampler } = slow({}, { onSample: (outcome) => outcomes.push(outcome) });
    sampler.observe("during");
    await clock.advance(10);
    expect(outcomes).toEqual(["bad"]);
  });
});

describe("tallies", () => {
  it("hold a second each, counted from the start of the phase, and no sample twice", async () => {
    const { clock, sampler } = stage(answeringAfter(10));
    await clock.advance(350);
    sampler.observe("baseline");
    await clock.advance(2_000);
    const first = sampler.take();
    expect(first.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [350, 1_350],
      [1_350, 2_350],
    ]);
    await clock.advance(1_000);
    expect(sum([...first, ...sampler.take()], "good")).toBe(30);
  });
  it("show the first five bad looks with what was wrong", async () => {
    const good = { status: [{ least: 200, most: 299 }] };
    const { clock, sampler } = stage(async () => ({ kind: "seen", latencyMs: 200, status: 503 }), { good });
    sampler.observe("baseline");
    await clock.advance(950);
    const [tally] = sampler.take();
    expect(tally).toMatchObject({ good: 0, bad: 10 });
    expect(tally!.firstBad).toHaveLength(5);
    expect(tally!.firstBad[1]).toMatchObject({ atMs: 100, status: 503, latencyMs: 200 });
    expect(tally).not.toHaveProperty("firstGoodMs");
  });
  it("keep apart what was bad and what could not be looked at", async () => {
    const { clock, sampler } = stage(async () => ({ kind: "errored", cause: "no descriptors", why: "EMFILE" }));
    sampler.observe("baseline");
    await clock.advance(250);
    expect(sampler.take()).toMatchObject([{ good: 0, bad: 0, errored: 3, erroredBy: { "no descriptors": 3 } }]);
  });
});

describe("a look that goes wrong", () => {
  const bodies = (judge: BodyJudge["judge"]): BodyJudge => ({ judge, close: () => {} });
  /** Outcome of a single baseline sample. */
  const outcome = async (source: Partial<SamplerConfig["source"]>, change: Partial<SamplerConfig> = {}) => {
    const told: string[] = [];
    const { clock, sampler } = stage(answeringAfter(0), {
      source: { kind: "active", sample: async () => ok(5), bodies: null, close: async () => {}, ...source },
      onSample: (is, why) => void told.push(`${is}: ${why}`),
      ...change,
    });
    sampler.observe("baseline");
    await clock.advance(99);
    const [tally] = sampler.take();
    await sampler.settle("baseline");
    return { tally, told };
  };
  it("is errored whatever the source throws, and settles", async () => {
    const rejects = await outcome({ sample: () => Promise.reject(new RangeError("Maximum call stack size exceeded")) });
    expect(rejects.told).toEqual(["errored: the look failed: Maximum call stack size exceeded"]);
    expect(rejects.tally).toMatchObject({ good: 0, bad: 0, errored: 1 });
    const throws = await outcome({
      sample: () => {
        throw new TypeError("no");
      },
    });
    expect(throws.tally).toMatchObject({ errored: 1, firstErrored: "the look failed: no" });
  });
  it("names the endpoint that was asked, where there are several", async () => {
    const asked = { endpoint: "127.0.0.1:7201" } as const;
    const bad = await outcome({ sample: async () => ({ ...ok(500), ...asked }) });
    expect(bad.told).toEqual(["bad: 127.0.0.1:7201: took 500 ms, over 100 ms"]);
    const blind = await outcome({
      sample: async () => ({ kind: "errored", cause: "no descriptors", why: "EMFILE", ...asked }),
    });
    expect(blind.told).toEqual(["errored: 127.0.0.1:7201: EMFILE"]);
    const judge = bodies(async () => ({ kind: "judged", good: false, why: "body does not match" }));
    const body = await outcome({ sample: async () => ({ ...ok(5), ...asked }), bodies: judge });
    expect(body.told).toEqual(["bad: 127.0.0.1:7201: body does not match"]);
  });
  it("is errored when its judge throws or gives up, and says why", async () => {
    const rejects = await outcome({ bodies: bodies(() => Promise.reject(new Error("gone"))) });
    expect(rejects.tally).toMatchObject({ errored: 1, firstErrored: "the look failed: gone" });
    const over = await outcome({ bodies: bodies(async () => ({ kind: "errored", why: "over 50 ms" })) });
    expect(over.tally).toMatchObject({ errored: 1, firstErrored: "over 50 ms", erroredBy: { "body not judged": 1 } });
  });
  it("is bad by its status or time before anybody asks for its body, and errored if its body was not read", async () => {
    const asked: string[] = [];
    const judge = bodies(async (body) => {
      asked.push(body);
      return { kind: "judged", good: true, why: "" };
    });
    const unread = { cause: "body too large", why: "longer than 64KiB" } as const;
    const sample = async (): Promise<Sample> => ({ ...ok(5), unread });
    expect((await outcome({ sample, bodies: judge })).told).toEqual(["errored: longer than 64KiB"]);
    const late = { sample: async (): Promise<Sample> => ({ ...ok(500), unread }), bodies: judge };
    expect((await outcome(late)).tally).toMatchObject({ bad: 1, errored: 0 });
    expect((await outcome({ sample })).tally).toMatchObject({ good: 1 });
    expect(asked).toEqual([]);
  });
  it("tells its reason without secrets, cut to 1 KiB after they are gone", async () => {
    const secret = "0123456789abcdefghijklmnopqrstuvwxyz-SECRET";
    const why = `body: ${"x".repeat(990)}${secret} and ${JSON.stringify({ a: secret })}`;
    const judge = bodies(async () => ({ kind: "judged", good: false, why }));
    const { tally, told } = await outcome({ bodies: judge }, { secrets: [secret] });
    for (const text of [told[0]!, tally!.firstBad[0]!.why]) {
      expect(text).not.toContain(secret.slice(0, 8));
      expect(text).toContain("[redacted]");
      expect(text.length).toBeLessThan(1_050);
    }
  });
  it("has the latency of its answer: judging takes none of it", async () => {
    const slow = bodies(async () => ({ kind: "judged", good: true, why: "" }));
    expect((await outcome({ bodies: slow })).tally).toMatchObject({ good: 1, p50: 5 });
  });
});
