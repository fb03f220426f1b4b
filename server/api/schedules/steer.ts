/** What people do to a schedule beside writing it. */
import type { Handler } from "../context.ts";
import { viewOf } from "./view.ts";

export const pauseSchedule: Handler<"POST /api/v1/schedules/:name/pause"> = async (context, asked) => {
  const { params, body, principal, note } = asked;
  note(body.reason);
  return viewOf(await context.term().scheduler.pause(params.name, body.reason, principal));
};
export const resumeSchedule: Handler<"POST /api/v1/schedules/:name/resume"> = async ({ term }, { params, principal }) =>
  viewOf(await term().scheduler.resume(params.name, principal));

export const triggerSchedule: Handler<"POST /api/v1/schedules/:name/trigger"> = async (context, asked) => {
  const { params, principal, note } = asked;
  const { id } = await context.term().scheduler.trigger(params.name, principal);
  note(id);
  return { id };
};
