import { describe, expect, it } from "vitest";
import { heldViolations } from "../journal/held-invariant.ts";
import { asAgentBoot, asFaultId, asInstance } from "../names.ts";
import type { Plan } from "../plan/plan.ts";
import type { ReasonCode, Verdict } from "../verdict/verdict.ts";
import type { RunEvent } from "./event.ts";
import { CHECKOUT, EXAMPLE, SLOW } from "./example.ts";
import { begin, type RunIn } from "./run.ts";
import { QUIET, type SimulatedWorld, type Simulation, simulate } from "./simulation.ts";
import { step } from "./step.ts";

const plan = (changes: Partial<Plan> = {}): Plan => ({ ...EXAMPLE, ...changes });
const ended = ({ run }: Simulation): { verdict: Verdict | null; because: ReasonCode; reason: string } => {
  const { verdict, because, reason } = run as RunIn<"finished">;
  return { verdict, because, reason };
};
const play = (changes: Partial<SimulatedWorld> = {}, planned: Partial<Plan> = {}) =>
  ended(simulate(plan(planned), changes));
const story = ({ effects }: Simulation) =>
  effects.map((effect) => {
    const what =
      effect.do === "observe" || effect.do === "settle"
        ? ` ${effect.phase}`
        : effect.do === "apply"
          ? ` ${effect.revision} [${effect.faults}]`
          : effect.do === "revert"
            ? ` ${effect.revision}`
            : effect.do === "assign"
              ? ` [${effect.agents.map(({ boot }) => boot)}]`
              : "";
    return `${effect.atMs} ${effect.state}: ${effect.do}${what}`;
  });
const whileLive =
  (outcome: "bad" | "errored"): SimulatedWorld["sample"] =>
  (_of, _atMs, live) =>
    live.length > 0 ? outcome : "good";
const halted = (atMs: number, because: ReasonCode, recover = false): RunEvent => ({
  type: "halted",
  atMs,
  because,
  reason: `because of ${because}.`,
  recover,
});

describe("a run by the clock", () => {
  it("goes through its phases in order, each effect at its time", () => {
    expect(story(simulate(EXAMPLE))).toEqual([
      "0 preparing: prepare",
      "100 warming: assign [boot-1]",
      "100 warming: observe null",
      "1100 baseline: observe baseline",
      "6100 baseline: observe null",
      "6100 baseline: settle baseline",
      "6110 injecting: apply 1 [payments is slow]",
      "6130 injecting: observe during",
      "16130 reverting: revert 2",
      "16130 reverting: observe recovery",
      "16130 reverting: settle during",
      "20000 auditing: revert 3",
      "20000 auditing: observe null",
      "20030 finished: tear-down",
      "20030 finished: publish",
    ]);
  });

  it("orders overlapping faults at each boundary, and counts nothing while none is live or while it settles", () => {
    const early = { ...SLOW, name: "a", fromMs: 2_000, toMs: 6_000 };
    const late = { ...SLOW, name: "b", fromMs: 5_000, toMs: 8_000 };
    const phases = { ...EXAMPLE.phases, settleMs: 3_000 };
    const effects = story(simulate(plan({ faults: [early, late], phases }))).filter((line) =>
      /: (apply|observe|revert)/.test(line),
    );
    expect(effects).toEqual([
      "100 warming: observe null",
      "1100 baseline: observe baseline",
      "6100 baseline: observe null",
      "6110 injecting: apply 1 []",
      "8130 injecting: apply 2 [a]",
      "9130 injecting: observe during",
      "11130 injecting: apply 3 [a,b]",
      "12130 injecting: apply 4 [b]",
      "14130 injecting: observe null",
      "14130 injecting: apply 5 []",
      "16130 reverting: revert 6",
      "16130 reverting: observe recovery",
      "20000 auditing: revert 7",
      "20000 auditing: observe null",
    ]);
  });

  it("counts nothing before every agent has applied the first fault, also where that starts late", () => {
    const { effects } = simulate(plan({ faults: [{ ...SLOW, fromMs: 2_000 }] }), { applyMs: () => 500 });
    const counting = effects.filter((effect) => effect.do === "observe" && effect.phase === "during");
    expect(counting.map(({ atMs }) => atMs)).toEqual([6_110 + 500 + 2_000 + 500]);
  });
  it("takes no word for samples of a phase that is not over", () => {
    const happens: RunEvent[] = [{ type: "settled", atMs: 7_000, phase: "during" }];
    expect(play({ happens }).verdict).toBe("HELD");
  });
  it("does not leave the recovery before every sample of `during` is known", () => {
    const events = simulate(EXAMPLE).events.filter(
      ({ type, ...rest }) => !(type === "settled" && "phase" in rest && rest.phase === "during"),
    );
    const run = events.reduce((before, event) => step(before, event)[0], begin(EXAMPLE));
    expect(run.at).toBe("recovering");
  });

  it("begins `during` when the last agent has applied, not the first", () => {
    const { run } = simulate(EXAMPLE, {
      boots: [asAgentBoot("quick"), asAgentBoot("slow")],
      applyMs: (boot) => (boot === "quick" ? 20 : 3_000),
    });
    expect(run.spans.during?.fromMs).toBe(9_110);
  });
});

