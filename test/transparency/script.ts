/** Script of an end of a connection: steps that `peer.py` plays, in order. */

/** Bytes of a step: text in latin1, or as many bytes of a fixed pattern. */
export type StepBytes = string | { readonly fill: number };

/** Callee: for each request the next list, the last list again and again, until the caller ends. */
export type EachStep = readonly ["each", ...StepList[]];
type StepList = readonly Step[];

export type Step =
  | readonly ["send", StepBytes]
  /** Bytes in so many pieces, with a rest of so many ms between. */
  | readonly ["pieces", StepBytes, number, number]
  /** Caller: reads the final answer with its body; `bodiless`: the answer to HEAD. */
  | readonly ["answer", "bodiless"?]
  /** Caller: waits for 100 (Continue), 250 ms at most. */
  | readonly ["continue"]
  /** Callee: reads a request; `head only` leaves the body unread, `silent` sends no 100 (Continue). */
  | readonly ["request", ("head only" | "silent")?]
  | EachStep
  | readonly ["read", number, number?]
  /** Reads to the end, so many bytes at a time, with a rest of so many ms between. */
  | readonly ["sip", number, number]
  | readonly ["echo"]
  /** Reads to the end, or for so many ms. */
  | readonly ["drain", number?]
  | readonly ["fin"]
  | readonly ["close"]
  | readonly ["reset"]
  | readonly ["sleep", number]
  /** Callee: neither reads nor writes until the caller is done. */
  | readonly ["hang"]
  /** Watches for bytes, FIN and RST for so many ms. */
  | readonly ["linger", number];

export interface CallerScript {
  /** Connections made at once, each with the same steps. */
  readonly connections?: number;
  readonly steps: readonly Step[];
}
export interface CalleeScript {
  readonly steps: readonly Step[];
  /** Most open connections; further connections get the steps `over`. */
  readonly most?: number;
  readonly over?: readonly Step[];
  readonly backlog?: number;
  /** The backlog is full when the caller connects. */
  readonly full?: boolean;
  /** Delay of the first accept, ms. */
  readonly after?: number;
  /** Longest wait of the caller for bytes, ms. */
  readonly patience?: number;
  /** The port has no listener. */
  readonly absent?: boolean;
}
