/** Cause of a missing answer, and advice. Pure. */
import { ApiError } from "../api/client.ts";

export interface QueryFailure {
  /** A sentence. */
  readonly why: string;
  /** Advice for the reader; a sentence. */
  readonly advice: string;
}
const ADVICE: Readonly<Record<number, string>> = {
  403: "Ask an administrator, or sign in with a token of that role.",
  404: "It may have been deleted, or the address may be cut off.",
  429: "The server is busy; it is asked again in a moment.",
};
const STANDS_BY = 421;
const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

export const queryFailureOf = (error: Error): QueryFailure => {
  if (!(error instanceof ApiError))
    return {
      why: error.name === "TimeoutError" ? "The server has not answered in time." : "The server does not answer.",
      advice: "Is it running? The page asks again by itself.",
    };
  const why = asSentence(error.message);
  if (error.status === STANDS_BY)
    return { why, advice: error.leader === null ? "Open the server that leads." : `Open ${error.leader}.` };
  const advice = ADVICE[error.status];
  if (advice !== undefined) return { why, advice };
  return error.status >= 500
    ? { why, advice: "The server's log says more; the page asks again by itself." }
    : { why, advice: "Reload the page; if it happens again, report what stands here." };
};