describe("HELD", () => {
  it("says how much was bad, how much was hit, and when the steady state was back", () => {
    expect(play()).toEqual({
      verdict: "HELD",
      because: "held",
      reason:
        "shoppers can check out: 0 of 380 requests were bad, at most 3 may be. 380 of 380 were hit. That shows ≥ 99.21% (95%, one-sided, if requests fail independently). The faults hit 400 times. Steady again 0 ms after the faults were gone.",
    });
  });
  it("still holds with exactly as many bad samples as the objective allows", () => {
    const three: SimulatedWorld["sample"] = (_of, atMs, live) =>
      live.length > 0 && [10_000, 11_000, 12_000].includes(atMs) ? "bad" : "good";
    expect(play({ sample: three }).verdict).toBe("HELD");
    const four: SimulatedWorld["sample"] = (of, atMs, live) => (atMs === 14_000 ? "bad" : three(of, atMs, live));
    expect(play({ sample: four })).toMatchObject({ verdict: "BROKEN", because: "expectation" });
  });
});

describe("BROKEN", () => {
  it("reverts as soon as the hypothesis cannot hold any more, and says so with numbers", () => {
    const rehearsal = simulate(EXAMPLE, { sample: whileLive("bad") });
    expect(ended(rehearsal)).toEqual({
      verdict: "BROKEN",
      because: "expectation",
      reason:
        "shoppers can check out: 34 of 34 requests were bad; at most 3 of the planned 380 may be. First at +0.0 s: took 2003 ms, over 500 ms.",
    });
    expect(rehearsal.effects.find((effect) => effect.do === "revert")?.atMs).toBe(7_000);
    expect(rehearsal.run.recoveredMs).not.toBeNull();
  });
  it("runs to its end with `onBroken: continue`, and tells the last numbers", () => {
    const rehearsal = simulate(plan({ onBroken: "continue" }), { sample: whileLive("bad") });
    expect(ended(rehearsal).reason).toMatch(
      /^shoppers can check out: 380 of 380 requests were bad; at most 3 may be\./,
    );
    expect(rehearsal.effects.find((effect) => effect.do === "revert")?.atMs).toBe(16_130);
  });
  it("is not-recovered when the steady state stays away after the revert", () => {
    const wrecked: SimulatedWorld["sample"] = (_of, atMs) => (atMs > 16_130 ? "bad" : "good");
    expect(play({ sample: wrecked })).toEqual({
      verdict: "BROKEN",
      because: "not-recovered",
      reason:
        "shoppers can check out did not come back within 10 s of the faults being gone, for 3 s at a stretch. 520 of 520 requests since then were bad.",
    });
  });
  it("that broke and never came back says both", () => {
    const wrecked: SimulatedWorld["sample"] = (_of, atMs) => (atMs > 7_000 ? "bad" : "good");
    const { because, reason } = play({ sample: wrecked });
    expect(because).toBe("expectation");
    expect(reason).toMatch(/were bad; at most 3 .* did not come back within 10 s/);
  });
  it("stays BROKEN when the run is halted afterwards, and is HALTED when the halt came first", () => {
    const bad = { sample: whileLive("bad") };
    expect(play({ ...bad, happens: [halted(7_100, "operator")] }).verdict).toBe("BROKEN");
    expect(play({ ...bad, happens: [halted(6_500, "operator")] })).toMatchObject({
      verdict: "HALTED",
      because: "operator",
    });
  });
  it("forbids a short outage with `worst`", () => {
    const expectations = [
      { ...CHECKOUT, objective: { ...CHECKOUT.objective, during: 0.5 }, worst: { windowMs: 2_000, objective: 0.5 } },
    ];
    const outage: SimulatedWorld["sample"] = (_of, atMs) => (atMs >= 9_000 && atMs < 12_000 ? "bad" : "good");
    expect(play({ sample: outage }, { expectations }).reason).toBe(
      "shoppers can check out: 80 of 80 requests were bad within 2 s from +2.9 s; at most 40 may be.",
    );
  });
});

