import { describe, expect, it } from "vitest";
import { act, bytes, flowOf, orderOf, Stage } from "../../test/conformance/stage.ts";

describe("slowClose", () => {
  it("passes data at once and holds the end back", () => {
    const stage = new Stage("tcp");
    stage.order(orderOf(act("slowClose", { delay: "3s" })));
    const { flow, log } = flowOf(stage, "response");
    flow.data(bytes("a"));
    expect(stage.receipt().injected).toBe(0);
    flow.end();
    stage.clock.advance(5_000);
    expect(log).toEqual(["0 data:a", "3000 end"]);
    expect(stage.receipt().injected).toBe(1);
  });
});
