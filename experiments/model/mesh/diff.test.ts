import { describe, expect, it } from "vitest";
import { parseMesh } from "../read/mesh.ts";
import { describeDiff, diffMeshes, edgesTouched, isSame } from "./diff.ts";
import type { Mesh } from "./mesh.ts";

interface Form {
  services?: Record<string, object>;
  edges?: object[];
}
const SERVICES = {
  checkout: { labels: { tier: "middle" } },
  payments: { endpoints: ["127.0.0.1:7104"] },
  ledger: { endpoints: ["127.0.0.1:7106"] },
};
const EDGES = [
  { from: "checkout", to: "payments", listen: "127.0.0.1:7204" },
  { from: "checkout", to: "ledger", listen: "127.0.0.1:7206", protocol: "tcp" },
];
const meshOf = ({ services = SERVICES, edges = EDGES }: Form = {}): Mesh => {
  const read = parseMesh({
    ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "shop" }, spec: { services, edges } },
  });
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.mesh;
};
const touched = (after: Mesh | null) => [...edgesTouched(meshOf(), after)];

describe("what differs between two meshes", () => {
  it("is nothing when only the order of services, edges and keys differs", () => {
    const turned = meshOf({
      services: Object.fromEntries(Object.entries(SERVICES).reverse()),
      edges: EDGES.map((edge) => Object.fromEntries(Object.entries(edge).reverse())).reverse(),
    });
    expect(isSame(diffMeshes(meshOf(), turned))).toBe(true);
    expect(touched(turned)).toEqual([]);
  });

  it("is told by name, with the fields that changed", () => {
    const { ledger: _, ...services } = SERVICES;
    const after = meshOf({
      services: { ...services, payments: { endpoints: ["127.0.0.1:9104"] }, stock: { endpoints: ["127.0.0.1:7105"] } },
      edges: [
        { from: "checkout", to: "payments", listen: "127.0.0.1:9204" },
        { from: "checkout", to: "stock", listen: "127.0.0.1:7205" },
      ],
    });
    expect(describeDiff(diffMeshes(meshOf(), after))).toEqual([
      "+ service stock",
      "- service ledger",
      "~ service payments: endpoints",
      "+ edge checkout->stock",
      "- edge checkout->ledger",
      "~ edge checkout->payments: listen",
    ]);
  });

  it("counts everything as new where there was no mesh", () => {
    const { services, edges } = diffMeshes(null, meshOf());
    expect([services.added, edges.added]).toEqual([
      ["checkout", "payments", "ledger"],
      ["checkout->payments", "checkout->ledger"],
    ]);
  });
});

describe("the edges that a change touches", () => {
  it("are those that are gone", () => {
    expect(touched(meshOf({ edges: EDGES.slice(0, 1) }))).toEqual(["checkout->ledger"]);
    expect(touched(null)).toEqual(["checkout->payments", "checkout->ledger"]);
  });

  it("are none when instances of the callee come and go, in one step or one by one", () => {
    for (const endpoints of [["127.0.0.1:9104"], ["127.0.0.1:7104", "127.0.0.1:9104"]]) {
      const moved = { ...SERVICES, payments: { endpoints } };
      expect(touched(meshOf({ services: moved }))).toEqual([]);
    }
  });
  it("are those on which an instance that stays has other labels: a selector may mean others now", () => {
    const relabelled = { ...SERVICES, payments: { endpoints: [{ address: "127.0.0.1:7104", labels: { v: "2" } }] } };
    expect(touched(meshOf({ services: relabelled }))).toEqual(["checkout->payments"]);
  });

  it("are those whose callee is protected now, or is ready by another check", () => {
    const checked = { ...SERVICES, payments: { ...SERVICES.payments, ready: { http: "/ready" } } };
    expect(touched(meshOf({ services: checked }))).toEqual(["checkout->payments"]);
    const guarded = { ...SERVICES, ledger: { ...SERVICES.ledger, protected: true } };
    expect(touched(meshOf({ services: guarded }))).toEqual(["checkout->ledger"]);
  });

  it("are all of a caller whose labels change, because a selector may mean others now", () => {
    const relabelled = { ...SERVICES, checkout: { labels: { tier: "edge" } } };
    expect(touched(meshOf({ services: relabelled }))).toEqual(["checkout->payments", "checkout->ledger"]);
  });

  it("are none when an edge or a service is added, or a command changes", () => {
    const more = { ...SERVICES, stock: { endpoints: ["127.0.0.1:7105"] } };
    const edge = { from: "checkout", to: "stock", listen: "127.0.0.1:7205" };
    expect(touched(meshOf({ services: more, edges: [...EDGES, edge] }))).toEqual([]);
    const commanded = { ...SERVICES, payments: { ...SERVICES.payments, command: ["node", "payments.js"] } };
    expect(touched(meshOf({ services: commanded }))).toEqual([]);
  });
});
