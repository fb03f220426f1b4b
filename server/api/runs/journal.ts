import type { Handler } from "../context.ts";

export const readJournal: Handler<"GET /api/v1/runs/:id/journal"> = async ({ controlPlane }, { params, query }) => {
  const { after, limit } = query;
  const records = await controlPlane().runs.records(params.id, after, limit + 1);
  const page = records.slice(0, limit);
  return { records: page, next: records.length > limit ? page.at(-1)!.sequence : null };
};
