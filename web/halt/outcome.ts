/** Outcome of a halt attempt, and the next step. Pure. */
import { ApiError } from "../api/client.ts";

export type HaltOutcome =
  /** Halt acknowledged, or no active run left to halt. */
  | { readonly is: "done" }
  /** Failed attempt. `why`: a sentence. `again`: another attempt may well succeed without a user's action. */
  | { readonly is: "failed"; readonly why: string; readonly again: boolean };

const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
const [SIGNED_OUT, STANDS_BY, TOO_MANY] = [401, 421, 429];

const whyOf = ({ status, code, message, leader }: ApiError): string => {
  if (status === SIGNED_OUT)
    return "Your session is over, or its token was revoked: this page can halt nothing any more.";
  if (status === STANDS_BY)
    return `This server stands by and leads no agent${leader === null ? "." : `; the one that does is ${leader}.`}`;
  // A proxy that answers for a server that is gone.
  if (code === "") return `The server was not reached: something between answered HTTP ${status}.`;
  return `The server refused it: ${asSentence(message)}`;
};

export const outcomeOf = (error: unknown): HaltOutcome => {
  if (error instanceof ApiError) {
    if (error.code === "run-is-over") return { is: "done" };
    const again = error.status >= 500 || error.status === STANDS_BY || error.status === TOO_MANY;
    return { is: "failed", why: whyOf(error), again };
  }
  const isLate = error instanceof Error && error.name === "TimeoutError";
  return {
    is: "failed",
    why: isLate ? "The server has not answered within 3 s." : "The server cannot be reached.",
    again: true,
  };
};

/** Pause before the next attempt, ms. A server that resumes receives every attempt sent while the server slept. */
export const pauseMs = (attempts: number): number => Math.min(5_000, 1_000 * 2 ** (attempts - 1));
