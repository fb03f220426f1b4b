/** The mesh in force, over the API. */
import { expect, it } from "vitest";
import { meshOf } from "../server/house.ts";
import { openStage } from "./stage.ts";

it("The mesh has the limits of each edge that differ from the defaults", async () => {
  const mesh = meshOf("127.0.0.1:9");
  const limits = { connectMs: 2_000, headBytes: 32_768 };
  const [first, ...others] = mesh.edges;
  const stage = await openStage({ mesh: { ...mesh, edges: [{ ...first!, limits }, ...others] } });
  try {
    const { body } = await stage.ask("GET /api/v1/mesh");
    const told = (body as { mesh: { edges: readonly { limits?: unknown }[] } }).mesh.edges;
    expect(told.map((edge) => edge.limits)).toEqual([limits, ...others.map(() => undefined)]);
  } finally {
    await stage.close();
  }
});
