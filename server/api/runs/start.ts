import type { Handler } from "../context.ts";

export const startRun: Handler<"POST /api/v1/runs"> = ({ runs }, { body }) => runs.start(body);
