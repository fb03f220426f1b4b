import { describe, expect, it } from "vitest";
import type { FaultAction } from "../faults/index.ts";
import { type ProbeAction, probeKinds } from "../probes/index.ts";
import type { Criteria } from "../sample/criteria.ts";
import type { Fault } from "./experiment.ts";
import { failuresAccepted, faultsAccepted } from "./panel.ts";

const HTTP = { kind: "http", params: probeKinds.http.params.parse({ to: "a" }) } as const;
const asked = (good: Criteria, probe: ProbeAction = HTTP) => ({ probe, good, objective: { during: 0.99 } });
const doing = (action: FaultAction) => ({ name: "f", action }) as Fault;
const ABORT = doing({ kind: "abort", params: { status: 404, body: '{"items":[]}', headers: { "x-a": "b" } } });
const status = (least: number, most = least) => ({ status: [{ least, most }] });

describe("what a fault answers by itself", () => {
  it("must not be good", () => {
    expect(faultsAccepted(asked(status(100, 499)), [ABORT])).toEqual([ABORT]);
    expect(faultsAccepted(asked(status(200, 299)), [ABORT])).toEqual([]);
  });
  it("is tried with its body and its headers", () => {
    const both = { ...status(404), json: { "$.items": "*" } };
    expect(faultsAccepted(asked({ ...status(404), body: "*items*" }), [ABORT])).toEqual([ABORT]);
    expect(faultsAccepted(asked({ ...both, headers: { "x-a": "c" } }), [ABORT])).toEqual([]);
  });
  it("is a status of its own, also of a throttle or a rewritten answer", () => {
    const throttle = doing({ kind: "throttle", params: { rate: 1, status: 429, retryAfter: 0 } as never });
    const rewrite = doing({ kind: "rewrite", params: { response: { status: 201, headers: {} } } });
    const slow = doing({ kind: "latency", params: { delay: 1 } as never });
    expect(faultsAccepted(asked(status(201, 429)), [throttle, rewrite, slow])).toEqual([throttle, rewrite]);
  });
  it("says nothing to untreated traffic, to an expectation that looks elsewhere, or to numbers", () => {
    const untreated = {
      kind: "traffic",
      params: probeKinds.traffic.params.parse({ from: "a", to: "b", of: "untreated" }),
    } as const;
    expect(faultsAccepted(asked(status(404), untreated), [ABORT])).toEqual([]);
    expect(faultsAccepted({ ...asked(status(404)), objective: { baseline: 1 } }, [ABORT])).toEqual([]);
  });
});

describe("a fast failure of a service", () => {
  it("is told where it would be good, with the answer that passes", () => {
    expect(failuresAccepted(asked(status(500)))).toEqual([
      "500 with an empty body",
      "500 with a text",
      "500 with JSON",
    ]);
    expect(failuresAccepted(asked({ body: "*error*" }))).toEqual(["500 with JSON", "503 with JSON", "504 with JSON"]);
    expect(failuresAccepted(asked(status(200, 299)))).toEqual([]);
  });
});
