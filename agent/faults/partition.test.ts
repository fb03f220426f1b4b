import { describe, expect, it } from "vitest";
import { act, bytes, flowOf, orderOf, Stage } from "../../test/conformance/stage.ts";

const under = (params: object) => {
  const stage = new Stage("tcp");
  stage.order(orderOf(act("partition", params)));
  return stage;
};

describe("partition", () => {
  it("as a blackhole swallows bytes and holds the end, so that nobody hears of the other", () => {
    const stage = under({ how: "blackhole" });
    for (const way of ["request", "response"] as const) {
      const { flow, log, admissions } = flowOf(stage, way);
      flow.data(bytes("a"));
      flow.end();
      stage.clock.advance(10_000);
      expect(log).toEqual([]);
      expect(admissions[0]!.wounded).toBe(true);
    }
  });
  it("as a stall holds bytes and end without loss", () => {
    const stage = under({ how: "stall" });
    const { flow, admissions } = flowOf(stage, "response");
    flow.data(bytes("abc"));
    flow.end();
    stage.clock.advance(10_000);
    expect([flow.held, admissions[0]!.wounded]).toEqual([3, false]);
  });
  it("of one direction leaves the other alone", () => {
    for (const how of ["blackhole", "stall"]) {
      const { treatment } = under({ how, direction: "request" }).admit(null)[0]!;
      expect([treatment.request !== undefined, treatment.response]).toEqual([true, undefined]);
    }
  });
  it("resets new connections at once, open ones only as `reset`", () => {
    const met = (how: string) => {
      const stage = under({ how });
      const candidate = { connection: stage, endpoint: null, request: null };
      return {
        born: stage.admit(null)[0]!.treatment.open!(5),
        open: stage.edge.join(stage.edge.connectionFaults[0]!, candidate, 5)?.treatment.open?.(5),
      };
    };
    const cut = { do: "cut", how: "rst", atMs: 5 };
    expect(met("refuse")).toEqual({ born: cut, open: undefined });
    expect(met("reset")).toEqual({ born: cut, open: cut });
  });
  it("with nothing to swallow has touched nothing", () => {
    const stage = under({ how: "blackhole" });
    flowOf(stage, "request");
    expect(stage.receipt()).toMatchObject({ matched: 1, injected: 0, untouched: 1 });
  });
});
