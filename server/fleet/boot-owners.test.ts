import { describe, expect, it } from "vitest";
import { CLOSED, CONTRACT_VERSION } from "../../agent/contract/index.ts";
import { type AgentBoot, asAgentBoot, asInstance, asRunId } from "../../experiments/model/names.ts";
import { Puppet, stage } from "../../test/fleet/puppet.ts";
import { planOf } from "../../test/server/plans.ts";
import { type BootOwner, type CredentialHolder, maxBoots } from "./boot-owners.ts";
import type { FleetConfig } from "./fleet.ts";

const CHECKOUT: CredentialHolder = {
  credential: "c1",
  service: "a",
  instance: asInstance("checkout-1"),
  edges: null,
  expiresMs: null,
};
const PAYMENTS: CredentialHolder = { credential: "p1", service: "b", instance: null, edges: null, expiresMs: null };
const held = (holder: CredentialHolder, change: Partial<BootOwner> = {}): BootOwner => ({
  ...{
    boot: asAgentBoot("boot"),
    instance: asInstance("checkout-1"),
    service: holder.service,
    credential: holder.credential,
    expiresMs: null,
  },
  ...change,
});
/** A server after a takeover: an orphaned run had faults in `boot`, and the store's records of boots are `known`. */
const tookOver = (known: readonly BootOwner[], config: Partial<FleetConfig> = {}) => {
  const all = stage({ known, ...config });
  const grades: string[] = [];
  all.fleet.register({
    ...{ plan: planOf({ run: asRunId("run-0") }), endsAtMs: all.clock.nowMs() },
    ...{ tickedMs: () => all.clock.nowMs(), counted: () => {}, stalled: () => {} },
    post: (happening) => happening.type === "graded" && grades.push(happening.grade),
  });
  all.fleet.assign(asRunId("run-0"), [{ instance: asInstance("checkout-1"), boot: asAgentBoot("boot") }]);
  all.fleet.revert(asRunId("run-0"), 1);
  return { ...all, grades };
};
const said = (holder: Partial<CredentialHolder>, hello: Puppet["hello"] = {}, boot = asAgentBoot("boot")) =>
  new Puppet(boot, { instance: asInstance("checkout-1"), ...hello }, holder);
/** Connects and, if admitted, attests with the nonce of the drop received. */
const attack = (puppet: Puppet, { fleet }: ReturnType<typeof tookOver>) => {
  puppet.connect(fleet, ["run-0/slow@a->b"]);
  const drop = puppet.last("drop");
  if (drop !== undefined) puppet.attest(drop.nonce);
  return puppet.closes;
};