describe("INCONCLUSIVE", () => {
  it("baseline-not-steady injects nothing", () => {
    const rehearsal = simulate(EXAMPLE, { sample: (_of, atMs) => (atMs < 3_000 ? "bad" : "good") });
    expect(ended(rehearsal)).toMatchObject({ verdict: "INCONCLUSIVE", because: "baseline-not-steady" });
    expect(ended(rehearsal).reason).toBe(
      "Before any fault, shoppers can check out: 76 of 200 requests were bad; at most 2 may be. First at +0.0 s: took 2003 ms, over 500 ms.",
    );
    expect(rehearsal.effects.some((effect) => effect.do === "apply")).toBe(false);
    expect(rehearsal.run.injected).toBe(false);
  });
  it("too-few samples are no proof, in the baseline or later", () => {
    expect(play({ sample: () => "none" })).toEqual({
      verdict: "INCONCLUSIVE",
      because: "too-few",
      reason: "shoppers can check out, baseline: only 0 requests were seen, at least 30 are needed.",
    });
    expect(play({ sample: (_of, _atMs, live) => (live.length > 0 ? "none" : "good") })).toMatchObject({
      verdict: "INCONCLUSIVE",
      because: "too-few",
    });
    expect(play({ sample: (_of, atMs) => (atMs > 16_130 ? "none" : "good") })).toEqual({
      verdict: "INCONCLUSIVE",
      because: "too-few",
      reason: "shoppers can check out: no 3 s after the revert showed the 30 requests that are needed.",
    });
  });
  it("errored says that the prober could not look", () => {
    const sample: SimulatedWorld["sample"] = (_of, atMs, live) =>
      live.length > 0 && atMs % 250 === 0 ? "errored" : "good";
    expect(play({ sample })).toEqual({
      verdict: "INCONCLUSIVE",
      because: "errored",
      reason: "shoppers can check out, during: 38 of 380 samples errored, more than 5%.",
    });
  });
  it("no-hits: a match that hits nothing", () => {
    expect(play({ hitsPerSecond: () => ({ matched: 0, injected: 0 }) })).toEqual({
      verdict: "INCONCLUSIVE",
      because: "no-hits",
      reason:
        "payments is slow hit 0 exchanges on checkout → payments, at least 10 are needed as proof; 0 passed, 0 matched.",
    });
  });
  it("could-not-break: a share too small to break anything, with the arithmetic", () => {
    expect(play({ hitsPerSecond: () => ({ matched: 40, injected: 0.3 }) })).toEqual({
      verdict: "INCONCLUSIVE",
      because: "could-not-break",
      reason: "shoppers can check out: At most 3 of 380 requests met the fault, and 3 may be bad anyway.",
    });
  });
  it("a hit on a connection may spoil any number of requests, so that few of them do not mean could-not-break", () => {
    const faults = [{ ...SLOW, unit: "connection" as const, hits: { atLeast: 1, edges: "every" as const } }];
    expect(play({ hitsPerSecond: () => ({ matched: 1, injected: 0.2 }) }, { faults }).verdict).toBe("HELD");
  });
  it("gap: the fault was not live for its whole planned time", () => {
    expect(play({ missedMs: 440 }).verdict).toBe("HELD");
    expect(play({ missedMs: 480 })).toEqual({
      verdict: "INCONCLUSIVE",
      because: "gap",
      reason: "payments is slow was live on checkout → payments for 9.5 s of its 10 s.",
    });
  });
  it("gap: an agent's lease lapsed and it dropped the faults", () => {
    const happens: RunEvent[] = [{ type: "lost", atMs: 9_000, boot: asAgentBoot("boot-1"), how: "lapsed" }];
    expect(play({ happens })).toEqual({
      verdict: "INCONCLUSIVE",
      because: "gap",
      reason: "of-boot-1 heard nothing of the server for its whole lease and dropped the faults.",
    });
  });
  it("broke-without-fault: what broke with nothing injected is not the fault's doing", () => {
    const idle: SimulatedWorld["hitsPerSecond"] = () => ({ matched: 0, injected: 0 });
    expect(play({ sample: whileLive("bad"), hitsPerSecond: idle })).toMatchObject({
      verdict: "INCONCLUSIVE",
      because: "broke-without-fault",
      reason: expect.stringMatching(/34 of 34 requests were bad.* But the faults hit nothing\.$/),
    });
  });
  it("broke-without-fault: what never came is not the fault's doing either", () => {
    const opens = { ...CHECKOUT, name: "opens", objective: { during: 0 }, eventuallyMs: 4_000, minSamples: 1 };
    const never: SimulatedWorld["sample"] = (of) => (of === "opens" ? "bad" : "good");
    const idle: SimulatedWorld["hitsPerSecond"] = () => ({ matched: 0, injected: 0 });
    expect(play({ sample: never, hitsPerSecond: idle }, { expectations: [CHECKOUT, opens] }).because).toBe(
      "broke-without-fault",
    );
  });
  it("broke-without-fault: what was bad before the first hit does not count against the fault", () => {
    const faults = [
      { ...SLOW, fromMs: 0 },
      { ...SLOW, name: "later", fromMs: 6_000 },
    ];
    const onlyLater: SimulatedWorld["hitsPerSecond"] = (fault) =>
      fault === "later" ? { matched: 40, injected: 40 } : { matched: 0, injected: 0 };
    const early: SimulatedWorld["sample"] = (_of, atMs) => (atMs > 7_000 && atMs < 9_000 ? "bad" : "good");
    const planned = { faults, onBroken: "continue" as const };
    expect(play({ sample: early, hitsPerSecond: onlyLater }, planned)).toMatchObject({
      because: "broke-without-fault",
      reason: expect.stringMatching(/But it was bad before the faults hit anything\.$/),
    });
    const after: SimulatedWorld["sample"] = (_of, atMs) => (atMs > 14_000 && atMs < 15_000 ? "bad" : "good");
    expect(play({ sample: after, hitsPerSecond: onlyLater }, planned)).toMatchObject({ verdict: "BROKEN" });
    // Samples that are bad by their time alone are kept back for 2.5 s: these were sent, and answered, before the first
    // hit.
    const late = (fromMs: number, p99: number): RunEvent => {
      const counts = { good: 0, bad: 60, errored: 0, firstBad: [{ atMs: fromMs, why: "took 600 ms, over 500 ms" }] };
      const tally = { of: CHECKOUT.name, phase: "during" as const, fromMs, toMs: fromMs + 1_000, p99, ...counts };
      return { type: "tallied", atMs: 13_500, tallies: [tally] };
    };
    const told = (fromMs: number, p99: number) =>
      play({ happens: [late(fromMs, p99)], hitsPerSecond: onlyLater }, planned).because;
    expect([told(10_000, 600), told(12_400, 600)]).toEqual(["broke-without-fault", "expectation"]);
    // Samples sent before the hit and answered after the hit may have met the fault.
    expect(told(10_000, 1_900)).toBe("expectation");
  });
});

