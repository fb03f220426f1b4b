/**
 * The faults upon one HTTP exchange. They lie in file order, the first nearest the caller: requests pass the list downwards,
 * responses upwards; an answer made by one fault passes only those above it.
 *
 *   request head → `edge.admit` → Treated → request flow → callee
 *                                         ← response flow ← callee, or an answer made here
 */
import type { RequestView } from "../../experiments/model/match.ts";
import type { Clock } from "../clock.ts";
import type { EdgeFaults } from "../edge.ts";
import type { Admission } from "../faults/admission.ts";
import type { Answer, ResponseHead } from "../faults/behaviour.ts";
import type { Hold, Witness } from "../faults/fault-listener.ts";
import { Flow, type Link, type Sink, type Source } from "./flow.ts";

export const FAULT_HEADER = "x-squall-fault";

/** Where the request goes. */
export interface RequestSink extends Omit<Sink<RequestView>, "answer"> {
  /** A fault answers: the callee is not asked, what is left of the request leads nowhere. The answer comes through the response sink. */
  answered(): void;
}

export class Treated implements Witness {
  readonly #edge: EdgeFaults;
  readonly #clock: Clock;
  #admissions: readonly Admission[];
  #request: Flow<RequestView> | null = null;
  #response: Flow<ResponseHead> | null = null;
  #requestLinks: readonly Link<RequestView>[] = [];
  #responseLinks: readonly Link<ResponseHead>[] = [];

  /** `admissions`: what `edge.admit` let loose on this exchange, at least one. Call `over()` at its end, whatever the end. */
  constructor(edge: EdgeFaults, admissions: readonly Admission[], clock: Clock) {
    this.#edge = edge;
    this.#admissions = admissions;
    this.#clock = clock;
    edge.open.add(this);
  }
  /** A fault really did something to it by now. */
  isHit(nowMs: number): boolean {
    this.countHolds(nowMs);
    return this.#admissions.some(({ touched }) => touched);
  }
  /** Names of the faults that did, for the access log. */
  get faults(): readonly string[] {
    return this.#admissions.filter(({ touched }) => touched).map(({ fault }) => fault.order.name);
  }
  /**
   * Both directions at once, because an answer made in one leaves through the other. Push the caller's request into
   * `request` and the callee's response into `response`.
   */
  flows(
    request: { readonly sink: RequestSink; readonly source: Source },
    response: { readonly sink: Sink<ResponseHead>; readonly source: Source },
  ): { readonly request: Flow<RequestView>; readonly response: Flow<ResponseHead> } {
    this.#requestLinks = this.#admissions.flatMap((admission) => {
      const stage = admission.treatment.request;
      return stage === undefined ? [] : [{ admission, stage }];
    });
    this.#responseLinks = this.#admissions.toReversed().flatMap((admission) => {
      const stage = admission.treatment.response;
      return stage === undefined ? [] : [{ admission, stage }];
    });
    const { sink } = request;
    const upwards = new Flow(this.#responseLinks, response.sink, response.source, this.#clock);
    const downwards = new Flow<RequestView>(
      this.#requestLinks,
      {
        head: (head, edit) => sink.head(head, edit),
        data: (bytes) => sink.data(bytes),
        end: () => sink.end(),
        cut: (how) => sink.cut(how),
        answer: (answer, by) => {
          sink.answered();
          this.#answer(upwards, answer, by);
        },
      },
      request.source,
      this.#clock,
    );
    this.#request = downwards;
    this.#response = upwards;
    return { request: downwards, response: upwards };
  }
  /** The exchange has ended, or its caller has gone. */
  over(): void {
    this.#edge.open.delete(this);
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
    const stays = <Head>({ admission }: Link<Head>) => !admission.left;
    this.#requestLinks = this.#requestLinks.filter(stays);
    this.#responseLinks = this.#responseLinks.filter(stays);
    this.#response?.rechain(this.#responseLinks, nowMs);
    this.#request?.rechain(this.#requestLinks, nowMs);
  }
  hold(): Hold {
    const wounded = this.#admissions.some((admission) => admission.wounded) ? 1 : 0;
    return { held: (this.#request?.held ?? 0) + (this.#response?.held ?? 0), wounded };
  }

  #answer(upwards: Flow<ResponseHead>, answer: Answer, by: Admission): void {
    const below = this.#admissions.indexOf(by);
    this.#responseLinks = this.#responseLinks.filter(({ admission }) => this.#admissions.indexOf(admission) < below);
    upwards.rechain(this.#responseLinks);
    const made = by.fault.order.stealth ? answer : marked(answer, by.fault.order.name);
    const nowMs = this.#clock.nowMs();
    upwards.head(new MadeHead(made), nowMs);
    upwards.data(made.body, nowMs);
    upwards.end(nowMs);
  }
}

/** The head of an answer that a fault made. */
class MadeHead implements ResponseHead {
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

const marked = (answer: Answer, fault: string): Answer => ({
  ...answer,
  headers: { ...answer.headers, [FAULT_HEADER]: slugOf(fault) },
});
/** Safe in any header: `payments is slow` → `payments-is-slow`. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, 63)
    .replace(/-$/, "") || "fault";
