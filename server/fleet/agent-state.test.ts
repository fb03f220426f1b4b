import { describe, expect, it } from "vitest";
import { type AgentBoot, asAgentBoot, asInstance, asRunId } from "../../experiments/model/names.ts";
import { Puppet, stage } from "../../test/fleet/puppet.ts";
import type { BootOwner } from "./boot-owners.ts";

const HOUR_MS = 3_600_000;
const house = (known: readonly BootOwner[] = []) => {
  const forgotten: AgentBoot[] = [];
  const staged = stage({ known, onForgotten: (boots) => forgotten.push(...boots) });
  staged.fleet.unregister(asRunId("run-1"));
  const states = () => staged.fleet.instanceStates().map(({ state }) => state);
  const listed = () => staged.fleet.instances().map(({ boot, state }) => `${boot} ${state}`);
  return { ...staged, states, listed, forgotten };
};
const hold = (boot: AgentBoot, more: Partial<BootOwner> = {}): BootOwner => ({
  ...{ boot, instance: asInstance("b1"), service: null, credential: "local", expiresMs: null },
  ...more,
});

describe("an agent", () => {
  it("connects, is ready, and is gone once it was silent for a lease, until it is heard again", async () => {
    const { agent, fleet, clock, live, states } = house();
    const second = new Puppet(asAgentBoot("b2"));
    second.connect(fleet);
    expect(states()).toEqual(["ready", "connecting"]);
    second.line.closed({ code: 1000, why: "" });
    await live(3);
    expect(states()).toEqual(["ready"]);
    await clock.advance(5_250);
    expect(states()).toEqual(["gone"]);
    expect(fleet.instanceStates()[0]!.silentMs).toBe(5_250);
    agent.pulse();
    expect(states()).toEqual(["ready"]);
  });
  it("that was cut, or whose process ended, stays gone for as long as it is missing", async () => {
    for (const end of ["cut", "killed"]) {
      const { agent, fleet, clock, gone, states } = house();
      agent.line.closed();
      if (end === "killed") gone.add(4_242);
      await clock.advance(60_000);
      expect(states()).toEqual(["gone"]);
      await clock.advance(1.2 * HOUR_MS);
      expect(states()).toEqual(["gone"]);
      expect(fleet.instanceStates()[0]!.silentMs).toBeGreaterThan(HOUR_MS);
      const next = new Puppet(asAgentBoot("b9"), { instance: asInstance("b1") });
      next.connect(fleet);
      next.pulse();
      expect(states()).toEqual(["ready"]);
    }
  });
  it("that said goodbye is missed by nobody, though an earlier process of it was cut", async () => {
    const { agent, fleet, clock, states, listed, forgotten } = house();
    agent.line.closed();
    const next = new Puppet(asAgentBoot("b2"), { instance: asInstance("b1") });
    next.connect(fleet);
    next.pulse();
    next.line.closed({ code: 1000, why: "the agent ends" });
    expect(states()).toEqual([]);
    expect(listed()).toEqual(["b1 left", "b2 left"]);
    // Deleted from the record too: a later server must not report these agents as missing.
    expect(forgotten.toSorted()).toEqual(["b1", "b2"]);
    await clock.advance(HOUR_MS + 1_000);
    expect(listed()).toEqual([]);
  });
  it("stays on record after its goodbye for as long as a run asks for it", async () => {
    const forgotten: AgentBoot[] = [];
    const { agent, fleet, clock } = stage({ onForgotten: (boots) => forgotten.push(...boots) });
    agent.line.closed({ code: 1000, why: "" });
    await clock.advance(1_000);
    expect(forgotten).toEqual([]);
    fleet.unregister(asRunId("run-1"));
    await clock.advance(1_000);
    expect(forgotten).toEqual(["b1"]);
  });
  it("is one agent with its successor, while the process before it ends", () => {
    const { agent, fleet, states } = house();
    const next = new Puppet(asAgentBoot("b2"), { instance: asInstance("b1") });
    next.connect(fleet);
    next.pulse();
    expect(states()).toEqual(["ready"]);
    agent.line.closed({ code: 1000, why: "" });
    expect(states()).toEqual(["ready"]);
    next.line.closed();
    expect(states()).toEqual(["gone"]);
  });
  it("that is gone is retired by hand, one that is there is not", () => {
    const { agent, fleet, states, forgotten } = house();
    expect(fleet.retire(asInstance("b1"))).toBe("connected");
    expect(fleet.retire(asInstance("b7"))).toBe("unknown");
    agent.line.closed();
    expect(fleet.retire(asInstance("b1"))).toBe("retired");
    expect(states()).toEqual([]);
    expect(forgotten).toEqual(["b1"]);
    agent.connect(fleet);
    agent.pulse();
    expect(states()).toEqual(["ready"]);
  });
  it("is missed no more once its credential is revoked or has expired", async () => {
    const { fleet, states, clock } = house();
    for (const [boot, expiresMs] of [
      [asAgentBoot("b2"), null],
      [asAgentBoot("b3"), clock.wallMs() + 60_000],
    ] as const) {
      const puppet = new Puppet(boot, {}, { credential: `token of ${boot}`, expiresMs });
      puppet.connect(fleet);
      puppet.line.closed();
    }
    await clock.advance(4_000);
    expect(states()).toEqual(["ready", "gone", "gone"]);
    fleet.revokeCredential("token of b2");
    expect(states()).toEqual(["ready", "gone"]);
    await clock.advance(60_000);
    expect(states()).toEqual(["gone"]);
  });
});

describe("a server that begins to lead", () => {
  it("awaits whom the one before it knew, and misses who does not come", async () => {
    const known = [
      hold(asAgentBoot("old"), { instance: asInstance("c1") }),
      hold(asAgentBoot("new"), { instance: asInstance("c1") }),
      hold(asAgentBoot("d"), { instance: asInstance("d1") }),
    ];
    const { fleet, clock, states, listed, live } = house(known);
    expect(states()).toEqual(["connecting", "connecting", "ready"]);
    const back = new Puppet(asAgentBoot("new"), { instance: asInstance("c1") });
    back.connect(fleet);
    back.pulse();
    expect(states()).toEqual(["ready", "connecting", "ready"]);
    back.line.closed({ code: 1000, why: "" });
    await live(16);
    expect(states()).toEqual(["gone", "ready"]);
    expect(listed()).toContain("d gone");
    await clock.advance(1.1 * HOUR_MS);
    expect(states()).toEqual(["gone", "gone"]);
  });
  it("misses nobody whose credential is void", async () => {
    const { clock, states } = house([hold(asAgentBoot("x"), { instance: asInstance("x1"), expiresMs: 0 })]);
    await clock.advance(4_000);
    expect(states()).toEqual(["ready"]);
  });
});
