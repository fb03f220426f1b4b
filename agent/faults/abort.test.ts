import { describe, expect, it } from "vitest";
import { act, orderOf, post, Stage, text } from "../../test/conformance/stage.ts";

describe("abort", () => {
  it("answers at the request's head with its status, headers and body", () => {
    const stage = new Stage("http");
    stage.order(orderOf(act("abort", { status: 503, body: "no", headers: { "x-why": "test" } })));
    const decision = stage.admit()[0]!.treatment.request!.head!(post(), 7);
    if (decision.do !== "answer") throw new Error(`it decided to ${decision.do}`);
    expect(decision).toMatchObject({ atMs: 7, answer: { status: 503, headers: { "x-why": "test" } } });
    expect(text(decision.answer.body)).toBe("no");
  });
});
