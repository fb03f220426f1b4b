import type { Handler } from "../context.ts";

export const readEdgeTraffic: Handler<"GET /api/v1/traffic/edges/:edge"> = async ({ term }, { params }) =>
  term().traffic.edge(params.edge);
