import { describe, expect, it } from "vitest";
import { act, bytes, flowOf, orderOf, Stage } from "../../test/conformance/stage.ts";

const under = (size: string, ...others: Parameters<typeof orderOf>[]) => {
  const stage = new Stage("tcp");
  stage.order(orderOf(act("limitBytes", { bytes: size })), ...others.map((other) => orderOf(...other)));
  return { stage, ...flowOf(stage, "response") };
};

describe("limitBytes", () => {
  it("passes exactly its bytes, then cuts", () => {
    const { flow, log } = under("4B");
    flow.data(bytes("ab"));
    flow.data(bytes("cdef"));
    flow.data(bytes("never"));
    flow.end();
    expect(log).toEqual(["0 data:ab", "0 data:cd", "0 cut fin"]);
  });
  it("of nothing cuts at the first byte", () => {
    const { flow, log } = under("0B");
    flow.data(bytes("a"));
    expect(log).toEqual(["0 cut fin"]);
  });
  it("does not touch a stream that ends with its last allowed byte", () => {
    const { stage, flow, log } = under("4B");
    flow.data(bytes("abcd"));
    flow.end();
    expect(log).toEqual(["0 data:abcd", "0 end"]);
    expect(stage.receipt()).toMatchObject({ injected: 0, untouched: 1 });
  });
  it("cuts behind what a slower fault downstream still holds", () => {
    // Responses pass the list upwards: a response meets the first-named fault last.
    const stage = new Stage("tcp");
    stage.order(
      orderOf(act("latency", { delay: "1s", at: "response" }), { name: "late" }),
      orderOf(act("limitBytes", { bytes: "3B" })),
    );
    const { flow, log } = flowOf(stage, "response");
    flow.data(bytes("abcdef"));
    stage.clock.advance(2_000);
    expect(log).toEqual(["1000 data:abc", "1000 cut fin"]);
  });
});
