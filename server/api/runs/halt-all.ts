import type { Handler } from "../context.ts";

export const haltAll: Handler<"POST /api/v1/halt"> = async ({ runs }, { body }) => ({ halted: runs.haltAll(body) });