describe("HALTED", () => {
  const rail = {
    name: "no fire",
    probe: CHECKOUT.probe,
    good: {},
    trip: { bad: 2, of: 3 },
    blind: "halt" as const,
  };
  const looks = (outcomes: readonly ("good" | "bad" | "errored")[], fromMs = 7_000): RunEvent[] =>
    outcomes.map((outcome, i) => ({
      type: "guarded",
      atMs: fromMs + i * 500,
      guardrail: "no fire",
      outcome,
      why: "it is 0.95",
    }));

  it("guardrail: so many of the last looks were bad; the fault goes at once and the recovery is watched", () => {
    const rehearsal = simulate(plan({ guardrails: [rail] }), { happens: looks(["bad", "good", "bad", "bad"]) });
    expect(ended(rehearsal)).toEqual({
      verdict: "HALTED",
      because: "guardrail",
      reason: "Guardrail no fire: 2 of its last 3 samples were bad. The last: it is 0.95.",
    });
    expect(rehearsal.effects.find((effect) => effect.do === "revert")?.atMs).toBe(8_000);
    expect(rehearsal.run.recoveredMs).not.toBeNull();
  });
  it("a guardrail that does not trip changes nothing", () => {
    const happens = looks(["bad", "good", "good", "bad", "good", "errored", "errored", "bad"]);
    expect(play({ happens }, { guardrails: [rail] }).verdict).toBe("HELD");
  });
  it("guardrail-blind: so many looks in a row could not be made, unless that is to be ignored", () => {
    const happens = looks(["errored", "errored", "errored"]);
    expect(play({ happens }, { guardrails: [rail] })).toEqual({
      verdict: "HALTED",
      because: "guardrail-blind",
      reason: "Guardrail no fire errored 3 times in a row. The last: it is 0.95.",
    });
    expect(play({ happens }, { guardrails: [{ ...rail, blind: "ignore" }] }).verdict).toBe("HELD");
  });
  it("a guardrail that trips in the baseline keeps anything from being injected", () => {
    const rehearsal = simulate(plan({ guardrails: [rail] }), { happens: looks(["bad", "bad"], 2_000) });
    expect(ended(rehearsal).because).toBe("guardrail");
    expect(rehearsal.run.injected).toBe(false);
  });
  it("deadline: the run takes longer than it may", () => {
    const limits = { ...EXAMPLE.limits, deadlineMs: 9_000 };
    const rehearsal = simulate(plan({ limits }));
    expect(ended(rehearsal)).toEqual({
      verdict: "HALTED",
      because: "deadline",
      reason: "The run took longer than its deadline of 9 s.",
    });
    expect(rehearsal.effects.find((effect) => effect.do === "revert")?.atMs).toBe(9_000);
  });
  it("deadline: does not hurry the audit of a run that was through in time", () => {
    expect(play({}, { limits: { ...EXAMPLE.limits, deadlineMs: 20_010 } }).verdict).toBe("HELD");
  });
  it("deadline: in the middle of a revert, the answers of the agents still count", () => {
    const { run } = simulate(plan({ limits: { ...EXAMPLE.limits, deadlineMs: 16_140 } }));
    expect(run).toMatchObject({ verdict: "HALTED", because: "deadline" });
    expect(run.atMs).toBeLessThan(17_500);
  });
  it("agent-lost: its process ended, it was silent, or it does not apply an order", () => {
    for (const how of ["exited", "silent"] as const)
      expect(play({ happens: [{ type: "lost", atMs: 9_000, boot: asAgentBoot("boot-1"), how }] })).toMatchObject({
        verdict: "HALTED",
        because: "agent-lost",
      });
    expect(play({ applyMs: () => null }).reason).toBe("of-boot-1 did not apply an order within 5 s.");
    expect(
      play({ happens: [{ type: "lost", atMs: 9_000, boot: asAgentBoot("somebody else"), how: "exited" }] }).verdict,
    ).toBe("HELD");
  });
  it("agent-lost: an agent that the audit finds dead, its faults gone with it", () => {
    for (const grade of ["witnessed", "inferred"] as const)
      expect(play({ grade: () => grade })).toEqual({
        verdict: "HALTED",
        because: "agent-lost",
        reason: `The run lost of-boot-1 (${grade}); its faults are gone with it.`,
      });
  });
  it("refused: an agent would not honour the order", () => {
    const happens: RunEvent[] = [
      { type: "refused", atMs: 6_120, boot: asAgentBoot("boot-1"), revision: 1, why: "policy" },
    ];
    expect(play({ happens })).toEqual({
      verdict: "HALTED",
      because: "refused",
      reason: "of-boot-1 refused the order: policy.",
    });
  });
  it.each(["interrupted", "operator", "client-silent", "server-lost", "clock-jump", "journal"] as const)(
    "%s: reverts, audits and finishes without waiting for the recovery",
    (because) => {
      const rehearsal = simulate(EXAMPLE, { happens: [halted(9_000, because)] });
      expect(ended(rehearsal)).toMatchObject({ verdict: "HALTED", because, reason: `because of ${because}.` });
      expect(rehearsal.effects.filter(({ do: what }) => what === "revert")).toHaveLength(1);
      expect(rehearsal.run.atMs).toBe(9_030);
    },
  );
  it("waits for the recovery where the one who halts asks for it", () => {
    const { run } = simulate(EXAMPLE, { happens: [halted(9_000, "interrupted", true)] });
    expect(run.recoveredMs).not.toBeNull();
  });
  it("asks the agents anew when the server was lost while it was asking", () => {
    const { effects, run } = simulate(EXAMPLE, {
      grade: (_boot, audit) => (audit === 1 ? null : "attested"),
      happens: [halted(17_000, "server-lost")],
    });
    expect(effects.filter(({ do: what }) => what === "revert").map(({ atMs }) => atMs)).toEqual([16_130, 17_000]);
    expect(run).toMatchObject({ verdict: "HALTED", because: "server-lost" });
  });
});

