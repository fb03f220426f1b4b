import { describe, expect, it } from "vitest";
import type { Receipt } from "../evidence/receipt.ts";
import { asAgentBoot, asEdgeId, asFaultId } from "../names.ts";
import { EXAMPLE, SLOW } from "../run/example.ts";
import { simulate } from "../run/simulation.ts";
import { escapeGaps } from "./escapes.ts";
import { exhaustionGaps, refusedIn } from "./exhaustion.ts";
import { squeezeGaps } from "./squeezes.ts";

const X = asAgentBoot("x");
const EDGE = asEdgeId("checkout->payments");
const receipt = (changes: Partial<Receipt>, fault = SLOW.name): Receipt => ({
  ...{ id: asFaultId(`run-1/${fault}@${EDGE}`), fault, edge: EDGE, unit: "exchange", liveMs: 10_000, ordinals: [] },
  ...{ seen: 50, matched: 50, injected: 50, spared: 0, capped: 0, untouched: 0 },
  ...changes,
});
const nameOf = () => "checkout-1";
const told = (...receipts: readonly Receipt[]) => ({
  [X]: Object.fromEntries(receipts.map((each) => [each.id, each])),
});

describe("callers that an agent refused because its own resources were exhausted", () => {
  it("are a gap that names the agent, the limit and the remedy", () => {
    const [gap, ...others] = exhaustionGaps(
      told(receipt({ exhausted: [{ of: "descriptors", refused: 12, limit: 256 }] })),
      nameOf,
    );
    expect(others).toEqual([]);
    expect(gap).toEqual({
      because: "gap",
      reason:
        "The agent checkout-1 itself refused 12 callers of checkout → payments for want of file descriptors, of which its " +
        "process may have 256: no fault and no callee met those. Raise its limit of open files (`ulimit -n`, " +
        "`LimitNOFILE=`), or let callers wait for less.",
    });
  });
  it("count once, however many faults were live on the edge", () => {
    const exhausted = [{ of: "ports", refused: 3 } as const];
    const receipts = told(receipt({ exhausted }), receipt({ exhausted }, "another"));
    expect([refusedIn(receipts), exhaustionGaps(receipts, nameOf).length]).toEqual([3, 1]);
  });
});

describe("exchanges that a process before an upgrade still carried", () => {
  it("are a gap for a fault on all traffic, and none for a fault on a share", () => {
    const receipts = told(receipt({ escaped: 2 }));
    expect(escapeGaps(EXAMPLE, receipts, { nameOf, left: {} })).toMatchObject([
      {
        because: "gap",
        reason: expect.stringMatching(/could not act on 2 exchanges of checkout → payments: .*upgraded/),
      },
    ]);
    const half = { ...SLOW, share: { ...SLOW.share, steps: [0.5] } };
    expect(escapeGaps({ ...EXAMPLE, faults: [half] }, receipts, { nameOf, left: {} })).toEqual([]);
  });
  it("are a gap whatever the share where the agent was ending: what it had hit was let go", () => {
    const half = { ...SLOW, share: { ...SLOW.share, steps: [0.5] } };
    const gaps = escapeGaps({ ...EXAMPLE, faults: [half] }, told(receipt({ escaped: 1 })), {
      nameOf,
      left: { [X]: 9_000 },
    });
    expect(gaps).toMatchObject([{ because: "gap", reason: expect.stringMatching(/was ending/) }]);
  });
});

describe("connections that passed by the redirect", () => {
  const escaped = receipt({ escaped: 12, escapedBy: "redirect" });
  const reasonOf = (fault: Partial<typeof SLOW> = {}, left = {}) =>
    escapeGaps({ ...EXAMPLE, faults: [{ ...SLOW, ...fault }] }, told(escaped), { nameOf, left })[0]?.reason;
  it("are a gap with the causes and the remedy, counted as connections whatever the fault counts", () => {
    expect(reasonOf()).toBe(
      `${SLOW.name} could not act on 12 connections of checkout → payments: they passed by the redirect of the agent checkout-1: they were open before, the agent did not renew the redirect in time, or they went to an address that the mesh, or its name, did not have yet. \`existing: reset\` cuts those that were open before.`,
    );
  });
  it("are not to be cut a second time", () => {
    expect(reasonOf({ existing: "reset" })).toContain(
      "which cut those that were open before: the agent did not renew the redirect in time",
    );
    expect(reasonOf({ existing: "reset" })).not.toContain("`existing: reset`");
  });
  it("are told as such of an agent that left, too", () => {
    expect(reasonOf({}, { [X]: 9_000 })).toContain("passed by the redirect");
  });
});

describe("flows that a delay slowed down for want of memory", () => {
  it("are a gap that names the agent and the remedy", () => {
    expect(squeezeGaps(told(receipt({ squeezed: 2 })), nameOf)).toEqual([
      {
        because: "gap",
        reason: `${SLOW.name} slowed 2 exchanges of checkout → payments down by more than its delay: the memory of the agent checkout-1 for held bytes was full. Give the agent more with \`--held-memory\`, or shorten the delay.`,
      },
    ]);
    expect(squeezeGaps(told(receipt({})), nameOf)).toEqual([]);
  });
});

describe("a run", () => {
  const verdictOf = (changes: Partial<Receipt>, world: Parameters<typeof simulate>[1] = {}) => {
    const { run } = simulate(EXAMPLE, { ...world, reported: (each) => ({ ...each, ...changes }) });
    return run.at === "finished" ? `${run.verdict} ${run.because}` : run.at;
  };
  it("that would hold is inconclusive where an exhausted agent refused callers, or exchanges escaped or were squeezed", () => {
    expect(verdictOf({})).toBe("HELD held");
    expect(verdictOf({ exhausted: [{ of: "descriptors", refused: 1, limit: 256 }] })).toBe("INCONCLUSIVE gap");
    expect(verdictOf({ escaped: 1 })).toBe("INCONCLUSIVE gap");
    expect(verdictOf({ escaped: 1, escapedBy: "redirect" })).toBe("INCONCLUSIVE gap");
    expect(verdictOf({ squeezed: 1 })).toBe("INCONCLUSIVE gap");
  });
  it("that broke is broken only by more bad samples than the agent refused callers", () => {
    const broken = { sample: (_: string, atMs: number) => (atMs > 8_000 && atMs < 12_000 ? "bad" : "good") } as const;
    expect(verdictOf({}, broken)).toBe("BROKEN expectation");
    expect(verdictOf({ exhausted: [{ of: "ports", refused: 1 }] }, broken)).toBe("BROKEN expectation");
    expect(verdictOf({ exhausted: [{ of: "ports", refused: 10_000 }] }, broken)).toBe("INCONCLUSIVE gap");
    expect(verdictOf({ squeezed: 1 }, broken)).toBe("BROKEN expectation");
    expect(verdictOf({ squeezed: 10_000 }, broken)).toBe("INCONCLUSIVE gap");
    expect(verdictOf({ squeezed: 1, unit: "connection" }, broken)).toBe("INCONCLUSIVE gap");
  });
});
