import type { Handler } from "../context.ts";

export const readJournal: Handler<"GET /api/v1/runs/:id/journal"> = async ({ runs }, { params }) => ({
  records: await runs.records(params.id),
});