describe("RESIDUE", () => {
  it("not-attested wins over everything: an agent never answers, or its state is unknown", () => {
    for (const grade of [null, "unknown"] as const)
      expect(play({ sample: whileLive("bad"), grade: () => grade })).toMatchObject({
        verdict: "RESIDUE",
        because: "not-attested",
        reason: expect.stringMatching(/^It could not be shown that the faults are gone from of-boot-1 \(/),
      });
  });
  it("is asked for again in the audit: what was attested before the recovery proves nothing after it", () => {
    expect(play({ grade: (_boot, audit) => (audit === 1 ? "attested" : null) }).verdict).toBe("RESIDUE");
    expect(play({ grade: (_boot, audit) => (audit === 1 ? null : "attested") }).verdict).toBe("HELD");
  });
  it("takes no grade that answers an older revert", () => {
    const stale: RunEvent = {
      type: "graded",
      atMs: 20_001,
      boot: asAgentBoot("boot-1"),
      revision: 2,
      grade: "attested",
      detail: "",
    };
    const grade: SimulatedWorld["grade"] = (_boot, audit) => (audit === 1 ? "attested" : null);
    expect(play({ grade, happens: [stale] }).verdict).toBe("RESIDUE");
    const fresh: RunEvent = { ...stale, revision: 3 };
    expect(play({ grade, happens: [stale, { ...fresh, atMs: 21_000 }] }).verdict).toBe("HELD");
    expect(play({ grade, happens: [fresh] }).verdict).toBe("HELD");
  });
});

describe("INVALID", () => {
  it.each(["ports", "mesh"] as const)("%s: preparing failed and nothing was touched", (because) => {
    const happens: RunEvent[] = [{ type: "failed", atMs: 50, verdict: "INVALID", because, reason: "7104 is held." }];
    const rehearsal = simulate(EXAMPLE, { happens });
    expect(ended(rehearsal)).toEqual({ verdict: "INVALID", because, reason: "7104 is held." });
    expect(rehearsal.run.injected).toBe(false);
  });
});

describe("no verdict", () => {
  it("baseline-only stops after a steady baseline; an unsteady one is still INCONCLUSIVE", () => {
    const rehearsal = simulate(plan({ mode: "baseline" }));
    expect(ended(rehearsal)).toMatchObject({ verdict: null, because: "baseline-only" });
    expect(rehearsal.effects.some((effect) => effect.do === "apply")).toBe(false);
    expect(play({ sample: () => "bad" }, { mode: "baseline" }).verdict).toBe("INCONCLUSIVE");
  });
  it("shadow goes through everything, reverts and audits, and judges nothing", () => {
    const shadow = { hitsPerSecond: () => ({ matched: 40, injected: 0 }) };
    const rehearsal = simulate(plan({ mode: "shadow" }), { ...shadow, sample: whileLive("bad") });
    expect(ended(rehearsal)).toEqual({
      verdict: null,
      because: "shadow",
      reason: "Nothing was injected; the faults matched 400 units.",
    });
    expect(rehearsal.effects.filter(({ do: what }) => what === "revert")).toHaveLength(2);
    expect(play({ ...shadow, grade: () => null }, { mode: "shadow" }).verdict).toBe("RESIDUE");
  });
});

describe("expectations of other shapes", () => {
  it("`eventually` is good once in time, or breaks the run", () => {
    const opens = {
      ...CHECKOUT,
      name: "the breaker opens",
      objective: { during: 0 },
      eventuallyMs: 4_000,
      minSamples: 1,
    };
    const at =
      (ms: number): SimulatedWorld["sample"] =>
      (of, atMs) =>
        of !== "the breaker opens" || atMs >= 6_130 + ms ? "good" : "bad";
    const planned = { expectations: [CHECKOUT, opens] };
    expect(play({ sample: at(3_900) }, planned).verdict).toBe("HELD");
    expect(play({ sample: at(4_100) }, planned)).toEqual({
      verdict: "BROKEN",
      because: "expectation",
      reason: "the breaker opens: not good within 4 s: first good only after 4.1 s.",
    });
  });
  it("unasked: where nothing counts in the recovery, nobody knows whether all is well again", () => {
    const { run } = simulate(plan({ expectations: [{ ...CHECKOUT, objective: { during: 0.99 } }] }));
    expect(run).toMatchObject({ verdict: "INCONCLUSIVE", because: "unasked", recoveredMs: null });
  });
  it("unasked: a file of reactions alone", () => {
    const breaker = {
      ...CHECKOUT,
      name: "the breaker opens",
      objective: { during: 0 },
      eventuallyMs: 4_000,
    };
    const opens: SimulatedWorld["sample"] = (_of, _atMs, live) => (live.length > 0 ? "good" : "bad");
    const late: SimulatedWorld["sample"] = (of, atMs, live) => (atMs < 7_500 ? "bad" : opens(of, atMs, live));
    const expectations = [{ ...breaker, reaction: true as const }];
    expect(play({ sample: late }, { expectations })).toMatchObject({ verdict: "INCONCLUSIVE", because: "unasked" });
  });
});

it("rehearses with a world in which nothing is wrong by default", () => {
  expect(QUIET.sample("", 0, [])).toBe("good");
});

describe("an instance that appears in mid-run", () => {
  const joined = (atMs: number): RunEvent => ({
    ...{ type: "joined", atMs },
    agent: { instance: asInstance("of-boot-2"), boot: asAgentBoot("boot-2") },
  });
  it("is sent the order in force, and attests at the end like the others", () => {
    const rehearsal = simulate(EXAMPLE, { happens: [joined(9_000)] });
    expect(ended(rehearsal)).toMatchObject({ verdict: "HELD" });
    expect(story(rehearsal)).toContain("9000 injecting: assign [boot-1,boot-2]");
    expect(rehearsal.run.joins).toEqual({ "boot-2": { atMs: 9_000, appliedMs: 9_020 } });
    expect(rehearsal.run.grades[asAgentBoot("boot-2")]).toMatchObject({ grade: "attested" });
  });
  it("in the baseline is one of those that the faults wait for", () => {
    const { run } = simulate(EXAMPLE, { happens: [joined(3_000)], applyMs: (boot) => (boot === "boot-2" ? 900 : 20) });
    expect(run).toMatchObject({ verdict: "HELD", joins: {} });
    expect(run.spans.during?.fromMs).toBe(7_010);
  });
  it("and never applies halts the run within a lease of its coming", () => {
    const rehearsal = simulate(EXAMPLE, {
      happens: [joined(9_000)],
      applyMs: (boot) => (boot === "boot-2" ? null : 20),
    });
    expect(ended(rehearsal)).toMatchObject({ verdict: "HALTED", because: "agent-lost" });
    expect(story(rehearsal)).toContain("14000 reverting: revert 2");
  });
  it("and cannot be shown clean leaves RESIDUE", () => {
    const grade: SimulatedWorld["grade"] = (boot) => (boot === "boot-2" ? "unknown" : "attested");
    expect(play({ happens: [joined(9_000)], grade })).toMatchObject({ verdict: "RESIDUE" });
  });
  it("after the revert stays outside: it was never sent anything, so nothing is asked of it", () => {
    const { run } = simulate(EXAMPLE, {
      happens: [joined(17_000)],
      grade: (boot) => (boot === "boot-2" ? null : "attested"),
    });
    expect(run).toMatchObject({ verdict: "HELD" });
    expect(run.agents).toHaveLength(1);
  });
  it("twice is one", () => {
    expect(simulate(EXAMPLE, { happens: [joined(9_000), joined(9_500)] }).run.agents).toHaveLength(2);
  });
});

describe("an agent that leaves in order", () => {
  const [one, two] = [asAgentBoot("boot-1"), asAgentBoot("boot-2")];
  const left = (atMs: number, boot = one): RunEvent => ({ type: "left", atMs, boot });
  const joined = (atMs: number): RunEvent => ({
    ...{ type: "joined", atMs },
    agent: { instance: asInstance("of-boot-2"), boot: two },
  });
  it("while another holds the fault on its edge does not end the run, and its hits count", () => {
    const rehearsal = simulate(EXAMPLE, { boots: [one, two], happens: [left(9_000)] });
    expect(ended(rehearsal)).toMatchObject({ verdict: "HELD" });
    expect(rehearsal.run.receipts[one]).toMatchObject({ [`run-1/${SLOW.name}@checkout->payments`]: { liveMs: 2_870 } });
    expect(heldViolations(EXAMPLE, rehearsal.events)).toEqual([]);
  });
  it("once its successor holds the fault does not end the run", () => {
    const { run, events } = simulate(EXAMPLE, { happens: [joined(8_000), left(9_000)] });
    expect(run).toMatchObject({ verdict: "HELD" });
    expect(heldViolations(EXAMPLE, events)).toEqual([]);
  });
  it("before its successor holds the fault leaves a gap: INCONCLUSIVE, and the revert comes at once", () => {
    for (const happens of [[left(9_000)], [left(9_000), joined(9_010)], [joined(8_995), left(9_000)]]) {
      const rehearsal = simulate(EXAMPLE, { happens });
      expect(ended(rehearsal)).toMatchObject({ verdict: "INCONCLUSIVE", because: "gap" });
      expect(ended(rehearsal).reason).toMatch(/No agent held .* on checkout → payments/);
      expect(story(rehearsal)).toContain("9000 reverting: revert 2");
    }
  });
  it("is not waited for: the others begin without it", () => {
    const applyMs: SimulatedWorld["applyMs"] = (boot) => (boot === "boot-1" ? null : 20);
    const { run } = simulate(EXAMPLE, { boots: [one, two], applyMs, happens: [left(6_500)] });
    expect(run).toMatchObject({ verdict: "HELD" });
    expect(run.spans.during?.fromMs).toBe(6_500);
  });
  it("in the baseline keeps anything from being injected, unless another is there by then", () => {
    expect(play({ happens: [left(3_000)] })).toMatchObject({ verdict: "HALTED", because: "agent-lost" });
    const rehearsal = simulate(EXAMPLE, { happens: [left(3_000), joined(4_000)] });
    expect(ended(rehearsal)).toMatchObject({ verdict: "HELD" });
    expect(heldViolations(EXAMPLE, rehearsal.events)).toEqual([]);
  });
  it("is asked for its grade like the others", () => {
    const grade: SimulatedWorld["grade"] = (boot) => (boot === one ? "unknown" : "attested");
    expect(play({ boots: [one, two], happens: [left(9_000)], grade })).toMatchObject({ verdict: "RESIDUE" });
  });
  it("is not lost afterwards, and refuses nothing", () => {
    const happens: readonly RunEvent[] = [
      left(9_000),
      { type: "lost", atMs: 9_100, boot: one, how: "exited" },
      { type: "refused", atMs: 9_200, boot: one, revision: 1, why: "policy" },
    ];
    expect(play({ boots: [one, two], happens })).toMatchObject({ verdict: "HELD" });
  });
  it("before a fault that only it was to hold begins leaves a gap when that is due", () => {
    const later = { ...SLOW, name: "later", fromMs: 4_000 };
    const faults = [SLOW, later];
    const only = (name: string) => [asFaultId(`run-1/${name}@checkout->payments`)];
    const happens: readonly RunEvent[] = [
      {
        ...{ type: "ready", atMs: 90 },
        agents: [
          { instance: asInstance("of-boot-1"), boot: one, faults: only("later") },
          { instance: asInstance("of-boot-2"), boot: two, faults: only(SLOW.name) },
        ],
      },
      left(8_000),
    ];
    const rehearsal = simulate(plan({ faults }), { boots: [one, two], happens });
    expect(ended(rehearsal)).toMatchObject({ verdict: "INCONCLUSIVE", because: "gap" });
    expect(story(rehearsal)).toContain("10120 reverting: revert 3");
  });
});

describe("instances of a callee", () => {
  const endpoint = (address: string, version: string) => ({ address, labels: { version } });
  const changed = (atMs: number, went: string, ...came: ReturnType<typeof endpoint>[]): RunEvent => ({
    ...{ type: "instances-changed", atMs, service: "payments", went: [went], came },
  });
  const callee = { labels: { version: "2" }, addresses: ["b:1"] };
  const [target] = SLOW.targets;
  const selecting = plan({ faults: [{ ...SLOW, targets: [{ ...target!, endpoints: ["b:1"], callee }] }] });
  const id = `run-1/${SLOW.name}@checkout->payments`;

  it("that come and go under a fault on the whole service change no order, and are in the report's facts", () => {
    const rehearsal = simulate(EXAMPLE, { happens: [changed(9_000, "a:1", endpoint("c:1", "1"))] });
    expect(ended(rehearsal)).toMatchObject({ verdict: "HELD" });
    expect(story(rehearsal)).toEqual(story(simulate(EXAMPLE)));
    expect(rehearsal.run.instances).toMatchObject([{ service: "payments", atMs: 9_000 }]);
  });
  it("are selected alike: every agent has to apply the order that follows", () => {
    const { effects, run } = simulate(selecting, { happens: [changed(9_000, "b:1", endpoint("c:1", "2"))] });
    expect(run).toMatchObject({ verdict: "HELD" });
    expect(effects.filter(({ atMs }) => atMs === 9_000)).toMatchObject([
      { do: "select", endpoints: { [id]: ["c:1"] } },
      { do: "apply", revision: 2 },
    ]);
    const deaf: SimulatedWorld["applyMs"] = (_boot, revision) => (revision === 2 ? null : 20);
    const unheard = simulate(selecting, { applyMs: deaf, happens: [changed(9_000, "b:1", endpoint("c:1", "2"))] });
    expect(ended(unheard)).toMatchObject({ verdict: "HALTED", because: "agent-lost" });
  });
  it("that go without a selected one left leave a gap, at once or when the fault is due", () => {
    const gone = changed(9_000, "b:1", endpoint("c:1", "1"));
    const rehearsal = simulate(selecting, { happens: [gone] });
    expect(ended(rehearsal)).toMatchObject({ verdict: "INCONCLUSIVE", because: "gap" });
    expect(ended(rehearsal).reason).toMatch(/No instance that .* selects is left on checkout → payments/);
    expect(story(rehearsal)).toContain("9000 reverting: revert 2");
    expect(ended(simulate(selecting, { happens: [{ ...gone, atMs: 3_000 }] }))).toMatchObject({
      ...{ verdict: "HALTED", because: "agent-lost" },
    });
  });
  it("in the baseline are selected for the first order", () => {
    const { effects, run } = simulate(selecting, { happens: [changed(3_000, "b:1", endpoint("c:1", "2"))] });
    expect(run).toMatchObject({ verdict: "HELD" });
    expect(effects.find((effect) => effect.do === "select")).toMatchObject({
      atMs: 3_000,
      endpoints: { [id]: ["c:1"] },
    });
  });
});
