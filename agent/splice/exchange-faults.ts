/**
 * Faults upon a single HTTP exchange. The faults lie in file order, the first nearest the caller: requests pass the
 * list downwards, responses upwards; an answer made by a fault passes only the faults above that fault.
 *
 *   request head → `edge.admit` → ExchangeFaults → request flow → callee
 *                                                ← response flow ← callee, or an answer made here
 */

import type { RequestView } from "../../experiments/model/match/match.ts";
import type { Clock } from "../clock/clock.ts";
import type { Admission } from "../faults/admission.ts";
import type { Cut } from "../faults/behaviour.ts";
import type { EdgeFaults } from "../faults/edge-faults.ts";
import type { FaultListener, Hold } from "../faults/fault-listener.ts";
import type { Answer, HeadEdit, ResponseHead } from "../http1/message.ts";
import { type FaultFilter, Flow, type FlowSink, type FlowSource } from "./flow.ts";

export const FAULT_HEADER = "x-squall-fault";

/** Sink of the request flow: the callee's side. */
export interface RequestSink extends Omit<FlowSink<RequestView>, "answer"> {
  /**
   * A fault answers: the callee is not asked, and the rest of the request is discarded. The answer comes through the
   * response sink.
   */
  answered(): void;
}

export class ExchangeFaults implements FaultListener {
  readonly #edge: EdgeFaults;
  readonly #clock: Clock;
  #admissions: readonly Admission[];
  #request: Flow<RequestView> | null = null;
  #response: Flow<ResponseHead> | null = null;
  #requestFilters: readonly FaultFilter<RequestView>[] = [];
  #responseFilters: readonly FaultFilter<ResponseHead>[] = [];

  /**
   * `admissions`: the admissions by `edge.admit` to this exchange, at least one. Call `over()` when the exchange ends,
   * however that happens. The connection tells of changes (`FaultedConnection`): an entry of its own in the edge's set of
   * listeners, for each exchange, would be a twentieth of the cost of a delayed request.
   */
  constructor(edge: EdgeFaults, admissions: readonly Admission[], clock: Clock) {
    this.#edge = edge;
    this.#admissions = admissions;
    this.#clock = clock;
  }
  /** Has a fault really hit the exchange by now? */
  isHit(nowMs: number): boolean {
    this.countHolds(nowMs);
    return this.#admissions.some(({ hasHit }) => hasHit);
  }
  /** Names of the faults that hit the exchange, for the access log. */
  get faults(): readonly string[] {
    return this.#admissions.filter(({ hasHit }) => hasHit).map(({ fault }) => fault.order.name);
  }
  /**
   * Creates both flows at once, because an answer made in the request flow leaves through the response flow. Push the
   * caller's request into `request` and the callee's response into `response`.
   */
  flows(
    request: { readonly sink: RequestSink; readonly source: FlowSource },
    response: { readonly sink: FlowSink<ResponseHead>; readonly source: FlowSource },
  ): { readonly request: Flow<RequestView>; readonly response: Flow<ResponseHead> } {
    const requestFilters: FaultFilter<RequestView>[] = [];
    const responseFilters: FaultFilter<ResponseHead>[] = [];
    for (const admission of this.#admissions) {
      const { request: onRequest, response: onResponse } = admission.treatment;
      if (onRequest !== undefined) requestFilters.push({ admission, filter: onRequest });
      if (onResponse !== undefined) responseFilters.unshift({ admission, filter: onResponse });
    }
    this.#requestFilters = requestFilters;
    this.#responseFilters = responseFilters;
    const upwards = new Flow(responseFilters, response.sink, response.source, this.#edge.holding);
    const sink = new Downwards(request.sink, (answer, by) => this.#answer(upwards, answer, by));
    const downwards = new Flow<RequestView>(requestFilters, sink, request.source, this.#edge.holding);
    this.#request = downwards;
    this.#response = upwards;
    return { request: downwards, response: upwards };
  }
  /** Ends the admissions: the exchange has ended, or the caller has gone. */
  over(): void {
    this.#request?.dispose();
    this.#response?.dispose();
    for (const admission of this.#admissions) admission.over();
  }

  countHolds(nowMs: number): void {
    this.#request?.countHolds(nowMs);
    this.#response?.countHolds(nowMs);
  }
  faultsChanged(nowMs: number): void {
    const live = this.#edge.exchangeFaults;
    const leaving = this.#admissions.filter(({ left, fault }) => !left && !live.includes(fault));
    if (leaving.length === 0) return;
    for (const admission of leaving) admission.leave();
    const stays = <Head>({ admission }: FaultFilter<Head>) => !admission.left;
    this.#requestFilters = this.#requestFilters.filter(stays);
    this.#responseFilters = this.#responseFilters.filter(stays);
    this.#response?.rechain(this.#responseFilters, nowMs);
    this.#request?.rechain(this.#requestFilters, nowMs);
  }
  hold(): Hold {
    const wounded = this.#admissions.some((admission) => admission.wounded) ? 1 : 0;
    return { held: (this.#request?.held ?? 0) + (this.#response?.held ?? 0), wounded };
  }

  #answer(upwards: Flow<ResponseHead>, answer: Answer, by: Admission): void {
    const below = this.#admissions.indexOf(by);
    this.#responseFilters = this.#responseFilters.filter(
      ({ admission }) => this.#admissions.indexOf(admission) < below,
    );
    upwards.rechain(this.#responseFilters);
    const made = by.fault.order.stealth ? answer : withFaultHeader(answer, by.fault.order.name);
    const nowMs = this.#clock.nowMs();
    upwards.head(new LocalAnswerHead(made), nowMs);
    upwards.data(made.body, nowMs);
    upwards.end(nowMs);
  }
}

/** Sink of the request flow, which sends a fault's answer upwards. */
class Downwards implements FlowSink<RequestView> {
  readonly #sink: RequestSink;
  readonly #answer: (answer: Answer, by: Admission) => void;

  constructor(sink: RequestSink, answer: (answer: Answer, by: Admission) => void) {
    this.#sink = sink;
    this.#answer = answer;
  }
  head(head: RequestView, edit: HeadEdit | null): void {
    this.#sink.head(head, edit);
  }
  data(bytes: Uint8Array): boolean {
    return this.#sink.data(bytes);
  }
  end(): void {
    this.#sink.end();
  }
  cut(how: Cut["how"]): void {
    this.#sink.cut(how);
  }
  answer(answer: Answer, by: Admission): void {
    this.#sink.answered();
    this.#answer(answer, by);
  }
}

/** Head of an answer that a fault made. */
class LocalAnswerHead implements ResponseHead {
  readonly made: Answer;

  constructor(made: Answer) {
    this.made = made;
  }
  get status(): number {
    return this.made.status;
  }
  header(name: string): string | undefined {
    return Object.entries(this.made.headers).find(([key]) => key.toLowerCase() === name)?.[1];
  }
}

const withFaultHeader = (answer: Answer, fault: string): Answer => ({
  ...answer,
  headers: { ...answer.headers, [FAULT_HEADER]: slugOf(fault) },
});
/** Slug of a name, safe in any header: `payments is slow` → `payments-is-slow`. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, 63)
    .replace(/-$/, "") || "fault";
