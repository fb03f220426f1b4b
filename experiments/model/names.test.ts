import fc from "fast-check";
import { expect, it } from "vitest";
import type { Receipts } from "./evidence/receipt.ts";
import { type SeriesByExpectation, seriesOf } from "./evidence/tally.ts";
import type { Mesh } from "./mesh/mesh.ts";
import { serviceOf } from "./mesh/targets.ts";
import {
  asAgentBoot,
  asEdgeId,
  asInstance,
  asRunId,
  type ExpectationName,
  edgeAt,
  edgeEnds,
  edgeId,
  edgeOfFault,
  type FaultId,
  type FaultName,
  faultId,
  INSTANCE,
  instanceFor,
  type ServiceName,
  spellEdge,
} from "./names.ts";
import { ownKeys, ownProperty } from "./own-property.ts";

it("takes the names of pods, hosts and containers for those of agents", () => {
  for (const name of [
    ...["checkout-7f9c6d5b8-x2v4q", "checkout-0", "web.shop.svc.cluster.local", "ip-10-0-3-7.ec2.internal"],
    ...["4f2a9c81d0e3", "shop_checkout_1", "Annas-MacBook-Pro.local", "a", "9", `${"a".repeat(252)}z`],
  ])
    expect(INSTANCE.test(name), name).toBe(true);
  for (const name of ["", "-a", "a-", ".a", "a.", "a b", "a/b", "a\n", "\u202ea", "ä", `${"a".repeat(253)}z`])
    expect(INSTANCE.test(name), name).toBe(false);
});
it("makes one of whatever a host is called, or none", () => {
  expect(instanceFor("Anna\u2019s MacBook.local")).toBe("Anna-s-MacBook.local");
  expect(instanceFor("checkout-0")).toBe("checkout-0");
  expect(instanceFor("...")).toBeNull();
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (host) => {
      const name = instanceFor(host);
      expect(name === null || INSTANCE.test(name)).toBe(true);
    }),
  );
});
it("makes ids from names and takes them apart again", () => {
  const edge = edgeId("checkout", "payments");
  const id = faultId(asRunId("run-1"), "payments is slow @ night", edge);
  expect(id).toBe("run-1/payments is slow @ night@checkout->payments");
  expect(edgeOfFault(id)).toBe(edge);
  expect(edgeEnds(edge)).toEqual(["checkout", "payments"]);
});
it("tells the two places of a pair apart, and finds the ends at either", () => {
  const edge = edgeId("checkout", "payments", "callee");
  expect(edge).toBe("checkout->payments:callee");
  expect(edgeEnds(edge)).toEqual(["checkout", "payments"]);
  expect(edgeEnds(edgeId("checkout", "callee"))).toEqual(["checkout", "callee"]);
  expect([edge, edgeId("checkout", "payments"), edgeId("checkout", "callee")].map(edgeAt)).toEqual([
    ...["callee", "caller", "caller"],
  ]);
  expect(edgeOfFault(faultId(asRunId("run-1"), "slow", edge))).toBe(edge);
  expect(spellEdge(edge)).toBe("checkout → payments (at callee)");
  expect(spellEdge(edgeId("checkout", "payments", "caller"))).toBe("checkout → payments");
});
/** Compiled by `npm run typecheck`: an expected error that does not come is an error. */
it("takes no id for an id of another kind, and no plain text for an id", () => {
  const [run, edge] = [asRunId("run-1"), asEdgeId("a->b")];
  const [boot, instance] = [asAgentBoot("boot-1"), asInstance("agent-1")];
  const receipts: Receipts = { [boot]: {} };
  const swapped: readonly unknown[] = [
    // @ts-expect-error The run and the edge are swapped.
    faultId(edge, "slow", run),
    // @ts-expect-error A boot is no edge.
    edgeEnds(boot),
    // @ts-expect-error An edge is no fault.
    edgeOfFault(edge),
    // @ts-expect-error Receipts are kept by boot, and an instance has many boots.
    ownProperty(receipts, instance),
    // @ts-expect-error A plain text becomes an id by `asEdgeId` alone.
    edgeEnds("a->b"),
    // @ts-expect-error The keys of receipts are boots.
    ownKeys(receipts) satisfies readonly FaultId[],
  ];
  expect(swapped).toHaveLength(6);
  expect(ownProperty(receipts, boot)).toEqual({});
});
it("takes no name of another kind, and any text that people write", () => {
  const [service, fault, expectation]: [ServiceName, FaultName, ExpectationName] = ["checkout", "slow", "shoppers pay"];
  const mesh: Mesh = { name: "shop", directory: null, services: [], edges: [] };
  const told: SeriesByExpectation = {};
  const swapped: readonly unknown[] = [
    // @ts-expect-error A service is no fault.
    faultId(asRunId("run-1"), service, asEdgeId("a->b")),
    // @ts-expect-error An expectation is no fault.
    faultId(asRunId("run-1"), expectation, asEdgeId("a->b")),
    // @ts-expect-error The ends of an edge are services.
    edgeId(fault, service),
    // @ts-expect-error A fault is no service of a mesh.
    serviceOf(mesh, fault),
    // @ts-expect-error Tallies are kept by expectation, and not by fault.
    seriesOf(told, fault, "during"),
    // @ts-expect-error A service is no expectation.
    seriesOf(told, service, "during"),
  ];
  expect(swapped).toHaveLength(6);
  expect(edgeId(service, "payments")).toBe("checkout->payments");
});
