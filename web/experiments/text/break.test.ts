import { describe, expect, it } from "vitest";
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
});