describe("a boot that a run expects after a restart (invariant 15)", () => {
  it("is attested for by the credential that had it, and by no other", () => {
    const all = tookOver([held(CHECKOUT)]);
    const sameService = { ...CHECKOUT, credential: "c2" };
    const shared = { ...CHECKOUT, credential: "c3", instance: null };
    for (const stranger of [PAYMENTS, sameService, shared, { credential: "local", service: null, instance: null }])
      expect(attack(said(stranger), all)).toEqual([CLOSED.impostor]);
    expect(all.grades).toEqual([]);
    expect(attack(said(CHECKOUT), all)).toEqual([]);
    expect(all.grades).toEqual(["attested"]);
  });
  it("is nobody else's for an agent of another version either", () => {
    const all = tookOver([held(CHECKOUT)]);
    const foreign = { v: CONTRACT_VERSION + 1 };
    expect(attack(said(PAYMENTS, foreign), all)).toEqual([CLOSED.impostor]);
    expect(all.grades).toEqual([]);
    expect(attack(said(CHECKOUT, foreign), all)).toEqual([]);
    expect(all.grades).toEqual(["attested"]);
  });
  it("proves nothing where nothing is on record of it: its lease decides", async () => {
    const all = tookOver([]);
    expect(attack(said(PAYMENTS), all)).toEqual([]);
    expect(all.grades).toEqual([]);
    await all.clock.advance(6_000);
    expect(all.grades).toEqual(["inferred"]);
  });
  it("is not declared dead by a successor that is another credential's", async () => {
    const all = tookOver([held(CHECKOUT)]);
    const successor = said(
      PAYMENTS,
      { instance: asInstance("checkout-1"), predecessor: { boot: asAgentBoot("boot") } },
      asAgentBoot("next"),
    );
    successor.connect(all.fleet);
    const other = said(
      { ...PAYMENTS, service: "a" },
      { predecessor: { boot: asAgentBoot("boot") } },
      asAgentBoot("next-2"),
    );
    other.connect(all.fleet);
    await all.clock.advance(300);
    expect(all.grades).toEqual([]);
    said(CHECKOUT, { predecessor: { boot: asAgentBoot("boot") } }, asAgentBoot("next-3")).connect(all.fleet);
    expect(all.grades).toEqual(["witnessed"]);
  });
  it("goes to another credential of the same service and instance once its own was revoked or has expired", () => {
    const next = { ...CHECKOUT, credential: "c2" };
    for (const known of [held(CHECKOUT, { expiresMs: 0 }), held(CHECKOUT, { expiresMs: 1_000 })]) {
      const all = tookOver([known]);
      expect(attack(said(PAYMENTS), all)).toEqual([CLOSED.impostor]);
      expect(attack(said({ ...next, service: "b" }), all)).toEqual([CLOSED.impostor]);
      expect(attack(said(next), all)).toEqual([]);
      expect(all.grades).toEqual(["attested"]);
    }
    const all = tookOver([held(CHECKOUT)]);
    expect(attack(said(next), all)).toEqual([CLOSED.impostor]);
    all.fleet.revokeCredential("c1");
    expect(attack(said(next), all)).toEqual([]);
    expect(all.grades).toEqual(["attested"]);
  });
});

describe("an attestation", () => {
  it("counts no more once its credential was revoked or has expired, though the connection is still open", async () => {
    for (const end of ["revoked", "expired"] as const) {
      const all = tookOver([held(CHECKOUT)]);
      const expiresMs = end === "expired" ? all.clock.wallMs() + 1_000 : null;
      const agent = said({ ...CHECKOUT, expiresMs });
      agent.connect(all.fleet, ["run-0/slow@a->b"]);
      if (end === "revoked") all.fleet.revokeCredential("c1");
      else await all.clock.advance(1_000);
      agent.attest(agent.last("drop")!.nonce);
      expect(all.grades).toEqual([]);
      expect(agent.closes).toEqual([CLOSED.impostor]);
    }
  });
});

describe("a name in use", () => {
  it("cannot be taken by another credential while its agent is connected, of whatever service", () => {
    const { fleet } = stage();
    const owner = said(CHECKOUT);
    owner.connect(fleet);
    for (const [i, thief] of [
      { ...CHECKOUT, credential: "c2" },
      { ...PAYMENTS, service: "a" },
      PAYMENTS,
      { credential: "local", service: null, instance: null },
    ].entries()) {
      const puppet = said(thief, {}, asAgentBoot(`boot-${i + 2}`));
      puppet.connect(fleet);
      expect(puppet.closes).toEqual([CLOSED.impostor]);
    }
    expect(owner.closes).toEqual([]);
    // A successor in the same place has the same credential, and both processes are connected for a while.
    const successor = said(CHECKOUT, {}, asAgentBoot("successor"));
    successor.connect(fleet);
    expect([...owner.closes, ...successor.closes]).toEqual([]);
  });
  it("cannot be taken while a run expects its agent, until that can hold nothing any more", async () => {
    const all = tookOver([held(CHECKOUT)]);
    const taking = (boot: AgentBoot) => {
      const puppet = said({ ...CHECKOUT, credential: "c2" }, {}, boot);
      puppet.connect(all.fleet);
      return puppet.closes;
    };
    expect(taking(asAgentBoot("x"))).toEqual([CLOSED.impostor]);
    await all.clock.advance(6_000);
    expect(taking(asAgentBoot("y"))).toEqual([]);
  });
  it("is free once its agent is gone, or once its credential was revoked: so comes back who lost it", () => {
    const { fleet } = stage();
    const owner = said(CHECKOUT);
    owner.connect(fleet);
    const again = (boot: AgentBoot) => {
      const puppet = said({ ...CHECKOUT, credential: "c2" }, {}, boot);
      puppet.connect(fleet);
      return puppet.closes;
    };
    expect(again(asAgentBoot("x"))).toEqual([CLOSED.impostor]);
    fleet.revokeCredential("c1");
    expect(owner.closes).toEqual([CLOSED.impostor]);
    expect(again(asAgentBoot("y"))).toEqual([]);
    const { fleet: other } = stage();
    const gone = said(CHECKOUT);
    gone.connect(other);
    gone.line.closed();
    const back = said({ ...CHECKOUT, credential: "c2" }, {}, asAgentBoot("z"));
    back.connect(other);
    expect(back.closes).toEqual([]);
  });
});

