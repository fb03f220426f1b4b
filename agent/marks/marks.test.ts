import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asEdgeId, asFaultId, asRunId } from "../../experiments/model/names.ts";
import { keyOf, markOf } from "../../experiments/model/probes/mark.ts";
import { chance } from "../../experiments/model/statistics/random.ts";
import { act, orderOf, Stage } from "../../test/conformance/stage.ts";
import { LIMITS } from "../contract/limits.ts";
import type { MarkedFault, MarkOrder, MarkReports } from "../contract/messages.ts";
import { toServer } from "../contract/schemas/to-server.ts";
import { decodeSightings } from "../contract/sightings.ts";
import { REQUEST_HEAD } from "../http1/head.ts";
import { RequestHeadView } from "../http1/head-view.ts";
import { type MarkedExchange, Marks } from "./marks.ts";

const KEY = "00112233445566778899aabbccddeeff";
const TAG = 7;
const EDGE = asEdgeId("checkout->payments");
const FAULT = asFaultId(`run-1/slow payments@${EDGE}`);
const markedFault = (over: Partial<MarkedFault> = {}): MarkedFault => ({
  ...{ id: FAULT, edge: EDGE, match: null, endpoints: null },
  ...over,
});
const asks = (over: Partial<MarkOrder> = {}): MarkOrder => ({
  ...{ run: asRunId("run-1"), key: KEY, tag: TAG, faults: [markedFault()] },
  ...over,
});

/** Marked exchange that begins with a request of this sample; `tag` of another run: no mark. */
const find = (marks: Marks, number: number, nowMs: number, { expectation = 0, tag = TAG, path = "/charge" } = {}) => {
  const mark = markOf(keyOf(KEY)!, { tag, expectation, number });
  const head = Buffer.from(`POST ${path} HTTP/1.1\r\nhost: a\r\ntracestate: squall=${mark}\r\n\r\n`);
  const end = REQUEST_HEAD.parse(head, 0, head.length);
  const view = new RequestHeadView().look(head, REQUEST_HEAD, end);
  view.keep();
  return { marked: marks.on(EDGE)?.find(head, REQUEST_HEAD, nowMs) ?? null, view };
};
const see = (marked: MarkedExchange): MarkedExchange => {
  for (const log of marked.faults) marked.seen(log);
  return marked;
};

/** A server that unites the reports of pulses: the earliest time of each sample, seen and hit. */
class Union {
  readonly seen = new Map<number, number>();
  readonly hit = new Map<number, number>();

  take({ sentMs, reports }: MarkReports): void {
    for (const { coded } of reports)
      for (const { number, ageMs, hit } of decodeSightings(Buffer.from(coded, "base64"))!) {
        const known = hit ? this.hit : this.seen;
        known.set(number, Math.min(known.get(number) ?? Number.POSITIVE_INFINITY, sentMs - ageMs));
      }
  }
}

describe("exchanges without a mark", () => {
  const told = (reports: MarkReports["reports"]) =>
    reports
      .flatMap(({ coded }) => decodeSightings(Buffer.from(coded, "base64"))!)
      .map(({ number, ageMs }) => [number, ageMs]);
  it("are told with their times, numbered as they come, until the server has noted them", () => {
    const marks = new Marks();
    marks.list([asks()]);
    for (const log of marks.on(EDGE)!.openLogs) {
      log.seeUnmarked(100);
      log.seeUnmarked(130);
    }
    const first = marks.report(1, 200)!;
    expect(told(first.reports)).toEqual([
      [0, 100],
      [1, 70],
    ]);
    expect(first.more).toBeUndefined();
    expect(told(marks.report(2, 300)!.reports)).toEqual([
      [0, 200],
      [1, 170],
    ]);
    marks.noted(1);
    expect(marks.report(3, 400)!.reports).toEqual([]);
  });
  it("are no longer noted once too many are untold, and take no room from marks", () => {
    const marks = new Marks();
    marks.list([asks()]);
    for (let i = 0; i < 10_000; i++) for (const log of marks.on(EDGE)!.openLogs) log.seeUnmarked(i);
    expect(marks.on(EDGE)!.openLogs).toEqual([]);
    see(find(marks, 7, 10_000).marked!);
    const { reports, more } = marks.report(1, 10_000)!;
    expect(decodeSightings(Buffer.from(reports[0]!.coded, "base64"))).toMatchObject([{ expectation: 0, number: 7 }]);
    expect(told(reports.slice(1))).toHaveLength(500);
    expect(more).toBeUndefined();
  });
});

