import { describe, expect, it } from "vitest";
import { asRunId } from "../../experiments/model/names.ts";
import { act, bytes, ok, orderOf, post, Recorder, Stage } from "../../test/conformance/stage.ts";
import type { FaultOrder } from "../contract/messages.ts";
import type { HeadEdit, ResponseHead } from "../http1/message.ts";
import { ExchangeFaults, slugOf } from "./exchange-faults.ts";

class ResponseRecorder extends Recorder<ResponseHead> {
  override head(head: ResponseHead, edit: HeadEdit | null): void {
    super.head(head, edit);
    if (head.made !== undefined) this.log.push(`made ${head.status} ${JSON.stringify(head.made.headers)}`);
  }
}
const exchange = (...orders: readonly FaultOrder[]) => {
  const stage = new Stage("http");
  stage.order(...orders);
  const treated = new ExchangeFaults(stage.edge, stage.admit(), stage.clock);
  // In an agent the connection tells the exchange of changes.
  stage.edge.open.add(treated);
  const up = new Recorder<ReturnType<typeof post>>(stage.clock);
  const down = new ResponseRecorder(stage.clock);
  const sink = Object.assign(up, { answered: () => void up.log.push("answered") });
  const flows = treated.flows({ sink, source: up }, { sink: down, source: down });
  return { stage, treated, ...flows, up: up.log, down: down.log };
};
const late = (at: "request" | "response", delay = "1s", name = `late ${at}`) =>
  orderOf(act("latency", { delay, at }), { name });
const abort = (over: Partial<FaultOrder> = {}) =>
  orderOf(act("abort", { status: 503, body: "no" }), { name: "no payments", ...over });

describe("the faults upon one exchange", () => {
  it("pass requests downwards and responses upwards", () => {
    const sliced = orderOf(act("rewrite", { request: { headers: { "x-seen": "1" } }, response: { status: 500 } }), {
      name: "rewrite",
    });
    const { stage, request, response, up, down } = exchange(late("request"), sliced, late("response"));
    request.head(post());
    request.end();
    stage.clock.advance(1_000);
    expect(up).toEqual(['1000 head {"headers":{"x-seen":"1"}}', "1000 end"]);
    response.head(ok);
    response.data(bytes("body"));
    response.end();
    stage.clock.advance(1_000);
    expect(down).toEqual(['2000 head {"status":500,"headers":{}}', "2000 data:body", "2000 end"]);
  });
  it("answer instead of the callee: only the faults above see the answer, and it carries the fault's mark", () => {
    const { stage, treated, request, up, down } = exchange(
      late("response", "2s"),
      abort(),
      late("response", "60s", "below"),
    );
    request.head(post());
    request.data(bytes("body"));
    request.end();
    expect(up).toEqual(["answered"]);
    stage.clock.advance(2_000);
    expect(down).toEqual(["2000 head", 'made 503 {"x-squall-fault":"no-payments"}', "2000 data:no", "2000 end"]);
    expect(treated.faults).toEqual(["late response", "no payments"]);
    treated.over();
    // The fault below the answer had no part to delay.
    expect(stage.receipt("below")).toMatchObject({ matched: 1, injected: 0, untouched: 1 });
  });
  it("leave no mark in stealth", () => {
    const { request, down } = exchange(abort({ stealth: true }));
    request.head(post());
    expect(down[1]).toBe("made 503 {}");
  });
  it("let a held exchange go when they are removed, and are not touched by new ones", () => {
    const { stage, treated, request, up } = exchange(late("request", "60s"));
    request.head(post());
    request.end();
    stage.clock.advance(1);
    stage.order(abort());
    expect(up).toEqual(["1 head", "1 end"]);
    expect([treated.isHit(stage.clock.nowMs()), stage.edge.remains().held]).toEqual([true, 0]);
  });
  it("reset an exchange that was changed halfway when they are removed", () => {
    const { stage, request, response, down } = exchange(orderOf(act("corrupt", { bytes: "100%" })));
    request.head(post());
    response.head(ok);
    response.data(bytes("part"));
    expect(stage.edge.remains().wounded).toBe(1);
    stage.order();
    expect(down.at(-1)).toBe("0 cut rst");
  });
  it("do not reset an exchange whose whole new body has gone by", () => {
    const { stage, request, response, down } = exchange(orderOf(act("rewrite", { request: { body: "new" } })));
    request.head(post());
    request.end();
    stage.order();
    response.head(ok);
    response.end();
    expect(down).toEqual(["0 head", "0 end"]);
  });
  it("cut a response in the middle, after exactly its bytes", () => {
    const { request, response, down } = exchange(orderOf(act("limitBytes", { bytes: "3B" })));
    request.head(post());
    response.head(ok);
    response.data(bytes("abcdef"));
    response.end();
    expect(down).toEqual(["0 head", "0 data:abc", "0 cut fin"]);
  });
  it("give back what they took of the allotment and did not use", () => {
    const stage = new Stage("http");
    stage.allotments.grant({ [asRunId("run-1")]: 1 });
    stage.order(abort());
    const first = new ExchangeFaults(stage.edge, stage.admit(), stage.clock);
    expect(stage.admit()).toEqual([]);
    first.over();
    expect(stage.admit()).toHaveLength(1);
  });
});

describe("a fault's slug", () => {
  it("is safe in a header, whatever the name", () => {
    expect(slugOf("payments is slow")).toBe("payments-is-slow");
    expect(slugOf("Ünïcode\r\nSet-Cookie: x")).toBe("n-code-set-cookie-x");
    expect(slugOf("→")).toBe("fault");
    expect(slugOf(`${"a".repeat(62)} b`)).toBe("a".repeat(62));
  });
});
