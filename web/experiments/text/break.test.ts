import { describe, expect, it } from "vitest";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { asEdgeId } from "../../../experiments/model/names.ts";
import { SHOP } from "../../mesh/made-up.ts";
import { BREAKS } from "./break.ts";
import { readText } from "./reading.ts";
import { templateOf } from "./template.ts";

describe("an experiment that breaks an edge somebody pointed at", () => {
  const tcp = { ...SHOP, edges: SHOP.edges.map((edge) => ({ ...edge, protocol: "tcp" as const })) };
  it.each(BREAKS.flatMap((how) => [[how, SHOP] as const, [how, tcp] as const]))(
    "is valid and fits the mesh: %s",
    (how, mesh) => {
      const text = templateOf(mesh, { how, edge: asEdgeId("checkout->ledger") });
      const { problems, warnings, experiment } = readText(text, mesh);
      expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
      expect(experiment?.faults.map(({ edge }) => edge)).toEqual([{ from: "checkout", to: "ledger" }]);
    },
  );
  it("names the place of an edge at the callee", () => {
    const id = asEdgeId("checkout->ledger:callee");
    const endpoints = (name: string) => [{ address: `${name}:80`, labels: {} }];
    const mesh: Mesh = {
      ...SHOP,
      services: SHOP.services.map((service) => ({ ...service, endpoints: endpoints(service.name) })),
      edges: [{ ...SHOP.edges[2]!, id, at: "callee" }],
    };
    const { problems, experiment } = readText(templateOf(mesh, { how: "slow", edge: id }), mesh);
    expect(problems).toEqual([]);
    expect(experiment?.faults.map(({ edge }) => edge)).toEqual([{ from: "checkout", to: "ledger", at: "callee" }]);
    expect(experiment?.hypothesis[0]?.probe.params).toMatchObject({ from: "checkout", to: "ledger", at: "callee" });
  });
});
