import { describe, expect, it } from "vitest";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { parseMesh } from "../../experiments/model/read/mesh.ts";
import { isSubsetOf, meshDigestOf } from "./mesh-digest.ts";

const SERVICES: Record<string, object> = {
  checkout: {
    command: ["node", "checkout.js"],
    env: { PORT: "7103", KEY: "canary" },
    endpoints: ["127.0.0.1:7103"],
    ready: { http: "/healthz" },
    labels: { tier: "middle" },
  },
  payments: { endpoints: ["127.0.0.1:7104"] },
};
const EDGES: readonly object[] = [{ from: "checkout", to: "payments", listen: "127.0.0.1:7204", protocol: "http" }];
const meshOf = (services: Record<string, object> = SERVICES, edges = EDGES, directory = "/shop"): Mesh => {
  const read = parseMesh({
    ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "shop" }, spec: { services, edges } },
  });
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return { ...read.mesh, directory };
};
const isPart = (small: Mesh, large: Mesh) => isSubsetOf(meshDigestOf(small), meshDigestOf(large));
const withService = (name: string, change: object) => ({ ...SERVICES, [name]: { ...SERVICES[name], ...change } });

const SHOPPERS = { shoppers: { endpoints: ["127.0.0.1:7100"] } };
const LARGER = meshOf({ ...SHOPPERS, ...SERVICES }, [
  { from: "shoppers", to: "checkout", listen: "127.0.0.1:7201", protocol: "http" },
  ...EDGES,
]);

describe("a mesh is a part of another", () => {
  it("that is the same, however it was written down", () => {
    const turned = Object.entries(SERVICES).map(([name, form]) => [
      name,
      Object.fromEntries(Object.entries(form).reverse()),
    ]);
    expect(isPart(meshOf(), meshOf(Object.fromEntries(turned.reverse())))).toBe(true);
  });
  it("that has more services and edges; not the other way round", () => {
    expect(isPart(meshOf(), LARGER)).toBe(true);
    expect(isPart(LARGER, meshOf())).toBe(false);
    expect(isPart(meshOf(SERVICES, []), meshOf())).toBe(true);
    expect(isPart(meshOf(), meshOf(SERVICES, []))).toBe(false);
  });
  it.each<readonly [string, Record<string, object>]>([
    ["command", withService("checkout", { command: ["node", "other.js"] })],
    ["environment", withService("checkout", { env: { PORT: "7103", KEY: "another" } })],
    ["endpoints", withService("payments", { endpoints: ["127.0.0.1:9104"] })],
    ["labels", withService("checkout", { labels: { tier: "edge" } })],
    ["way to get ready", withService("checkout", { ready: { tcp: true } })],
    ["protection", withService("payments", { protected: true })],
  ])("that has none of its services with another %s", (_what, services) => {
    expect(isPart(meshOf(), meshOf(services))).toBe(false);
  });
  it.each(["listen", "protocol"])("that has none of its edges with another %s", (what) => {
    const edge = { ...EDGES[0], [what]: what === "listen" ? "127.0.0.1:9204" : "tcp" };
    expect(isPart(meshOf(), meshOf(SERVICES, [edge]))).toBe(false);
  });
  it("that starts its commands in the same folder", () => {
    expect(isPart(meshOf(), meshOf(SERVICES, EDGES, "/elsewhere"))).toBe(false);
    const external = { payments: SERVICES.payments!, stock: { endpoints: ["127.0.0.1:7105"] } };
    expect(isPart(meshOf(external, []), meshOf(external, [], "/elsewhere"))).toBe(true);
  });
});

describe("what is kept of a mesh", () => {
  it("tells nothing of its environments and commands", () => {
    const text = JSON.stringify(meshDigestOf(meshOf()));
    for (const secret of ["canary", "checkout.js", "7103"]) expect(text).not.toContain(secret);
  });
});
