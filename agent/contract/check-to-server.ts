/**
 * Checks of the agents' messages, generated from `schemas/` into `checks/`. Each check stops at the first problem of a
 * hostile message, and takes keys out of frozen messages that a later version added.
 */
import { foreignAttest, foreignHello, toServer } from "./checks/to-server.ts";
import type { ForeignAttest, ForeignHello, ToServer } from "./messages.ts";
import { type Check, problemOf } from "./problem.ts";

/** A checked message, or the reason why the message is refused. */
export type CheckedReport<T> = { readonly said: T } | { readonly problem: string };

const checkWith =
  <T>(check: Check) =>
  (value: unknown): CheckedReport<T> => {
    const { type } = Object(value) as { readonly type?: unknown };
    const problem = problemOf(check, value, typeof type === "string" ? type : "");
    return problem === null ? { said: value as T } : { problem };
  };
export const checkToServer = checkWith<ToServer>(toServer);
/** Checks the first message of an agent of another version: only the frozen part is read. */
export const checkForeignHello = checkWith<ForeignHello>(foreignHello);
/** Checks the only later message that is believed of an agent of another version. */
export const checkForeignAttest = checkWith<ForeignAttest>(foreignAttest);