describe("marks that an agent tells", () => {
  it("reach the server whatever pulses are lost, repeated, overtaken or never noted", () => {
    type Step =
      | { readonly do: "see"; readonly number: number }
      | { readonly do: "hit"; readonly number: number }
      | { readonly do: "pulse"; readonly fate: string };
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ do: fc.constant("see" as const), number: fc.nat(12) }),
      fc.record({ do: fc.constant("hit" as const), number: fc.nat(12) }),
      fc.record({
        do: fc.constant("pulse" as const),
        fate: fc.constantFrom("noted", "lost", "not noted", "late", "twice"),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const marks = new Marks();
        marks.list([asks()]);
        const server = new Union();
        const truth = new Union();
        const exchanges: { readonly marked: MarkedExchange; readonly atMs: number }[] = [];
        const late: (readonly [number, MarkReports])[] = [];
        let [nowMs, n] = [0, 0];
        const arrive = (pulse: number, report: MarkReports) => {
          server.take(report);
          marks.noted(pulse);
        };
        for (const each of steps) {
          nowMs += 3;
          if (each.do === "see") {
            exchanges.push({ marked: see(find(marks, each.number, nowMs).marked!), atMs: nowMs });
            truth.seen.set(each.number, Math.min(truth.seen.get(each.number) ?? nowMs, nowMs));
          } else if (each.do === "hit") {
            const exchange = exchanges[each.number % Math.max(1, exchanges.length)];
            if (exchange === undefined) continue;
            const { marked, atMs } = exchange;
            marked.hit(FAULT);
            truth.hit.set(marked.number, Math.min(truth.hit.get(marked.number) ?? atMs, atMs));
          } else {
            const report = marks.report(++n, nowMs)!;
            if (each.fate === "late") late.push([n, report]);
            if (each.fate === "not noted" || each.fate === "twice") server.take(report);
            if (each.fate === "noted" || each.fate === "twice") arrive(n, report);
          }
        }
        for (const [pulse, report] of late.reverse()) arrive(pulse, report);
        arrive(n + 1, marks.report(n + 1, nowMs)!);
        expect(server.hit).toEqual(truth.hit);
        // A hit sample was also seen.
        const { seen, hit } = server;
        for (const [number, atMs] of truth.seen)
          expect(Math.min(seen.get(number) ?? Infinity, hit.get(number) ?? Infinity)).toBe(atMs);
        // The server has noted all sightings: none is reported again.
        expect(marks.report(n + 2, nowMs)!.reports).toEqual([]);
      }),
    );
  });
  it("are told again when an exchange is hit after it was told as seen, and as the earliest that was hit", () => {
    const marks = new Marks();
    marks.list([asks()]);
    const server = new Union();
    const [first, second] = [see(find(marks, 5, 100).marked!), see(find(marks, 5, 140).marked!)];
    server.take(marks.report(1, 200)!);
    marks.noted(1);
    second.hit(FAULT);
    server.take(marks.report(2, 300)!);
    marks.noted(2);
    first.hit(FAULT);
    second.hit(FAULT);
    server.take(marks.report(3, 400)!);
    expect([server.seen, server.hit]).toEqual([new Map([[5, 100]]), new Map([[5, 100]])]);
  });
  it("of one exchange that is seen and hit between two pulses take one word", () => {
    const marks = new Marks();
    marks.list([asks()]);
    see(find(marks, 5, 100).marked!).hit(FAULT);
    const [report] = marks.report(1, 200)!.reports;
    expect(decodeSightings(Buffer.from(report!.coded, "base64"))).toEqual([
      { expectation: 0, number: 5, ageMs: 100, hit: true },
    ]);
  });
  it("fit into what a pulse may hold; the rest follows, and beyond 64 KiB a run only a lower bound is known", () => {
    const marks = new Marks();
    marks.list([asks()]);
    for (let number = 0; number < 25_000; number++) see(find(marks, number, number / 50).marked!);
    const server = new Union();
    let [n, report] = [0, marks.report(0, 2_000)!];
    for (; n < 100; report = marks.report(++n, 2_000)!) {
      const table = { epoch: 1, gen: 1 };
      const rest = { remains: { live: 0, held: 0, wounded: 0, external: 0 }, receipts: [], watches: [], edges: [] };
      const pulse = { type: "pulse", session: "s", n: n + 1, table, ...rest, marks: report };
      expect(toServer.safeParse(pulse).error).toBeUndefined();
      server.take(report);
      marks.noted(n);
      if (report.more === undefined) break;
    }
    expect(n).toBeGreaterThan(5);
    expect(server.seen.size).toBe(Math.floor(65_536 / 3));
    expect(report.reports[0]!.atLeast).toBe(true);
    expect(marks.report(++n, 2_000)!.reports).toEqual([{ fault: FAULT, coded: "", atLeast: true }]);
  });
  it("are looked for only on edges that a run asks for, and only its own", () => {
    const marks = new Marks();
    expect([marks.on(EDGE), marks.report(1, 0)]).toEqual([null, null]);
    marks.list([asks()]);
    expect([marks.on(asEdgeId("a->b")), find(marks, 1, 0, { tag: 8 }).marked]).toEqual([null, null]);
    expect(find(marks, 1, 0).marked).toMatchObject({ run: "run-1", expectation: 0, number: 1 });
    marks.list([]);
    expect([marks.on(EDGE), marks.report(2, 0)]).toEqual([null, null]);
  });
  it("go on being told when another run asks too, and no order that cannot be honoured changes anything", () => {
    const marks = new Marks();
    marks.list([asks()]);
    see(find(marks, 1, 0).marked!);
    marks.list([asks({ run: asRunId("run-2"), tag: 9 }), asks()]);
    expect(marks.report(1, 5)!.reports.map(({ fault }) => fault)).toEqual([FAULT]);
    expect(() => marks.list([asks({ run: asRunId("run-3"), key: "no key" })])).toThrow("run-3");
    expect(find(marks, 1, 0, { tag: 9 }).marked).toMatchObject({ run: "run-2" });
  });
});

