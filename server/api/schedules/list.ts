import type { Handler } from "../context.ts";
import { pageOf } from "../paging.ts";
import { viewOf } from "./view.ts";

export const listSchedules: Handler<"GET /api/v1/schedules"> = async ({ controlPlane }, { query }) => {
  const { items, next } = pageOf(await controlPlane().scheduler.list(), ({ name }) => name, query);
  return { schedules: items.map(viewOf), next };
};
export const readSchedule: Handler<"GET /api/v1/schedules/:name"> = async ({ controlPlane }, { params }) =>
  viewOf(await controlPlane().scheduler.view(params.name));
