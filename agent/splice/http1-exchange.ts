/**
 * Facts of an exchange: the request head, the progress, and the outcome. A single record for each connection, used
 * again and again.
 */

import type { InFlightRequest } from "../faults/candidate.ts";
import { REQUEST_HEAD } from "../http1/head.ts";
import { ResponseHeadView } from "../http1/head-view.ts";
import type { MarkedExchange } from "../marks/marks.ts";
import type { ExhaustionCode, Outcome, WatchedExchange } from "../metrics/observer.ts";

/** A media type that has no end in sight (WHATWG HTML 9.2). */
const EVENT_STREAM = /^text\/event-stream\b/i;

export class HttpExchange implements Outcome, InFlightRequest {
  /** Ordinal among the requests of the connection, from 1. */
  ordinal = 0;
  // === request
  watched: WatchedExchange | null = null;
  marked: MarkedExchange | null = null;
  /** The request asks for the head of the answer only. */
  toHead = false;
  /** True: HTTP/1.0. */
  old = false;
  /** The caller wants to keep using this connection afterwards. */
  keepAlive = true;
  /** The request asks for another protocol. */
  upgrade = false;
  expectsContinue = false;

  // === progress
  requestDone = false;
  /** The head of the answer has gone to the caller, or as far as the faults. */
  answering = false;

  // === outcome
  treated = false;
  startedMs = 0;
  endedMs = 0;
  status = 0;
  bytesIn = 0;
  bytesOut = 0;
  end: Outcome["end"] = "clean";
  cancelled = false;
  exhaustion: ExhaustionCode | null = null;
  /** Bytes of the answer's head as written to the caller. */
  headOut = 0;
  #answer: ResponseHeadView | null = null;

  /** Takes the facts from the parsed head, before the next head is parsed. */
  start(buffer: Buffer, nowMs: number): void {
    this.ordinal++;
    this.toHead = REQUEST_HEAD.isToHead(buffer);
    this.old = REQUEST_HEAD.old;
    this.keepAlive = REQUEST_HEAD.old ? REQUEST_HEAD.keepAlive && !REQUEST_HEAD.close : !REQUEST_HEAD.close;
    this.upgrade = REQUEST_HEAD.upgrade && !REQUEST_HEAD.h2c;
    this.expectsContinue = REQUEST_HEAD.expectsContinue;
    this.requestDone = false;
    this.answering = false;
    this.treated = false;
    this.startedMs = nowMs;
    this.endedMs = 0;
    this.status = 0;
    this.bytesIn = 0;
    this.bytesOut = 0;
    this.end = "clean";
    this.cancelled = false;
    this.exhaustion = null;
    this.headOut = 0;
    this.#answer = null;
  }
  /** Notes the answer's head. Only a watch may ask for headers of the answer, so headers are kept only for a watch. */
  answered(status: number, buffer: Buffer, start: number, end: number): void {
    this.status = status;
    this.answering = true;
    this.headOut = end - start;
    if (this.watched !== null) this.#answer = new ResponseHeadView(status, buffer, start, end);
  }
  header(name: string): string | undefined {
    return this.#answer?.header(name);
  }
  get streamed(): boolean {
    return this.bytesOut > this.headOut && EVENT_STREAM.test(this.header("content-type") ?? "");
  }
}
