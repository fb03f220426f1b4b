/**
 * A fault has hit when the output differs from the input, or when a part stayed in the fault for a millisecond. Every
 * kind is driven with random messages through the real flows and connections, and the receipt is compared with the
 * parts seen on both sides of the fault.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOP_BY_HOP } from "../../experiments/model/faults/hop-by-hop.ts";
import type { FaultAction, FaultKind } from "../../experiments/model/faults/index.ts";
import type { RequestView } from "../../experiments/model/match/match.ts";
import { orderOf, Stage } from "../../test/conformance/stage.ts";
import type { HeadEdit, ResponseHead } from "../http1/message.ts";
import type { Receiver, Transport } from "../transport/transport.ts";
import { ExchangeFaults, type RequestSink } from "./exchange-faults.ts";
import { type FaultedConnection, wrapConnection } from "./faulted-connection.ts";

interface Seen {
  readonly atMs: number;
  readonly what: string;
}
/** Lane at the fault, in one direction: the parts that came, the parts that left, and since when no more can leave. */
class Lane {
  readonly came: Seen[] = [];
  readonly #left: Seen[] = [];
  closedMs: number | null = null;

  get left(): readonly Seen[] {
    return this.#left;
  }
  /** Notes a part that left. Parts joined because they were due together are taken apart, as they came. */
  leaves(seen: Seen): void {
    let { what } = seen;
    for (;;) {
      const came = this.came[this.#left.length]?.what;
      if (came === undefined || !came.startsWith("data:") || !what.startsWith(came)) break;
      if (what.length === came.length || !this.#startsNext(what.slice(came.length))) break;
      this.#left.push({ ...seen, what: came });
      what = `data:${what.slice(came.length)}`;
    }
    this.#left.push({ ...seen, what });
  }
  /** Do these bytes begin with the part that came behind the next? */
  #startsNext(bytes: string): boolean {
    const next = this.came[this.#left.length + 1]?.what;
    return next?.startsWith("data:") === true && bytes.startsWith(next.slice(5));
  }

  /** `swallows`: bytes that came and never left were not held but lost. */
  isChanged(nowMs: number, swallows = false): boolean {
    const { came, left } = this;
    if (left.some(({ what, atMs }, i) => what !== came[i]?.what || isLong(came[i]!.atMs, atMs))) return true;
    return came
      .slice(left.length)
      .some(({ atMs, what }) => (swallows && what !== "end") || isLong(atMs, this.closedMs ?? nowMs));
  }
}
const isLong = (fromMs: number, toMs: number) => toMs - fromMs >= 1 - 1e-6;

// === faults
const ms = fc.constantFrom(0, 0.25, 0.5, 0.999, 1, 1.5, 3, 20);
const ways = fc.constantFrom<"both" | "request" | "response">("both", "request", "response");
const way = fc.constantFrom<"request" | "response">("request", "response");
const header = fc.constantFrom("x-a", "X-A", "x-b", "content-length", "transfer-encoding", "connection");
const edits = {
  headers: fc.dictionary(header, fc.constantFrom("1", "2", null), { maxKeys: 2 }),
  body: fc.option(fc.constantFrom("", "abcd", "abc", "xyzw"), { nil: undefined }),
};
const params: { readonly [K in FaultKind]: fc.Arbitrary<object> } = {
  latency: fc.record({
    ...{ delay: ms, jitter: ms, distribution: fc.constantFrom("uniform", "normal", "pareto") },
    at: fc.constantFrom("request", "response", "connect"),
  }),
  abort: fc.record({ status: fc.constantFrom(200, 503), body: fc.constant(""), headers: fc.constant({}) }),
  partition: fc
    .record({ how: fc.constantFrom("refuse", "reset", "blackhole", "stall"), direction: ways })
    .map(({ how, direction }) => ({ how, direction: how === "refuse" || how === "reset" ? "both" : direction })),
  reset: fc.oneof(
    fc.record({ after: ms }),
    fc.record({ after: ms, afterBytes: fc.nat(12) }),
    fc.record({ after: fc.constant(0), every: fc.constant(100) }),
  ),
  bandwidth: fc.record({
    rate: fc.constantFrom(0, 40, 2_000, 100_000),
    ...{ per: fc.constantFrom("edge", "connection"), direction: ways },
  }),
  slowClose: fc.record({ delay: ms }),
  limitBytes: fc.record({ bytes: fc.nat(12), direction: way }),
  slice: fc.record({ size: fc.integer({ min: 1, max: 6 }), variation: fc.constant(0), pause: ms, direction: ways }),
  corrupt: fc.record({ bytes: fc.constantFrom(0.01, 0.5, 1), direction: ways }),
  rewrite: fc.record({
    request: fc.record({ ...edits, path: fc.constantFrom("/charge", "/charge?a=1", "/other", undefined) }),
    response: fc.record({ ...edits, status: fc.constantFrom(200, 204, 500, undefined) }),
  }),
  throttle: fc.record({
    rate: fc.constantFrom(1, 1_000),
    ...{ burst: fc.constant(1), status: fc.constant(429), retryAfter: fc.constant(1_000) },
  }),
  // No process is struck here, so that these rest all the time.
  kill: fc.constant({ signal: "KILL", restart: 0, within: 15_000 }),
  restart: fc.constant({ grace: 10_000, within: 15_000 }),
  pause: fc.constant({}),
};
const faultOf = (kinds: readonly FaultKind[]) =>
  fc
    .constantFrom(...kinds)
    .chain((kind) => params[kind].map((given) => ({ kind, params: given }) as unknown as FaultAction));

// === messages
const gap = fc.constantFrom(0, 0, 0.3, 0.7, 1, 2, 30);
const chunk = fc.constantFrom("a", "ab", "abcd", "abcdefgh");
const end = { ends: fc.option(fc.integer({ min: 1, max: 40 }), { nil: 60_000 }) };

// === HTTP exchange
const message = fc.array(fc.tuple(gap, chunk), { maxLength: 3 });
const exchange = fc.record({
  method: fc.constantFrom("POST", "HEAD"),
  ...{ status: fc.constantFrom(200, 204), length: fc.boolean(), request: message, response: message },
  /** Steps until the caller has left. */
  steps: fc.option(fc.nat(6), { nil: 99 }),
});
type Script = typeof exchange extends fc.Arbitrary<infer T> ? T : never;

interface Wanted {
  readonly status: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}
/** Expected head after an edit, computed independently of the writer. */
const headAfter = (head: Wanted, edit: HeadEdit | null, isBodyNew: boolean): string => {
  const headers: Record<string, string> = { ...head.headers };
  for (const [name, value] of Object.entries(edit?.headers ?? {})) {
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key)) continue;
    if (value === null) delete headers[key];
    else headers[key] = value;
  }
  const path = edit?.path === undefined || edit.path.includes("?") ? (edit?.path ?? head.path) : `${edit.path}?a=1`;
  const length = isBodyNew && edit?.body !== undefined && headers["content-length"] !== undefined;
  if (length) headers["content-length"] = String(edit!.body!.length);
  return JSON.stringify([edit?.status ?? head.status, path, Object.entries(headers).sort()]);
};

