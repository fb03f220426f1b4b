import type { Handler } from "../context.ts";

export const reportRun: Handler<"GET /api/v1/runs/:id"> = ({ controlPlane }, { params }) =>
  controlPlane().runs.report(params.id);
