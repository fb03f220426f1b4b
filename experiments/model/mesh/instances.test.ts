import { describe, expect, it } from "vitest";
import { asEdgeId } from "../names.ts";
import { type InstanceChange, instanceChanges, selectedAddresses } from "./instances.ts";
import type { Endpoint, Service } from "./mesh.ts";
import type { Target } from "./targets.ts";

const endpoint = (address: string, version = "1"): Endpoint => ({ address, labels: { version } });
const service = (name: string, ...endpoints: readonly Endpoint[]): Service => ({
  ...{ name, labels: {}, command: null, env: {}, endpoints, startMs: 0, protected: false },
  ready: { tcp: true },
});
const meshOf = (...services: readonly Service[]) => ({ services });

describe("instances that come and go", () => {
  it("are told by service, an address that stays in neither list", () => {
    const before = meshOf(service("payments", endpoint("a:1"), endpoint("b:1")), service("ledger", endpoint("l:1")));
    const after = meshOf(service("payments", endpoint("b:1"), endpoint("c:1")), service("ledger", endpoint("l:1")));
    expect(instanceChanges(before, after, ["payments", "ledger", "payments"])).toEqual([
      { service: "payments", came: [endpoint("c:1")], went: ["a:1"] },
    ]);
  });
  it("of another service than those asked about are left out, and so is a service that is in no mesh", () => {
    const after = meshOf(service("payments", endpoint("a:1")));
    expect(instanceChanges(meshOf(), after, ["ledger"])).toEqual([]);
    expect(instanceChanges(meshOf(), after, ["payments"])).toMatchObject([{ went: [] }]);
    expect(instanceChanges(after, meshOf(), ["payments"])).toMatchObject([{ came: [], went: ["a:1"] }]);
  });
});

describe("the addresses that a fault selects", () => {
  const target = (rest: Partial<Target> = {}): Target => ({
    ...{ edge: asEdgeId("checkout->payments"), protocol: "http" as const, endpoints: null },
    ...rest,
  });
  const change = (went: readonly string[], ...came: readonly Endpoint[]): InstanceChange => ({
    ...{ service: "payments", came, went },
  });
  const second = { labels: { version: "2" }, addresses: ["b:1"] };

  it("are all, newcomers too, where the fault means the service", () => {
    expect(selectedAddresses(target(), [change(["a:1"], endpoint("c:1"))], false)).toBeNull();
  });
  it("follow the labels of the rule: newcomers that match are selected, others are not", () => {
    const some = target({ endpoints: ["b:1"], callee: second });
    expect(selectedAddresses(some, [change([], endpoint("c:1", "2"), endpoint("d:1"))], false)).toEqual(["b:1", "c:1"]);
    expect(selectedAddresses(some, [change(["b:1"], endpoint("c:1", "2"))], false)).toEqual(["c:1"]);
    expect(selectedAddresses(some, [change(["b:1"])], false)).toEqual([]);
  });
  it("are no longer all once a newcomer does not match", () => {
    const all = target({ callee: second });
    expect(selectedAddresses(all, [change(["b:1"], endpoint("c:1", "2"))], false)).toBeNull();
    expect(selectedAddresses(all, [change([], endpoint("c:1"))], false)).toEqual(["b:1"]);
    expect(selectedAddresses(all, [change([], endpoint("c:1", "2"))], true)).toEqual(["b:1"]);
  });
  it("of a plan without a rule are those of the plan, less those that went", () => {
    const old = target({ endpoints: ["a:1", "b:1"] });
    expect(selectedAddresses(old, [change(["a:1"], endpoint("c:1", "2"))], false)).toEqual(["b:1"]);
  });
  it("do not depend on instances of another service", () => {
    const some = target({ endpoints: ["b:1"], callee: second });
    expect(selectedAddresses(some, [{ ...change(["b:1"]), service: "ledger" }], false)).toEqual(["b:1"]);
  });
});