describe("ever new boots of one credential", () => {
  const forgotten: string[] = [];
  const crowd = (holder: CredentialHolder, count: number, known: readonly BootOwner[] = []) => {
    forgotten.length = 0;
    const all = stage({ known, onForgotten: (boots) => void forgotten.push(...boots) });
    const own = () => all.fleet.instances().filter(({ instance }) => instance === "checkout-1");
    let refused = 0;
    const bring = (n: number, from = 0) => {
      for (let i = from; i < from + n; i++) {
        const puppet = said(holder, {}, asAgentBoot(`new-${i}`));
        puppet.connect(all.fleet);
        refused += puppet.closes.length;
        if (puppet.closes.length === 0) puppet.line.closed();
      }
    };
    bring(count);
    return { ...all, own, bring, refused: () => refused };
  };
  it("are kept in a bounded number, and no faster than a minute lets the oldest go", async () => {
    const most = maxBoots(CHECKOUT);
    const { own, bring, refused, clock } = crowd(CHECKOUT, 500);
    expect(own()).toHaveLength(most);
    expect(refused()).toBe(500 - most);
    await clock.advance(61_000);
    bring(500, 500);
    expect(own()).toHaveLength(most);
    expect(forgotten).toHaveLength(most);
  });
  it("never push out one that a run expects", () => {
    const known = Array.from({ length: 16 }, (_, i) =>
      held(CHECKOUT, { boot: asAgentBoot(i === 0 ? "boot" : `old-${i}`) }),
    );
    const all = tookOver(known, { onForgotten: (boots) => void forgotten.push(...boots) });
    forgotten.length = 0;
    for (let i = 0; i < 100; i++) {
      const puppet = said(CHECKOUT, {}, asAgentBoot(`new-${i}`));
      puppet.connect(all.fleet);
      if (puppet.closes.length === 0) puppet.line.closed();
    }
    expect(forgotten).toEqual(known.slice(1).map(({ boot }) => boot));
    expect(attack(said(CHECKOUT), all)).toEqual([]);
    expect(all.grades).toEqual(["attested"]);
  });
  it("are forgotten an hour after they were last heard of, but for the newest, whose agent is missing", async () => {
    const { own, clock } = crowd(CHECKOUT, 3, [held(CHECKOUT, { boot: asAgentBoot("old") })]);
    await clock.advance(3_599_000);
    expect(forgotten).toEqual([]);
    await clock.advance(2_000);
    expect(forgotten.toSorted()).toEqual(["new-0", "new-1", "old"]);
    expect(own()).toMatchObject([{ boot: "new-2", state: "gone" }]);
  });
});

describe("an agent whose boot is not on record yet", () => {
  it("is given no fault, and is tried again with its next pulse", async () => {
    const told: string[] = [];
    let fails = true;
    const { fleet } = stage({
      onBoot: ({ boot }) => {
        told.push(boot);
        return fails ? Promise.reject(new Error("the disk is full")) : Promise.resolve();
      },
    });
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    const agent = said(CHECKOUT);
    agent.connect(fleet);
    await settle();
    agent.pulse();
    expect(fleet.ready().map(({ boot }) => boot)).not.toContain("boot");
    await settle();
    fails = false;
    agent.pulse();
    await settle();
    expect(fleet.ready().map(({ boot }) => boot)).toContain("boot");
    expect(told.filter((boot) => boot === "boot")).toHaveLength(3);
  });
});
