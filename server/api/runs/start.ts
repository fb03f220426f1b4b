import type { Handler } from "../context.ts";
import { selectionOf } from "./selection.ts";
import { sourceOf } from "./stored.ts";

export const startRun: Handler<"POST /api/v1/runs"> = async (context, { body, principal, request, reply, note }) => {
  const { file, lines, seed, mode, attached, labels, priority } = body;
  const { experiment, version, secrets } = await sourceOf(context, body);
  const key = request.headers["idempotency-key"];
  const { id, again } = await context.controlPlane().runs.start({
    ...{ experiment, file, seed, mode, attached, labels, priority, by: principal, static: body.static },
    strict: body.strict,
    redact: [...body.redact, ...secrets],
    select: selectionOf(body.select),
    ...(lines === undefined ? {} : { lines }),
    ...(version === null ? {} : { version }),
    ...(typeof key === "string" ? { idempotencyKey: key } : {}),
  });
  note(again ? `${id}, which was started before` : id);
  reply.code(again ? 200 : 201).header("location", `/api/v1/runs/${id}`);
  return { id };
};
