import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDocuments } from "../document/document.ts";
import { readMesh } from "../read/mesh.ts";
import type { Mesh } from "./mesh.ts";
import type { EdgeSelector } from "./selector.ts";
import { resolveTargets } from "./targets.ts";

const text = readFileSync(join(import.meta.dirname, "../../../test/corpus/good/mesh.yaml"), "utf8");
const { mesh } = readMesh(readDocuments(text, "mesh.yaml").documents[0]!) as { mesh: Mesh };
const edges = (selector: EdgeSelector) => resolveTargets(mesh, selector).map(({ edge }) => edge);

const zoneA = (...addresses: readonly string[]) => ({ labels: { zone: "a" }, addresses });

describe("resolveTargets", () => {
  it("by names finds the one edge, with all endpoints of the callee", () => {
    expect(resolveTargets(mesh, { from: "checkout", to: "ledger" })).toEqual([
      { edge: "checkout->ledger", protocol: "tcp", endpoints: null },
    ]);
  });

  it("by `*` finds every edge but those of protected services", () => {
    expect(edges({ from: "checkout", to: "*" })).toEqual([
      "checkout->payments",
      "checkout->inventory",
      "checkout->ledger",
    ]);
    expect(edges({ from: "*", to: "*" })).toHaveLength(6);
  });

  it("never finds an edge of a protected service, by name or by labels", () => {
    expect(edges({ from: "checkout", to: "vault" })).toEqual([]);
    expect(edges({ from: "*", to: { labels: { tier: "backend" } } })).toEqual(["checkout->payments"]);
  });

  it("by labels of the caller looks at its service", () => {
    expect(edges({ from: { labels: { tier: "front" } }, to: "*" })).toEqual(["gateway->checkout", "gateway->catalog"]);
  });

  it("by labels of the callee picks its endpoints, and all of them are no pick", () => {
    expect(resolveTargets(mesh, { from: "*", to: { labels: { zone: "a" } } })).toEqual([
      { edge: "checkout->payments", protocol: "http", endpoints: null, callee: zoneA("127.0.0.1:7104") },
      { edge: "checkout->inventory", protocol: "http", endpoints: ["127.0.0.1:7115"], callee: zoneA("127.0.0.1:7115") },
    ]);
  });

  it("finds nothing where labels are on no endpoint, or only on the prototype", () => {
    expect(edges({ from: "*", to: { labels: { zone: "x" } } })).toEqual([]);
    expect(edges({ from: "*", to: { labels: { constructor: "x" } } })).toEqual([]);
  });
});

describe("readMesh", () => {
  it("fills in defaults and puts an endpoint's labels over those of its service", () => {
    const payments = mesh.services.find(({ name }) => name === "payments");
    expect(payments).toEqual({
      name: "payments",
      labels: { tier: "backend" },
      command: ["node", "payments.js"],
      env: { PORT: "7104" },
      endpoints: [{ address: "127.0.0.1:7104", labels: { tier: "backend", zone: "a" } }],
      ready: { http: "/healthz" },
      startMs: 15_000,
      protected: false,
    });
    expect(mesh.edges[1]).toEqual({
      id: "gateway->checkout",
      from: "gateway",
      to: "checkout",
      listen: "127.0.0.1:7203",
      protocol: "http",
    });
  });
});
