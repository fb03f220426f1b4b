import type { Handler } from "../context.ts";

export const reportRun: Handler<"GET /api/v1/runs/:id"> = ({ runs }, { params }) => runs.report(params.id);
