import { describe, expect, it } from "vitest";
import { asAgentBoot, asEdgeId, asFaultId, asInstance } from "../../experiments/model/names.ts";
import type { AgentView } from "../../server/contract/index.ts";
import { countsOf, groupsOf, matching } from "./fleet.ts";

const agent = (host: string, more: Partial<AgentView> = {}): AgentView => ({
  ...{
    instance: asInstance(host),
    boot: asAgentBoot(`boot-${host}`),
    version: "1.0.0",
    pid: 1,
    connected: true,
    ready: true,
    state: "ready",
  },
  ...{
    service: "checkout",
    labels: {},
    transport: { tier: "raw", because: null },
    intercepts: false,
    edges: [asEdgeId("checkout->payments")],
    failed: [],
    live: [],
    lastPulseAgoMs: 100,
  },
  ...more,
});

describe("the fleet", () => {
  it("is counted: who is there, who is lost, who has faults, which versions", () => {
    const counts = countsOf([
      agent("a"),
      agent("b", { live: [asFaultId("run/slow@checkout->payments")], version: "0.9.0" }),
      agent("c", { connected: false, ready: false }),
      agent("d", { connected: false, ready: false, version: "" }),
      agent("e", { failed: [{ id: asEdgeId("checkout->payments"), why: "the port is taken" }] }),
    ]);
    expect(counts).toEqual({
      ...{ connected: 3, lost: 2, faulty: 1, failing: 1 },
      versions: [
        ["1.0.0", 3],
        ["0.9.0", 1],
      ],
    });
  });
  it("is searched by every word that is shown of an agent", () => {
    const fleet = [agent("a", { labels: { zone: "West" } }), agent("b", { service: "payments", edges: [] })];
    const found = (text: string) => matching(fleet, text).map(({ instance }) => instance);
    expect(found("")).toEqual(["a", "b"]);
    expect(found(" zone=west  CHECKOUT ")).toEqual(["a"]);
    expect(found("checkout → pay")).toEqual(["a"]);
    expect(found("payments 1.0")).toEqual(["a", "b"]);
    expect(found("zone=west service-b")).toEqual([]);
  });
  it("stands by service, in an order that does not move", () => {
    const fleet = [
      agent("z", { service: null }),
      agent("b", { service: "web" }),
      agent("a", { service: "cart", connected: false }),
      agent("a2", { service: "web" }),
    ];
    expect(
      groupsOf(fleet).map(({ service, agents, lost }) => [service, agents.map((one) => one.instance), lost]),
    ).toEqual([
      ["cart", ["a"], 1],
      ["web", ["b", "a2"], 0],
      [null, ["z"], 0],
    ]);
  });
});
