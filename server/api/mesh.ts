import type { Handler } from "./context.ts";

export const readMesh: Handler<"GET /api/v1/mesh"> = async ({ mesh }) => ({ mesh });
