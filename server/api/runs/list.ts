import type { Handler } from "../context.ts";

export const listRuns: Handler<"GET /api/v1/runs"> = async ({ runs }) => ({ runs: await runs.list() });
