/**
 * What a fault does, deterministically: it decides, the flow acts. No behaviour touches a socket, a timer or a clock.
 * Times are the agent's monotonic milliseconds, always passed in.
 */
import type { FaultKind, FaultParams } from "../../experiments/model/faults/index.ts";
import type { RequestView } from "../../experiments/model/match/match.ts";

export interface ResponseHead {
  readonly status: number;
  header(name: string): string | undefined;
  /** Present when a fault made this answer: there are no original bytes, its headers stand here, its body follows as data. */
  readonly made?: Answer;
}
/** Changes to a head. A `set` value of null removes the header. */
export interface HeadEdit {
  readonly status?: number;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Replaces the whole body; framing follows. */
  readonly body?: Uint8Array;
}
/** An answer made by a fault instead of the callee. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}
/** Bytes of a body or stream, never its framing. Borrowed: valid until the call returns; only the flow keeps bytes, and copies. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** The only decision that is not a hit. */
export type Pass = { readonly do: "pass" };
/** Leaves at `atMs`; Infinity: when the fault is gone. */
export type Later = { readonly do: "later"; readonly atMs: number };
/**
 * The first `bytes` leave (0: none yet); the rest is shown again at `restAtMs`, as if it had come then. What a limited rate
 * needs: nothing is reserved ahead, so that exchanges which share a budget take turns, and one that ends frees its part.
 */
export type Split = { readonly do: "split"; readonly bytes: number; readonly restAtMs: number };
/** Leaves in this form; [] swallows. `lossy`: the stream is wounded, and is reset once the fault is gone. */
export type Replace = { readonly do: "replace"; readonly pieces: readonly Chunk[]; readonly lossy: boolean };
export type Edit = { readonly do: "edit"; readonly head: HeadEdit };
export type Reply = { readonly do: "answer"; readonly answer: Answer; readonly atMs: number };
/** `keep`: pieces that still leave before the cut. */
export type Cut = {
  readonly do: "cut";
  readonly how: "fin" | "rst";
  readonly atMs: number;
  readonly keep?: readonly Chunk[];
};

/** One direction of one exchange. `nowMs`: when the part arrived, delays of faults nearer its sender included. */
export interface Filter<Head, OnHead> {
  head?(head: Head, nowMs: number): OnHead;
  data?(chunk: Chunk): Pass | Later | Split | Replace | Cut;
  /** `replace`: pieces, then the end. */
  end?(nowMs: number): Pass | Later | Replace | Cut;
}
export type RequestFilter = Filter<RequestView, Pass | Later | Edit | Reply | Cut>;
export type ResponseFilter = Filter<ResponseHead, Pass | Later | Edit | Cut>;
/** What one fault does to one exchange; the state of the exchange (a byte count) is its closure. */
export interface Treatment {
  /** Before anything is read from the caller; on an exchange that is joined: now. */
  open?(nowMs: number): Pass | Later | Cut;
  request?: RequestFilter;
  response?: ResponseFilter;
}
/** A request with its response, or a connection. */
export interface Exchange {
  /** Among what this fault matched since it went live, from 1. */
  readonly ordinal: number;
  /** null: there is no request (a connection). */
  readonly request: RequestView | null;
  /** True where a stream has no messages to keep together (TCP). */
  readonly raw: boolean;
  /** The next number in [0, 1) of this exchange's own dice. */
  roll(): number;
}
/** One fault on one edge; state of the edge (a shared bucket) is its closure and lives as long as the fault's id. */
export interface Behaviour {
  /** `nowMs`: when the exchange began. null: it decided to do nothing. */
  begin(exchange: Exchange, nowMs: number): Treatment;
  /** A connection that was already open when the fault came. Absent: such connections are not seen. */
  join?(exchange: Exchange, nowMs: number): Treatment;
  /**
   * Ms between fresh picks among the open connections (`reset: every`): each look at a connection is judged as a new one,
   * and those it draws get `join`. `begin` is never called.
   */
  readonly everyMs?: number;
}
/** One behaviour a kind; the compiler asks for each. */
export type Behaviours = { readonly [K in FaultKind]: (params: FaultParams<K>) => Behaviour };

export const PASS: Pass = { do: "pass" };
export const later = (atMs: number): Later => ({ do: "later", atMs });
