/** Candidate for a fault: the exchange or connection that an edge judges, before it is matched, drawn and counted. */
import type { RequestView } from "../../experiments/model/match/match.ts";
import type { MarkedExchange } from "../marks/marks.ts";

/** A request on a connection that is not answered yet, as far as its caller knows. */
export interface InFlightRequest {
  /** Among the requests of its connection, from 1. */
  readonly ordinal: number;
  readonly marked: MarkedExchange | null;
}
/** Who is judged. */
export interface Candidate {
  /** Identity of the caller's connection: what a share `by: connection` sticks to. */
  readonly connection: object;
  /** Callee address chosen for it; null: none yet (a caller's connection to an HTTP edge). */
  readonly endpoint: string | null;
  /** null: a connection. Borrowed. */
  readonly request: RequestView | null;
  /** The probe's exchange that it is; null: none that a run asked for. */
  readonly marked?: MarkedExchange | null;
  /** Of a connection that carries requests: those under way, the oldest first. */
  readonly inFlight?: () => readonly InFlightRequest[];
}
