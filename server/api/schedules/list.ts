import type { Handler } from "../context.ts";
import { pageOf } from "../paging.ts";
import { viewOf } from "./view.ts";

export const listSchedules: Handler<"GET /api/v1/schedules"> = async ({ term }, { query }) => {
  const { items, next } = pageOf(await term().scheduler.list(), ({ name }) => name, query);
  return { schedules: items.map(viewOf), next };
};
export const readSchedule: Handler<"GET /api/v1/schedules/:name"> = async ({ term }, { params }) =>
  viewOf(await term().scheduler.view(params.name));
