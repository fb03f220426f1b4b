import type { Handler } from "../context.ts";

export const reportRun: Handler<"GET /api/v1/runs/:id"> = ({ term }, { params }) => term().runs.report(params.id);
