import type { FaultParams } from "../../experiments/model/faults/index.ts";
import type { RequestView } from "../../experiments/model/match/match.ts";
import type { ResponseHead } from "../http1/message.ts";
import { type Behaviours, type Chunk, type Exchange, type Later, later, type Treatment } from "./behaviour.ts";
import { messageClassOf } from "./message-class.ts";

type Params = FaultParams<"latency">;
type Point = { readonly at: number; readonly ms: number };

/** Tail of `pareto`: the added time has a mean of half the scale and a finite variance. */
const PARETO_SHAPE = 3;

/**
 * Latency shifts in time. A message is moved as a whole: a single draw, and what comes before the head is due leaves
 * with the head; the rest follows as it comes. A stream over HTTP shifts each part by the exchange's draw; a stream
 * without messages (TCP) draws for each part.
 */
export const latency: Behaviours["latency"] = (params) => {
  if (params.at === "connect") return { begin: ({ roll }) => ({ open: (nowMs) => later(nowMs + draw(params, roll)) }) };
  const late = ({ raw, roll }: Exchange): Treatment => {
    const filter = raw ? shiftBytes(() => draw(params, roll)) : new MessageShift(draw(params, roll));
    return params.at === "request" ? { request: filter } : { response: filter };
  };
  return { begin: late, join: late };
};

const shiftBytes = (delayMs: () => number) => ({
  shifts: true,
  data: ({ atMs }: Chunk) => later(atMs + delayMs()),
  end: (nowMs: number) => later(nowMs + delayMs()),
});
/**
 * Shift of an HTTP message. What comes together with the head is due with the head in either class: the class is looked
 * up in the header of a message that comes in several reads, and in no other.
 */
class MessageShift {
  readonly shifts = true;
  readonly #delayMs: number;
  /** Head of the message, and the times at which it came and is due; null: a head that passed before. */
  #head: RequestView | ResponseHead | null = null;
  #cameMs = 0;
  #due: Later = later(0);
  #isMessage: boolean | null = null;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }
  head(head: RequestView | ResponseHead, nowMs: number): Later {
    this.#head = head;
    this.#cameMs = nowMs;
    this.#due = later(nowMs + this.#delayMs);
    return this.#due;
  }
  data({ atMs }: Chunk): Later {
    return this.#shift(atMs);
  }
  end(nowMs: number): Later {
    return this.#shift(nowMs);
  }
  #shift(nowMs: number): Later {
    if (this.#head === null) return later(nowMs + this.#delayMs);
    if (nowMs === this.#cameMs) return this.#due;
    this.#isMessage ??= messageClassOf(this.#head) === "message";
    return later(this.#isMessage ? Math.max(nowMs, this.#due.atMs) : nowMs + this.#delayMs);
  }
}

/** Draws a delay in ms, never below 0. */
const draw = (params: Params, roll: () => number): number => Math.max(0, spread(params, roll));
const spread = (params: Params, roll: () => number): number => {
  if ("percentiles" in params) return quantile(params.percentiles, roll());
  const { delay, jitter, distribution } = params;
  if (jitter === 0) return delay;
  switch (distribution) {
    case "uniform":
      return delay + (roll() * 2 - 1) * jitter;
    case "normal":
      // Box and Muller 1958; 1 - u keeps the logarithm finite.
      return delay + jitter * Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
    case "pareto":
      return delay + jitter * ((1 - roll()) ** (-1 / PARETO_SHAPE) - 1);
  }
};
/** Quantile by linear interpolation between two measured points; beyond the measured points, the nearest. */
const quantile = (points: readonly Point[], u: number): number => {
  const above = points.findIndex(({ at }) => at >= u);
  if (above < 0) return points.at(-1)!.ms;
  const high = points[above]!;
  if (above === 0) return high.ms;
  const low = points[above - 1]!;
  return low.ms + ((u - low.at) / (high.at - low.at)) * (high.ms - low.ms);
};
