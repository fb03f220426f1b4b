import { describe, expect, it } from "vitest";
import { act, orderOf, post, Stage } from "../../test/conformance/stage.ts";

const asked = (params: object) => {
  const stage = new Stage("http");
  stage.order(orderOf(act("throttle", params)));
  return (atMs: number) => stage.admit()[0]!.treatment.request!.head!(post(), atMs);
};

describe("throttle", () => {
  it("lets its burst and then its rate through, over the whole edge, and answers the rest", () => {
    const ask = asked({ rate: "10/s", burst: 3 });
    expect([0, 0, 0, 0, 0].map((atMs) => ask(atMs).do)).toEqual(["pass", "pass", "pass", "answer", "answer"]);
    expect([100, 100, 200, 250, 300].map((atMs) => ask(atMs).do)).toEqual(["pass", "answer", "pass", "answer", "pass"]);
  });
  it("allows one second's worth at once unless told otherwise", () => {
    const ask = asked({ rate: "5/s" });
    expect(Array.from({ length: 6 }, () => ask(0).do).filter((what) => what === "pass").length).toBe(5);
  });
  it("says when to come again, in whole seconds", () => {
    const ask = asked({ rate: "1/m", burst: 1, retryAfter: "1500ms" });
    ask(0);
    expect(ask(0)).toMatchObject({ answer: { status: 429, headers: { "retry-after": "2" } } });
  });
  it("keeps a steady pace at exactly its rate untouched", () => {
    const ask = asked({ rate: "3/s", burst: 1 });
    for (let i = 0; i < 100; i++) expect(ask((i * 1_000) / 3).do).toBe("pass");
  });
});
