/**
 * Behaviour of a fault, deterministic: the behaviour decides, the flow acts. No behaviour touches a socket, a timer or
 * a clock. Times are the agent's monotonic milliseconds, always passed in.
 */
import type { FaultKind, FaultParams } from "../../experiments/model/faults/index.ts";
import type { RequestView } from "../../experiments/model/match/match.ts";
import type { Answer, HeadEdit, ResponseHead } from "../http1/message.ts";

/**
 * Bytes of a body or stream, never of the framing. Borrowed: valid until the call returns; only the flow keeps bytes,
 * as a copy.
 */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** Decision to let the part pass: the only decision that is never a hit. */
export type Pass = { readonly do: "pass" };
/** Decision to let the part pass unchanged, and to count it as hit: it met a callee that is away. */
export type Meet = { readonly do: "meet" };
/** Decision to let the part leave at `atMs`; Infinity: when the fault is gone. */
export type Later = { readonly do: "later"; readonly atMs: number };
/**
 * Decision to let the first `bytes` leave (0: none yet) and to be asked about the rest at `restAtMs`, as if the rest
 * had arrived then. A limited rate needs this: no budget is reserved ahead, so that exchanges sharing a budget take
 * turns, and an exchange that ends frees a share of the budget.
 */
export type Split = { readonly do: "split"; readonly bytes: number; readonly restAtMs: number };
/**
 * Decision to send `pieces`, memory of their own, in place of the part; [] swallows the part. `lossy`: the stream is wounded, and is reset
 * once the fault is gone.
 */
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

/**
 * Fault in one direction of an exchange. `nowMs`: when the part arrived, delays of faults nearer the sender included.
 */
export interface Filter<Head, OnHead> {
  head?(head: Head, nowMs: number): OnHead;
  data?(chunk: Chunk): Pass | Meet | Later | Split | Replace | Cut;
  /** `replace`: pieces, then the end. */
  end?(nowMs: number): Pass | Meet | Later | Replace | Cut;
  /**
   * True: the fault moves the flow in time, and never slows the flow down as long as memory for held bytes is left. Such
   * a filter never answers, cuts, splits, replaces or edits, and does not count the bytes of a body.
   */
  readonly shifts?: boolean;
}
export type RequestFilter = Filter<RequestView, Pass | Later | Edit | Reply | Cut>;
export type ResponseFilter = Filter<ResponseHead, Pass | Later | Edit | Cut>;
/** Treatment of an exchange by a fault; the exchange's state (a byte count) lives in the closure. */
export interface Treatment {
  /** Asked before any byte is read from the caller; on an exchange that the fault joins, asked at once. */
  open?(nowMs: number): Pass | Later | Cut;
  request?: RequestFilter;
  response?: ResponseFilter;
}
/** An HTTP request with the response, or a connection. */
export interface Exchange {
  /** Ordinal among the exchanges that this fault matched since going live, from 1. */
  readonly ordinal: number;
  /** null: there is no request (a connection). */
  readonly request: RequestView | null;
  /** True where a stream has no messages to keep together (TCP). */
  readonly raw: boolean;
  /** The next number in [0, 1) of this exchange's own dice. */
  roll(): number;
}
/**
 * Behaviour of a fault on an edge. Edge-wide state (a shared bucket) lives in the closure, for as long as the fault's
 * id.
 */
export interface Behaviour {
  /** Treats an exchange that begins. `nowMs`: when the exchange began. */
  begin(exchange: Exchange, nowMs: number): Treatment;
  /** Treats a connection that was already open when the fault came. Absent: the fault does not see such connections. */
  join?(exchange: Exchange, nowMs: number): Treatment;
  /**
   * Ms between fresh picks among the open connections (`reset: every`). Each pick judges a connection as if new, and
   * the drawn connections get `join`. `begin` is never called.
   */
  readonly everyMs?: number;
  /** True: an exchange that begins under the fault has met the fault by that alone. */
  readonly isMet?: boolean;
}
/** Behaviour factory of each kind; a kind without a factory does not compile. */
export type Behaviours = { readonly [K in FaultKind]: (params: FaultParams<K>) => Behaviour };

export const PASS: Pass = { do: "pass" };
export const MEET: Meet = { do: "meet" };
export const later = (atMs: number): Later => ({ do: "later", atMs });
