/** Operator's actions on a schedule, besides writing the document. */
import type { Handler } from "../context.ts";
import { addressedName } from "../documents/address.ts";
import { viewOf } from "./view.ts";

export const pauseSchedule: Handler<"POST /api/v1/schedules/:name/pause"> = async (context, asked) => {
  const { body, principal, note } = asked;
  note(body.reason);
  return viewOf(await context.controlPlane().scheduler.pause(addressedName(asked), body.reason, principal));
};
export const resumeSchedule: Handler<"POST /api/v1/schedules/:name/resume"> = async ({ controlPlane }, asked) =>
  viewOf(await controlPlane().scheduler.resume(addressedName(asked), asked.principal));

export const triggerSchedule: Handler<"POST /api/v1/schedules/:name/trigger"> = async (context, asked) => {
  const { principal, note } = asked;
  const { id } = await context.controlPlane().scheduler.trigger(addressedName(asked), principal);
  note(id);
  return { id };
};
