/** Candidate for a fault: the exchange or connection that an edge judges, before matching, drawing and counting. */
import type { RequestView } from "../../experiments/model/match/match.ts";
import type { MarkedExchange } from "../marks/marks.ts";

/** A request on a connection that is not answered yet, as far as the caller knows. */
export interface InFlightRequest {
  /** Ordinal among the requests of the connection, from 1. */
  readonly ordinal: number;
  readonly marked: MarkedExchange | null;
}
/** Candidate: the exchange or connection to be judged. */
export interface Candidate {
  /** Identity of the caller's connection: a share `by: connection` sticks to this object. */
  readonly connection: object;
  /** Callee address chosen for the candidate; null: none yet (a caller's connection to an HTTP edge). */
  readonly endpoint: string | null;
  /** Request to be judged; null: the candidate is a connection. Borrowed. */
  readonly request: RequestView | null;
  /** The candidate's mark as a probe's exchange; null: no run asked for such a mark. */
  readonly marked?: MarkedExchange | null;
  /** Requests in flight on a connection that carries requests, the oldest first. */
  readonly inFlight?: () => readonly InFlightRequest[];
}
