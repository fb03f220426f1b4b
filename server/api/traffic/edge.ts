import type { Handler } from "../context.ts";

export const readEdgeTraffic: Handler<"GET /api/v1/traffic/edges/:edge"> = async ({ controlPlane }, { params }) =>
  controlPlane().traffic.edge(params.edge);