describe("a hostile pulse", () => {
  const pulse = (marks: unknown) => ({
    ...{ type: "pulse", session: "s", n: 1, table: { epoch: 1, gen: 1 }, receipts: [], watches: [], edges: [] },
    ...{ remains: { live: 0, held: 0, wounded: 0, external: 0 }, marks },
  });
  it.each([
    ["one report too long", { sentMs: 1, reports: [{ fault: FAULT, coded: "A".repeat(LIMITS.marksLength + 1) }] }],
    ["reports too long together", { sentMs: 1, reports: new Array(50).fill({ fault: FAULT, coded: "A".repeat(200) }) }],
    ["too many reports", { sentMs: 1, reports: new Array(LIMITS.markReports + 1).fill({ fault: FAULT, coded: "" }) }],
    ["a time that is none", { sentMs: -1, reports: [] }],
    ["another key", { sentMs: 1, reports: [], all: true }],
  ])("with %s is refused", (_, marks) => {
    expect(toServer.safeParse(pulse(marks)).success).toBe(false);
  });
});

describe("an exchange that a probe sent or caused", () => {
  const ask = (stage: Stage, fault: Partial<MarkedFault> = {}) => {
    const marks = new Marks();
    marks.list([asks({ faults: [markedFault(fault)] })]);
    stage.edge.marks = marks.on(EDGE);
    return marks;
  };
  const send = (stage: Stage, marks: Marks, number: number, path?: string) => {
    const { marked, view } = find(marks, number, stage.clock.nowMs(), path === undefined ? {} : { path });
    stage.edge.noteMarked(marked!, { connection: stage, endpoint: "127.0.0.1:7104", request: view, marked });
    return stage.admit(view, { marked });
  };
  const told = (marks: Marks) =>
    marks
      .report(1, 0)!
      .reports.flatMap(({ coded }) =>
        decodeSightings(Buffer.from(coded, "base64"))!.map(({ number, hit }) => `${number}${hit ? " hit" : ""}`),
      );

  it("is seen by a fault that is not live yet, so that the baseline tells who reaches the edge", () => {
    const stage = new Stage();
    const marks = ask(stage);
    expect(send(stage, marks, 3)).toEqual([]);
    expect(told(marks)).toEqual(["3"]);
  });
  it("is seen only if the fault means it", () => {
    const stage = new Stage();
    const marks = ask(stage, { match: { path: "/charge" } });
    send(stage, marks, 1, "/refund");
    send(stage, marks, 2, "/charge");
    const elsewhere = ask(stage, { endpoints: ["127.0.0.1:9"] });
    send(stage, elsewhere, 3);
    const health = ask(stage);
    send(stage, health, 4, "/healthz");
    expect([told(marks), told(elsewhere), told(health)]).toEqual([["2"], [], []]);
  });
  it("is hit when the fault that was let loose on it did something", () => {
    const stage = new Stage();
    const marks = ask(stage);
    stage.order(orderOf(act("abort", { status: 503 })));
    send(stage, marks, 1);
    for (const admission of send(stage, marks, 2)) admission.hit(0);
    expect(told(marks)).toEqual(["1", "2 hit"]);
    for (const admission of stage.admit()) admission.hit(0);
    expect(stage.receipt()).toMatchObject({ injected: 2, markedHits: 1 });
  });
  it("draws by its number where the share is by trace, so that a seed hits the same samples in each run", () => {
    const hits = (key: string) => {
      const stage = new Stage();
      const marks = new Marks();
      marks.list([asks({ key })]);
      stage.edge.marks = marks.on(EDGE);
      stage.order(orderOf(act("abort", { status: 503 }), { share: { steps: [0.5], eachMs: 0, by: "trace" } }));
      return Array.from({ length: 50 }, (_, number) => {
        const mark = markOf(keyOf(key)!, { tag: TAG, expectation: 2, number });
        const head = Buffer.from(
          `GET / HTTP/1.1\r\nhost: a\r\ntraceparent: 00-${"a".repeat(16)}${mark}-${"b".repeat(16)}-00\r\n\r\n`,
        );
        const end = REQUEST_HEAD.parse(head, 0, head.length);
        const marked = stage.edge.marks!.find(head, REQUEST_HEAD, 0)!;
        return stage.admit(new RequestHeadView().look(head, REQUEST_HEAD, end), { marked }).length;
      });
    };
    const first = hits(KEY);
    expect(hits("ffeeddccbbaa99887766554433221100")).toEqual(first);
    const count = first.reduce((sum, one) => sum + one, 0);
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(40);
  });
  describe("under a share by request", () => {
    const half = orderOf(act("abort", { status: 503 }), { share: { steps: [0.5], eachMs: 0, by: "request" } });
    /**
     * Draws for the first and the second exchange of each sample, with `others` exchanges of other clients before each
     * sample.
     */
    const drawn = (others: number) => {
      const stage = new Stage();
      const marks = ask(stage);
      stage.order(half);
      return Array.from({ length: 60 }, (_, number) => {
        for (let i = 0; i < others; i++) stage.admit();
        return [send(stage, marks, number).length, send(stage, marks, number).length];
      });
    };
    it("is drawn by its sample and count, so that a seed hits the same samples whatever else passes", () => {
      expect(drawn(3)).toEqual(drawn(0));
      const keyed = (number: number, count: number) =>
        chance(half.seed, half.name, EDGE, "agent-1", `squall 0 ${number} ${count}`) < 0.5 ? 1 : 0;
      expect(drawn(0)).toEqual(Array.from({ length: 60 }, (_, number) => [keyed(number, 0), keyed(number, 1)]));
    });
    it("is drawn anew for each exchange of its sample: a retry has its own chance", () => {
      const pairs = drawn(0).map(([first, second]) => `${first}${second}`);
      for (const pair of ["00", "01", "10", "11"])
        expect(pairs.filter((one) => one === pair).length).toBeGreaterThan(5);
    });
    it("leaves the draws of other exchanges to their ordinals", () => {
      const stage = new Stage();
      stage.order(half);
      const hits = Array.from({ length: 60 }, () => stage.admit().length);
      const keyed = (ordinal: number) => (chance(half.seed, half.name, EDGE, "agent-1", ordinal) < 0.5 ? 1 : 0);
      expect(hits).toEqual(Array.from({ length: 60 }, (_, i) => keyed(i + 1)));
    });
  });
});
