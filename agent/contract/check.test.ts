import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FaultAction, faultKinds, unitOf as modelUnitOf, specOf } from "../../experiments/model/faults/index.ts";
import { actions, mutated, toAgentMessage } from "../../test/fleet/messages.ts";
import { checkToAgent } from "./check.ts";
import { checkAction, protocolsOf, unitOf } from "./kinds.ts";
import { toAgent } from "./schemas.ts";

const sent = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe("the agent's own check says what the schemas say", () => {
  test("of every message that a server may send", () => {
    fc.assert(
      fc.property(toAgentMessage, (value) => {
        const wire = sent(value);
        expect(checkToAgent(wire)).toEqual({ message: wire });
        expect(toAgent.safeParse(wire).error).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test("of messages with one thing wrong somewhere", () => {
    let refused = 0;
    fc.assert(
      fc.property(mutated(toAgentMessage), (value) => {
        const wire = sent(value);
        const fits = "message" in checkToAgent(wire);
        if (!fits) refused++;
        expect(fits).toBe(toAgent.safeParse(wire).success);
      }),
      { numRuns: 3_000 },
    );
    expect(refused).toBeGreaterThan(1_000);
  });

  test("of anything at all, and never throws", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect("message" in checkToAgent(value)).toBe(toAgent.safeParse(value).success);
      }),
      { numRuns: 1_000 },
    );
    const deep = JSON.parse(`{"type":"apply","session":${"[".repeat(50_000)}${"]".repeat(50_000)}}`);
    expect(checkToAgent(deep)).toHaveProperty("problem");
  });
});

test("every parameter that a file can give passes the wire, whatever its kind", () => {
  for (const action of actions) expect(checkAction(sent(action), "action")).toBeNull();
  expect(new Set(actions.map(({ kind }) => kind))).toEqual(new Set(Object.keys(faultKinds)));
});

test("what a kind works on and what it counts is what its file says", () => {
  for (const action of actions as FaultAction[]) {
    expect(protocolsOf(action.kind)).toEqual(specOf(action.kind).protocols);
    expect(unitOf(action)).toBe(modelUnitOf(action));
  }
});

test("a parameter that this agent does not know is refused, not passed over", () => {
  for (const { kind, params } of actions)
    expect(checkAction(sent({ kind, params: { ...(params as object), sometimes: true } }), "action")).toContain(
      "sometimes",
    );
  expect(checkAction({ kind: "earthquake", params: {} }, "action")).toContain("earthquake");
  expect(checkAction({ kind: "constructor", params: {} }, "action")).toContain("constructor");
});

test("drop keeps its one encoding: it is understood with whatever a later version adds to it", () => {
  expect(checkToAgent({ type: "drop", nonce: "n1", since: 7 })).toHaveProperty("message");
});

test("a refused order still tells whose it was", () => {
  const checked = checkToAgent({ type: "apply", session: "s", epoch: 3, gen: 9, basis: "x" });
  expect(checked).toMatchObject({ heard: { type: "apply", session: "s", epoch: 3, gen: 9 } });
  expect(checked).toHaveProperty("problem", expect.stringContaining("apply.basis"));
});

test("a welcome is understood with whatever a later version adds to it, and leaves the edges be where it names none", () => {
  const welcome = { type: "welcome", session: "s", epoch: 1, leaseMs: 5_000, edges: null, since: 7 };
  expect(checkToAgent(welcome)).toEqual({ message: welcome });
});