/**
 * Lane with a head, and maybe a body that a fault set: then contents are compared, because the new body is framed anew.
 */
class MessageLane extends Lane {
  readonly #head: Wanted;
  readonly #hasBody: boolean;
  #body: string | null = null;
  #whole = false;
  constructor(head: Wanted, hasBody: boolean) {
    super();
    this.#head = head;
    this.#hasBody = hasBody;
  }
  headCame(nowMs: number): void {
    this.came.push({ atMs: nowMs, what: headAfter(this.#head, null, false) });
  }
  headLeft(nowMs: number, edit: HeadEdit | null): void {
    this.leaves({ atMs: nowMs, what: headAfter(this.#head, edit, this.#hasBody || this.#head.status === 0) });
    if (edit?.body !== undefined) this.#body = Buffer.from(edit.body).toString();
  }
  endCame(nowMs: number): void {
    this.came.push({ atMs: nowMs, what: "end" });
    this.#whole = true;
  }
  override isChanged(nowMs: number): boolean {
    if (this.#body === null) return super.isChanged(nowMs);
    if (this.left[0]!.what !== this.came[0]!.what || this.left.at(-1)!.what === "cut") return true;
    const content = this.came.map(({ what }) => (what.startsWith("data:") ? what.slice(5) : "")).join("");
    if (this.#whole) return content !== this.#body;
    return !this.#body.startsWith(content) || this.closedMs !== null;
  }
}

const play = (stage: Stage, script: Script, untilDropped: () => void): boolean => {
  const { clock } = stage;
  const nowMs = () => clock.nowMs();
  const hasBody = script.method !== "HEAD" && script.status !== 204;
  const body = hasBody ? script.response : [];
  const size = script.response.reduce((sum, [, what]) => sum + what.length, 0);
  const view: RequestView = {
    method: script.method,
    ...{ path: "/charge", query: "a=1", header: (name) => (name === "x-a" ? "1" : undefined) },
  };
  const answerHeaders: Record<string, string> = { "x-a": "1", ...(script.length && { "content-length": `${size}` }) };
  const answer: ResponseHead = { status: script.status, header: (name) => answerHeaders[name] };
  const up = new MessageLane({ status: 0, path: "/charge?a=1", headers: { "x-a": "1" } }, true);
  const down = new MessageLane({ status: script.status, path: "", headers: answerHeaders }, script.status !== 204);
  let answered = false;
  let isOver = false;
  const sinkOf = (lane: MessageLane) => ({
    head: (_: unknown, edit: HeadEdit | null) => lane.headLeft(nowMs(), edit),
    data: (bytes: Uint8Array) => {
      lane.leaves({ atMs: nowMs(), what: `data:${Buffer.from(bytes)}` });
      return true;
    },
    end: () => void lane.leaves({ atMs: nowMs(), what: "end" }),
    cut: () => {
      lane.leaves({ atMs: nowMs(), what: "cut" });
      over();
    },
  });
  const source = { pause() {}, resume() {} };
  const treated = new ExchangeFaults(stage.edge, stage.admit(view), clock);
  // In an agent the connection tells the exchange of changes.
  stage.edge.open.add(treated);
  const over = () => {
    isOver = true;
    up.closedMs ??= nowMs();
    down.closedMs ??= nowMs();
    treated.over();
    stage.edge.open.delete(treated);
  };
  const sink: RequestSink = {
    ...sinkOf(up),
    answered: () => {
      answered = true;
      up.closedMs = nowMs();
    },
  };
  const flows = treated.flows({ sink, source }, { sink: sinkOf(down), source });
  const steps: (() => void)[] = [];
  const put = (lane: MessageLane, flow: () => { data(bytes: Buffer): boolean }, [after, what]: [number, string]) => {
    steps.push(() => {
      clock.advance(after);
      if (isOver || (answered && lane === up) || (answered && lane === down)) return;
      lane.came.push({ atMs: nowMs(), what: `data:${what}` });
      flow().data(Buffer.from(what));
    });
  };
  const once = (lane: MessageLane, then: () => void) =>
    steps.push(() => {
      if (!isOver && !answered && lane.closedMs === null) then();
    });
  once(up, () => {
    up.headCame(nowMs());
    flows.request.head(view);
  });
  for (const part of script.request) put(up, () => flows.request, part);
  once(up, () => {
    up.endCame(nowMs());
    flows.request.end();
  });
  once(down, () => {
    down.headCame(nowMs());
    flows.response.head(answer);
  });
  for (const part of body) put(down, () => flows.response, part);
  once(down, () => {
    down.endCame(nowMs());
    flows.response.end();
  });
  for (const [i, step] of steps.entries()) {
    if (i === script.steps) over();
    step();
    untilDropped();
  }
  clock.advance(50);
  untilDropped();
  const changed = answered || up.isChanged(nowMs()) || down.isChanged(nowMs());
  expect(treated.isHit(nowMs())).toBe(changed);
  over();
  return changed;
};

// === connection
/** Both ends of a connection, with the parts that each end received and when. */
class Ends implements Transport {
  readonly stage: Stage;
  readonly opening = new Lane();
  readonly up = new Lane();
  readonly down = new Lane();
  readonly pending = 0;
  readonly addresses = null;
  keepAlive(): void {}
  readonly isPeerThere = true;
  connection!: FaultedConnection;
  receiver!: Receiver;
  reading = false;
  isGone = false;

  constructor(stage: Stage) {
    this.stage = stage;
    this.opening.came.push({ atMs: this.nowMs, what: "open" });
    const owner: Receiver = {
      opened: () => {
        this.opening.leaves({ atMs: this.nowMs, what: "open" });
        this.connection.resume();
      },
      bytes: (buffer, end) => this.#leaves(this.up, `data:${buffer.subarray(0, end)}`),
      ended: () => this.#leaves(this.up, "end"),
      drained: () => {},
      closed: () => {},
    };
    this.receiver = wrapConnection(
      { edge: stage.edge, clock: stage.clock, endpoint: "127.0.0.1:7104" },
      this,
      (connection) => {
        this.connection = connection;
        return owner;
      },
    );
  }
  get nowMs(): number {
    return this.stage.clock.nowMs();
  }
  get lanes(): readonly Lane[] {
    return [this.opening, this.up, this.down];
  }
  #leaves(lane: Lane, what: string): void {
    lane.leaves({ atMs: this.nowMs, what });
  }
  #comes(lane: Lane, what: string): void {
    lane.came.push({ atMs: this.nowMs, what });
  }
  /** FIN has come; no part follows FIN. */
  get #hasEnded(): boolean {
    return this.up.came.at(-1)?.what === "end";
  }
  says(what: string): void {
    if (!this.reading || this.isGone || this.up.closedMs !== null || this.#hasEnded) return;
    this.#comes(this.up, `data:${what}`);
    this.receiver.bytes(Buffer.from(what), what.length);
  }
  says_end(): void {
    if (!this.reading || this.isGone || this.up.closedMs !== null || this.#hasEnded) return;
    this.#comes(this.up, "end");
    this.receiver.ended();
  }
  answers(what: string): void {
    if (this.isGone || this.opening.left.length === 0 || this.down.came.at(-1)?.what === "end") return;
    this.#comes(this.down, `data:${what}`);
    this.connection.write(Buffer.from(what), 0, what.length);
  }
  answersEnd(how: "finish" | "close"): void {
    if (this.isGone || this.opening.left.length === 0) return;
    if (this.down.came.at(-1)?.what !== "end") this.#comes(this.down, "end");
    if (how === "close") this.up.closedMs ??= this.nowMs;
    this.connection[how]();
  }
  gone(): void {
    if (this.isGone) return;
    this.isGone = true;
    for (const lane of this.lanes) lane.closedMs ??= this.nowMs;
    this.receiver.closed(null);
  }

  write(buffer: Buffer, start: number, end: number): boolean {
    this.#leaves(this.down, `data:${buffer.subarray(start, end)}`);
    return true;
  }
  writeCopy(bytes: Uint8Array): boolean {
    return this.write(Buffer.from(bytes), 0, bytes.length);
  }
  pause(): void {
    this.reading = false;
  }
  resume(): void {
    this.reading = true;
  }
  finish(): void {
    this.#leaves(this.down, "end");
  }
  close(): void {
    // After our own earlier FIN, a close shows the caller no new part.
    if (this.down.left.at(-1)?.what !== "end") this.#leaves(this.down, "end");
  }
  reset(): void {
    this.#leaves(this.down, "rst");
  }
}
const word = fc.tuple(
  gap,
  fc.oneof(
    fc.record({ by: fc.constantFrom("caller", "callee"), what: chunk }),
    fc.constantFrom("caller ends", "callee finishes", "callee closes", "caller goes"),
  ),
);
const speak = (ends: Ends, what: (typeof word extends fc.Arbitrary<infer T> ? T : never)[1]): void => {
  if (what === "caller ends") ends.says_end();
  else if (what === "callee finishes") ends.answersEnd("finish");
  else if (what === "callee closes") ends.answersEnd("close");
  else if (what === "caller goes") ends.gone();
  else if (typeof what === "object") {
    if (what.by === "caller") ends.says(what.what);
    else ends.answers(what.what);
  }
};

/** Drops the fault in the step that reaches the fault's end. */
const dropping = (stage: Stage, endsMs: number, isRemoved: boolean) => () => {
  if (isRemoved && stage.clock.nowMs() >= endsMs) stage.order();
};
const injected = (stage: Stage) => stage.receipt("fault").injected;

describe("a receipt counts as hit exactly what its fault changed or held for a millisecond", () => {
  const http = faultOf(["latency", "abort", "bandwidth", "limitBytes", "slice", "corrupt", "rewrite", "throttle"]);
  it("of HTTP exchanges", () => {
    const seen = new Map<string, Set<boolean>>();
    const property = fc.property(
      http.filter(({ kind, params }) => !(kind === "latency" && params.at === "connect")),
      fc.array(exchange, { minLength: 1, maxLength: 3 }),
      fc.record({ ...end, isRemoved: fc.boolean() }),
      (action, scripts, { ends, isRemoved }) => {
        const stage = new Stage("http");
        stage.order(orderOf(action, { name: "fault", notAfterMs: isRemoved ? 60_000 : ends }));
        const changed = scripts.filter((script) => play(stage, script, dropping(stage, ends, isRemoved))).length;
        const known = seen.get(action.kind) ?? new Set();
        seen.set(action.kind, known.add(changed > 0));
        expect(injected(stage)).toBe(changed);
        // An exchange that a fault left without a hit is given back, however late the exchange learned of the change.
        expect(stage.edge.open.size).toBe(0);
      },
    );
    fc.assert(property, { numRuns: 3_000 });
    for (const [kind, known] of seen) expect([kind, known.size]).toEqual([kind, 2]);
  });
  it("of connections", () => {
    const kinds = [
      "latency",
      "partition",
      "reset",
      "bandwidth",
      "slowClose",
      "limitBytes",
      "slice",
      "corrupt",
    ] as const;
    const seen = new Map<string, Set<boolean>>();
    const property = fc.property(
      faultOf(kinds),
      fc.array(word, { maxLength: 8 }),
      fc.record({ ...end, isRemoved: fc.boolean(), joins: fc.boolean() }),
      (action, words, { ends: endsMs, isRemoved, joins }) => {
        const stage = new Stage("tcp");
        const order = orderOf(action, { name: "fault", notAfterMs: isRemoved ? 60_000 : endsMs });
        const drop = dropping(stage, endsMs, isRemoved);
        if (!joins) stage.order(order);
        const ends = new Ends(stage);
        if (joins) stage.order(order);
        for (const [after, what] of words) {
          stage.clock.advance(after);
          speak(ends, what);
          drop();
        }
        stage.clock.advance(50);
        drop();
        const swallows =
          action.kind === "limitBytes" || (action.kind === "partition" && action.params.how === "blackhole");
        const changed = ends.lanes.some((lane) => lane.isChanged(stage.clock.nowMs(), swallows));
        expect(injected(stage)).toBe(changed ? 1 : 0);
        const known = seen.get(action.kind) ?? new Set();
        seen.set(action.kind, known.add(changed));
      },
    );
    fc.assert(property, { numRuns: 3_000 });
    for (const kind of kinds) expect([kind, seen.get(kind)?.size]).toEqual([kind, 2]);
  });
});
