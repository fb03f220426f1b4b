import { describe, expect, it } from "vitest";
import { asEdgeId } from "../../experiments/model/names.ts";
import { prometheusMetrics } from "./prometheus.ts";

const BUILD = { version: "0.0.0", store: "sqlite" } as const;
const NONE = { exchanges: 0, failed: 0, unanswered: 0, cancelled: 0, treated: 0 };
const linesOf = async (metrics: ReturnType<typeof prometheusMetrics>) =>
  (await metrics.render()).text.split("\n").filter((line) => line.startsWith("squall_edge_exchanges_total{"));

describe("squall_edge_exchanges_total", () => {
  it("tells apart what failed and what callers gave up, from 0 on", async () => {
    const metrics = prometheusMetrics(BUILD);
    metrics.passed(asEdgeId("a->b"), NONE);
    const series = (ok: number, failed: number, cancelled: number) =>
      Object.entries({ ok, failed, cancelled }).map(
        ([outcome, count]) => `squall_edge_exchanges_total{edge="a->b",outcome="${outcome}"} ${count}`,
      );
    expect(await linesOf(metrics)).toEqual(series(0, 0, 0));
    metrics.passed(asEdgeId("a->b"), { ...NONE, exchanges: 10, failed: 4, unanswered: 3, cancelled: 3 });
    metrics.passed(asEdgeId("a->b"), { ...NONE, exchanges: 2 });
    expect(await linesOf(metrics)).toEqual(series(8, 1, 3));
  });
  it("has what agents refused beside it, by code, in so many series and no more", async () => {
    const metrics = prometheusMetrics(BUILD);
    const refused = async () =>
      (await metrics.render()).text.split("\n").filter((line) => line.startsWith("squall_edge_refused_total{"));
    metrics.refused(asEdgeId("a->b"), "refused", 3);
    metrics.refused(asEdgeId("a->b"), "refused", 2);
    metrics.refused(asEdgeId("a->b"), "tls", 1);
    expect(await refused()).toEqual([
      'squall_edge_refused_total{edge="a->b",code="refused"} 5',
      'squall_edge_refused_total{edge="a->b",code="tls"} 1',
    ]);
    for (let i = 0; i < 1_500; i++) metrics.refused(asEdgeId(`a->b${i}`), "refused", 1);
    expect(await refused()).toHaveLength(1_001);
  });
  it("has connections of no declared caller beside it, by service, in so many series and no more", async () => {
    const metrics = prometheusMetrics(BUILD);
    const strangers = async () =>
      (await metrics.render()).text.split("\n").filter((line) => line.startsWith("squall_stranger_connections_total{"));
    metrics.strangers("payments", 0);
    expect(await strangers()).toEqual(['squall_stranger_connections_total{service="payments"} 0']);
    metrics.strangers("payments", 2);
    metrics.strangers("payments", 1);
    expect(await strangers()).toEqual(['squall_stranger_connections_total{service="payments"} 3']);
    for (let i = 0; i < 1_500; i++) metrics.strangers(`service-${i}`, 1);
    const lines = await strangers();
    expect(lines).toHaveLength(1_001);
    expect(lines).toContain('squall_stranger_connections_total{service="other"} 501');
  });
  it("has so many series and no more, however many edges come and go", async () => {
    const metrics = prometheusMetrics(BUILD);
    for (let i = 0; i < 1_500; i++) metrics.passed(asEdgeId(`a->b${i}`), { ...NONE, exchanges: 1 });
    metrics.passed(asEdgeId("a->b0"), { ...NONE, exchanges: 1 });
    const lines = await linesOf(metrics);
    expect(lines).toHaveLength(3 * 1_001);
    expect(lines).toContain('squall_edge_exchanges_total{edge="other",outcome="ok"} 500');
    expect(lines).toContain('squall_edge_exchanges_total{edge="a->b0",outcome="ok"} 2');
  });
});
