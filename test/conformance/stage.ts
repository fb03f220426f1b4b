/**
 * Tools for fault tests: orders, an edge under a clock moved by hand, and sinks that record each arrival with a time.
 */

import type { EdgeOrder, FaultOrder } from "../../agent/contract/messages.ts";
import { Allotments } from "../../agent/faults/allotments.ts";
import type { Candidate } from "../../agent/faults/candidate.ts";
import { EdgeFaults } from "../../agent/faults/edge-faults.ts";
import { type Holding, holdingOf } from "../../agent/held/holding.ts";
import type { HeadEdit, ResponseHead } from "../../agent/http1/message.ts";
import { type FaultFilter, Flow, type FlowSink, type FlowSource, MOST_HELD } from "../../agent/splice/flow.ts";
import { type FaultAction, faultKinds } from "../../experiments/model/faults/index.ts";
import type { RequestView } from "../../experiments/model/match/match.ts";
import type { Protocol } from "../../experiments/model/mesh/mesh.ts";
import { asEdgeId, asFaultId, asInstance, asRunId } from "../../experiments/model/names.ts";
import { HandClock } from "../agent/hand-clock.ts";

/** A fault's action from the file form. */
export const act = (kind: keyof typeof faultKinds, params: object): FaultAction =>
  ({ kind, params: faultKinds[kind].params.parse(params) }) as FaultAction;

export const EDGE = asEdgeId("checkout->payments");
export const orderOf = (action: FaultAction, over: Partial<FaultOrder> = {}): FaultOrder => {
  const name = over.name ?? "slow payments";
  return {
    id: asFaultId(`run-1/${name}@${EDGE}`),
    run: asRunId("run-1"),
    name,
    edge: EDGE,
    endpoints: null,
    action,
    match: null,
    share: { steps: [1], eachMs: 0, by: "request" },
    pulse: null,
    seed: 42,
    stealth: false,
    shadow: false,
    notAfterMs: 60_000,
    ...over,
  };
};

export class Stage {
  readonly clock = new HandClock();
  readonly allotments = new Allotments();
  readonly holding: Holding;
  readonly edge: EdgeFaults;
  /** The lease is over from then on. */
  expiredFromMs = Number.POSITIVE_INFINITY;

  constructor(protocol: Protocol = "http", over: Partial<EdgeOrder> = {}, instance = asInstance("agent-1")) {
    const edge: EdgeOrder = {
      id: EDGE,
      listen: "127.0.0.1:0",
      protocol,
      endpoints: ["127.0.0.1:7104"],
      healthPath: "/healthz",
      ...over,
    };
    const { clock, allotments } = this;
    this.holding = holdingOf(clock);
    this.edge = new EdgeFaults(edge, {
      clock,
      allotments,
      holding: this.holding,
      instance,
      expired: (nowMs) => nowMs >= this.expiredFromMs,
    });
  }
  /** Makes exactly these orders live, each until `notAfterMs` from this moment. */
  order(...orders: readonly FaultOrder[]): void {
    const nowMs = this.clock.nowMs();
    this.edge.order(orders, ({ notAfterMs }) => nowMs + notAfterMs, nowMs);
  }
  receipt(name = "slow payments") {
    return this.edge.receipts(this.clock.nowMs()).find(({ fault }) => fault === name)!;
  }
  /** Admission of a request (or connection) on this edge. */
  admit(request: RequestView | null = post(), over: Partial<Candidate> = {}) {
    const faults = request === null ? this.edge.connectionFaults : this.edge.exchangeFaults;
    const subject = { connection: this, endpoint: "127.0.0.1:7104", request, ...over };
    return this.edge.admit(faults, subject, this.clock.nowMs());
  }
}

export const post = (path = "/charge", headers: Readonly<Record<string, string>> = {}): RequestView => ({
  method: "POST",
  path,
  query: "",
  header: (name) => headers[name],
});
export const ok: ResponseHead = { status: 200, header: () => undefined };

/** Records each part with a time: `"20 data:abc"`. */
export class Recorder<Head> implements FlowSink<Head>, FlowSource {
  readonly log: string[] = [];
  /** All bytes that arrived. */
  received = "";
  readonly #clock: HandClock;
  full = false;
  paused = false;

  constructor(clock: HandClock) {
    this.#clock = clock;
  }
  head(_head: Head, edit: HeadEdit | null): void {
    this.#note(edit === null ? "head" : `head ${JSON.stringify({ ...edit, body: edit.body && text(edit.body) })}`);
  }
  data(bytes: Uint8Array): boolean {
    this.received += Buffer.from(bytes).toString("latin1");
    this.#note(`data:${text(bytes)}`);
    return !this.full;
  }
  end(): void {
    this.#note("end");
  }
  cut(how: string): void {
    this.#note(`cut ${how}`);
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  #note(what: string): void {
    this.log.push(`${Math.round(this.#clock.nowMs() * 1_000) / 1_000} ${what}`);
  }
}

/** Long runs of a character are shortened: `x*100000`. */
export const text = (bytes: Uint8Array): string => {
  const whole = Buffer.from(bytes).toString("latin1");
  const first = whole[0] ?? "";
  return whole.length > 8 && whole === first.repeat(whole.length) ? `${first}*${whole.length}` : whole;
};

/** A single direction of a raw connection (or, with a request, of an exchange) under these faults. */
export const flowOf = (
  stage: Stage,
  way: "request" | "response",
  request: RequestView | null = null,
  { mostHeld = MOST_HELD, holding = stage.holding }: { mostHeld?: number; holding?: Holding } = {},
) => {
  const recorder = new Recorder<never>(stage.clock);
  const admissions = stage.admit(request);
  const filters = admissions.flatMap((admission): readonly FaultFilter<never>[] => {
    const side = admission.treatment[way];
    return side === undefined ? [] : [{ admission, filter: side as FaultFilter<never>["filter"] }];
  });
  const flow = new Flow<never>(
    way === "request" ? filters : filters.toReversed(),
    recorder,
    recorder,
    holding,
    mostHeld,
  );
  return { flow, recorder, log: recorder.log, admissions, filters };
};
export const bytes = (what: string) => Buffer.from(what, "latin1");
