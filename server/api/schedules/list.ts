import type { Handler } from "../context.ts";
import { addressedName, isInNamespace } from "../documents/address.ts";
import { pageOf } from "../paging.ts";
import { viewOf } from "./view.ts";

export const listSchedules: Handler<"GET /api/v1/schedules"> = async ({ controlPlane }, { query }) => {
  const all = await controlPlane().scheduler.list();
  const { items, next } = pageOf(all.filter(isInNamespace(query.namespace)), ({ name }) => name, query);
  return { schedules: items.map(viewOf), next };
};
export const readSchedule: Handler<"GET /api/v1/schedules/:name"> = async ({ controlPlane }, asked) =>
  viewOf(await controlPlane().scheduler.view(addressedName(asked)));
