import type { DiscoveredEdge } from "../contract/index.ts";
import type { OfferedEdge } from "../meshes/meshes.ts";
import type { Handler } from "./context.ts";

const discoveredOf = ({ edge, offer, instances, adopted, why }: OfferedEdge): DiscoveredEdge => ({
  ...{ edge, listen: offer.listen, protocol: offer.protocol, instances, adopted, why },
});
export const readMesh: Handler<"GET /api/v1/mesh"> = async ({ controlPlane }) => {
  const { meshes } = controlPlane();
  const current = meshes.current();
  return {
    mesh: current?.mesh ?? null,
    revision: current?.revision ?? null,
    sources: meshes.sources(),
    discovered: meshes.discovered().map(discoveredOf),
  };
};
