/**
 * Checks of the server's messages, generated from `schemas/` into `checks/`: with zod, an agent's start would take
 * twice the time and memory. The agent treats a refused message as an order that cannot be honoured.
 */
import { localFaults, toAgent } from "./checks/to-agent.ts";
import type { FaultOrder, ToAgent } from "./messages.ts";
import { problemOf } from "./problem.ts";

export type CheckedMessage =
  | { readonly message: ToAgent }
  /** `heard`: the message's own claims, as far as readable, so that the answer can name the message. */
  | {
      readonly problem: string;
      readonly heard: {
        readonly type: string;
        readonly session: string;
        readonly epoch: number;
        readonly gen: number;
      };
    };

/** Checks a message of the server; returns the message, or the problem. Takes any value and never throws. */
export const checkToAgent = (value: unknown): CheckedMessage => {
  const heard = Object(value) as Record<string, unknown>;
  const type = typeof heard.type === "string" ? heard.type : "";
  const problem = problemOf(toAgent, value, type);
  if (problem === null) return { message: value as ToAgent };
  const mark = (n: unknown) => (Number.isSafeInteger(n) && (n as number) >= 0 ? (n as number) : 0);
  const session = typeof heard.session === "string" ? heard.session : "";
  return { problem, heard: { type, session, epoch: mark(heard.epoch), gen: mark(heard.gen) } };
};

/** The same for the faults of a local order, which come without a lease. */
export const checkFaults = (
  value: unknown,
): { readonly faults: readonly FaultOrder[] } | { readonly problem: string } => {
  const problem = problemOf(localFaults, value, "faults");
  return problem === null ? { faults: value as readonly FaultOrder[] } : { problem };
};
