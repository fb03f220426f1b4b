/** Operator's actions on a schedule, besides writing the document. */
import type { Handler } from "../context.ts";
import { viewOf } from "./view.ts";

export const pauseSchedule: Handler<"POST /api/v1/schedules/:name/pause"> = async (context, asked) => {
  const { params, body, principal, note } = asked;
  note(body.reason);
  return viewOf(await context.controlPlane().scheduler.pause(params.name, body.reason, principal));
};
export const resumeSchedule: Handler<"POST /api/v1/schedules/:name/resume"> = async (
  { controlPlane },
  { params, principal },
) => viewOf(await controlPlane().scheduler.resume(params.name, principal));

export const triggerSchedule: Handler<"POST /api/v1/schedules/:name/trigger"> = async (context, asked) => {
  const { params, principal, note } = asked;
  const { id } = await context.controlPlane().scheduler.trigger(params.name, principal);
  note(id);
  return { id };
};
