import { describe, expect, it } from "vitest";
import { LEASE_MS as LEASE_OF_THE_CONTRACT } from "../../agent/contract/index.ts";
import { asFaultId } from "../../experiments/model/names.ts";
import { LEASE_MS } from "../api/connection.ts";
import { agentStatusOf, heldFaultOf, leaseOf } from "./agent-status.ts";

const READY = { connected: true, ready: true, version: "1.0.0", lastPulseAgoMs: 300 };

describe("how an agent stands", () => {
  it("is told by its connection and its pulse", () => {
    expect(agentStatusOf(READY).state).toBe("ready");
    expect(agentStatusOf({ ...READY, ready: false, lastPulseAgoMs: null }).state).toBe("new");
    expect(agentStatusOf({ ...READY, ready: false, lastPulseAgoMs: 5_001 }).state).toBe("silent");
    expect(agentStatusOf({ ...READY, ready: false }).state).toBe("foreign");
    expect(agentStatusOf({ ...READY, ready: false, connected: false }).state).toBe("lost");
    expect(agentStatusOf({ ...READY, ready: false, connected: false, version: "" }).state).toBe("unheard");
  });
  it("says what to do about everything but ready", () => {
    const unready = [{ lastPulseAgoMs: null }, { lastPulseAgoMs: 9_000 }, {}, { connected: false }];
    for (const how of unready) expect(agentStatusOf({ ...READY, ready: false, ...how }).advice).not.toBe("");
    expect(agentStatusOf(READY).advice).toBe("");
  });
  it("has the lease of the contract, counted from the last pulse", () => {
    expect(LEASE_MS).toBe(LEASE_OF_THE_CONTRACT);
    expect(leaseOf({ lastPulseAgoMs: 1_000 })).toEqual({ word: "4.0 s left", fresh: true });
    expect(leaseOf({ lastPulseAgoMs: 5_000 })).toEqual({ word: "over", fresh: false });
    expect(leaseOf({ lastPulseAgoMs: null }).fresh).toBe(false);
  });
  it("tells the run, fault and edge of a fault that it holds", () => {
    expect(heldFaultOf(asFaultId("20260131-x/payments is slow @ night@checkout->payments"))).toMatchObject({
      ...{ run: "20260131-x", fault: "payments is slow @ night", edge: "checkout->payments" },
    });
    expect(heldFaultOf(asFaultId("nonsense"))).toMatchObject({ run: null, fault: "nonsense", edge: null });
  });
});
