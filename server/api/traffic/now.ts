import type { Handler } from "../context.ts";

export const readTraffic: Handler<"GET /api/v1/traffic"> = async ({ controlPlane }) => controlPlane().traffic.now();
