import { describe, expect, it } from "vitest";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { parseMesh } from "../../../experiments/model/read/mesh.ts";
import { cursorAt } from "./cursor.ts";
import { offersAt } from "./offers.ts";

const read = parseMesh({
  apiVersion: "squall.dev/v1",
  kind: "Mesh",
  metadata: { name: "shop" },
  spec: {
    services: {
      gateway: {},
      checkout: { labels: { tier: "middle" }, endpoints: ["127.0.0.1:1"] },
      ledger: { endpoints: ["127.0.0.1:2"] },
    },
    edges: [
      { from: "gateway", to: "checkout", listen: "127.0.0.1:3", protocol: "http" },
      { from: "checkout", to: "ledger", listen: "127.0.0.1:4", protocol: "tcp" },
    ],
  },
});
const mesh = (read as { mesh: Mesh }).mesh;
const offers = (marked: string, among: Mesh | null = mesh) => {
  const offset = marked.indexOf("|");
  const cursor = cursorAt(marked.slice(0, offset) + marked.slice(offset + 1), offset);
  return cursor === null ? [] : offersAt(cursor, among);
};
const labels = (marked: string, among: Mesh | null = mesh) => offers(marked, among).map(({ label }) => label);
const firsts = (marked: string) =>
  offers(marked)
    .filter(({ first }) => first)
    .map(({ label }) => label);

describe("what is offered at the cursor", () => {
  it("is every key of the map that is not there yet, with what it means", () => {
    expect(labels("kind: Experiment\n|")).toEqual(["apiVersion", "metadata", "spec"]);
    const phases = offers("spec:\n  phases: { warmup: 1s, | }");
    expect(phases.map(({ label }) => label)).toEqual(["baseline", "during", "settle", "recovery"]);
    expect(phases[0]).toMatchObject({ detail: "duration", apply: "baseline: " });
    expect(phases[0]!.info).toContain("The steady state is measured");
    expect(phases[0]!.info).toContain("Default: 10s.");
  });
  it("has what is required first", () => {
    expect(firsts("spec:\n  hypothesis:\n    - |")).toEqual(["name", "good"]);
  });
  it("begins a new entry of a list by its dash", () => {
    expect(labels("spec:\n  faults:\n    |")).toContain("- name");
    expect(labels("spec:\n  faults:\n    - |")).toContain("name");
  });
  it("has each kind of fault, and no second one beside the first", () => {
    expect(labels("spec:\n  faults:\n    - name: x\n      |")).toEqual(
      expect.arrayContaining(["latency", "abort", "partition"]),
    );
    const second = labels("spec:\n  faults:\n    - name: x\n      latency: { delay: 1s }\n      |");
    expect(second).not.toContain("abort");
    expect(second).toContain("share");
  });
  it("writes small maps on one line, lists and large maps on lines of their own", () => {
    const apply = (marked: string, label: string) => offers(marked).find((one) => one.label === label)?.apply;
    expect(apply("spec:\n  |", "faults")).toBe("faults:\n    - ");
    expect(apply("spec:\n  |", "limits")).toBe("limits:\n    ");
    expect(apply("spec:\n  faults:\n    - |", "pulse")).toBe("pulse: { | }");
    expect(apply("spec:\n  faults:\n    - |", "latency")).toBe("latency: ");
    expect(apply("spec:\n  faults:\n    - |", "edge")).toBe("edge: ");
    expect(apply("spec:\n  faults:\n    - |", "share")).toBe("share: ");
    expect(apply("spec:\n  limits: { | }", "services")).toBe("services: [|]");
  });
  it("has the words of a choice", () => {
    expect(labels("spec:\n  onBroken: |")).toEqual(["revert", "continue"]);
    expect(labels("spec:\n  faults:\n    - stealth: |")).toEqual(["true", "false"]);
    expect(labels("kind: |")).toEqual(["Experiment"]);
  });
  it("has the services of the mesh, first those that the edge may mean", () => {
    expect(labels("spec:\n  limits: { services: [|] }")).toEqual(["gateway", "checkout", "ledger"]);
    expect(firsts("spec:\n  faults:\n    - edge: { from: checkout, to: | }")).toEqual(["ledger"]);
    expect(firsts("spec:\n  hypothesis:\n    - traffic: { from: | }")).toEqual(["gateway", "checkout"]);
    expect(labels("metadata: { name: | }")).not.toContain("gateway");
  });
  it("has whole edges where an edge is meant", () => {
    expect(labels("spec:\n  faults:\n    - edge: |")).toContain("checkout -> ledger");
  });
  it("writes the place of an edge at the callee, which an arrow alone does not mean", () => {
    const placed = { ...mesh, edges: [{ ...mesh.edges[0]!, at: "callee" as const }] };
    expect(labels("spec:\n  faults:\n    - edge: |", placed)).toContain("{ from: gateway, to: checkout, at: callee }");
  });
  it("still has the schema where there is no mesh, and nothing where there is no field", () => {
    expect(labels("spec:\n  faults:\n    - edge: { | }", null)).toEqual(["from", "to", "at"]);
    expect(labels("nonsense:\n  |")).toEqual([]);
    expect(labels("metadata:\n  labels:\n    |")).toEqual([]);
  });
});
