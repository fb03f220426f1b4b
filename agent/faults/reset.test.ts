import { describe, expect, it } from "vitest";
import { act, bytes, flowOf, orderOf, Stage } from "../../test/conformance/stage.ts";

const under = (params: object) => {
  const stage = new Stage("tcp");
  stage.order(orderOf(act("reset", params)));
  return stage;
};

describe("reset", () => {
  it("comes so long after the connection opened, or after the fault came upon it", () => {
    const stage = under({ after: "300ms" });
    const cut = { do: "cut", how: "rst", atMs: 1_300 };
    expect(stage.admit(null)[0]!.treatment.open!(1_000)).toEqual(cut);
    const candidate = { connection: stage, endpoint: null, request: null };
    expect(stage.edge.join(stage.edge.connectionFaults[0]!, candidate, 0)!.treatment.open!(1_000)).toEqual(cut);
  });
  it("after so many bytes lets exactly those through", () => {
    const { flow, log } = flowOf(under({ afterBytes: "5B" }), "response");
    flow.data(bytes("abc"));
    flow.data(bytes("defgh"));
    flow.data(bytes("never"));
    expect(log).toEqual(["0 data:abc", "0 data:de", "0 cut rst"]);
  });
  it("every so often strikes no new connection, and those it picks at once", () => {
    const stage = under({ every: "5s" });
    expect(stage.admit(null)).toEqual([]);
    const fault = stage.edge.connectionFaults[0]!;
    expect(fault.behaviour.everyMs).toBe(5_000);
    const picked = stage.edge.pick(fault, { connection: stage, endpoint: null, request: null }, 0);
    expect(picked!.treatment.open!(9)).toEqual({ do: "cut", how: "rst", atMs: 9 });
  });
});
