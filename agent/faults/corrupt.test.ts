import { describe, expect, it } from "vitest";
import { act, flowOf, orderOf, Stage } from "../../test/conformance/stage.ts";

const received = (params: object, chunks: readonly number[], seed = 42) => {
  const stage = new Stage("tcp");
  stage.order(orderOf(act("corrupt", params), { seed }));
  const { flow, recorder } = flowOf(stage, "response");
  for (const size of chunks) flow.data(Buffer.alloc(size, "a"));
  const changed = [...recorder.received].filter((character) => character !== "a").length;
  return { stage, bytes: recorder.received, changed };
};

describe("corrupt", () => {
  it("changes about its share of the bytes, and keeps the length", () => {
    const { bytes, changed } = received({ bytes: "10%" }, [30_000, 20_000]);
    expect(bytes.length).toBe(50_000);
    expect(Math.abs(changed - 5_000)).toBeLessThan(500);
  });
  it("changes at least one byte of each exchange drawn that has any", () => {
    for (let seed = 0; seed < 50; seed++) {
      const { stage, changed } = received({ bytes: "0.01%" }, [10], seed);
      expect(changed).toBe(1);
      expect(stage.receipt().injected).toBe(1);
    }
  });
  it("really changes every byte when asked for all", () => {
    expect(received({ bytes: "100%" }, [500, 500]).changed).toBe(1_000);
  });
  it("changes the same bytes to the same values for the same seed, others for another", () => {
    expect(received({ bytes: "5%" }, [1_000]).bytes).toBe(received({ bytes: "5%" }, [1_000]).bytes);
    expect(received({ bytes: "5%" }, [1_000]).bytes).not.toBe(received({ bytes: "5%" }, [1_000], 43).bytes);
  });
  it("never writes into the bytes that were lent to it", () => {
    const stage = new Stage("tcp");
    stage.order(orderOf(act("corrupt", { bytes: "100%" })));
    const { flow } = flowOf(stage, "response");
    const lent = Buffer.alloc(100, "a");
    flow.data(lent);
    expect(lent.equals(Buffer.alloc(100, "a"))).toBe(true);
  });
});
