import { describe, expect, it } from "vitest";
import { act, ok, orderOf, post, Stage } from "../../test/conformance/stage.ts";

const treatment = (params: object) => {
  const stage = new Stage("http");
  stage.order(orderOf(act("rewrite", params)));
  return stage.admit()[0]!.treatment;
};

describe("rewrite", () => {
  it("edits status, headers and body of responses", () => {
    const decision = treatment({ response: { status: 500, headers: { "X-A": "1", "x-b": null }, body: "no" } })
      .response!.head!(ok, 0);
    expect(decision).toEqual({
      do: "edit",
      head: { status: 500, headers: { "x-a": "1", "x-b": null }, body: Buffer.from("no") },
    });
  });
  it("edits path and headers of requests, and leaves what is not named alone", () => {
    const { request, response } = treatment({ request: { path: "/other" } });
    expect(request!.head!(post(), 0)).toEqual({ do: "edit", head: { path: "/other", headers: {} } });
    expect(response).toBeUndefined();
  });
  it("that changes nothing does nothing", () => {
    expect(treatment({ request: {}, response: { headers: {} } })).toEqual({});
  });
});
