import { describe, expect, it } from "vitest";
import { notRun } from "../../../cli/report/not-run.ts";
import { HOSTILE } from "../../../test/cli/hostile.ts";
import { hostileRun, leakingRun, sampleRun } from "../../../test/cli/sample-run.ts";
import { layersOf } from "./layers.ts";
import { htmlReport } from "./page.ts";

const page = (...runs: Parameters<typeof htmlReport>[0]) => htmlReport(runs, "0.1.0");
/** Text that a reader sees, without markup. */
const wordsOf = (source: string) =>
  source
    .replace(/<style>[\s\S]*<\/style>/, "")
    .replace(/<title>[^<]*<\/title>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

const MARKUP = /<(\/?[a-z][a-zA-Z0-9]*|!doctype)((?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*)\s*\/?>/g;
const tagsOf = (source: string) => new Set([...source.matchAll(MARKUP)].map(([, name]) => name));

describe("a report as HTML", () => {
  const harmless = tagsOf(page(hostileRun("x"), sampleRun()));
  it("shows verdict, reason, run, seed, duration, samples, latency against the limit, receipts and audit", () => {
    const words = wordsOf(page(sampleRun()));
    expect(words).toContain("BROKEN checkout-survives-slow-payments");
    expect(words).toContain("61 of 400 checkouts took over 500 ms; at most 4 may. First at +3.1 s.");
    expect(words).toContain("run 20260105T101500Z-k3f9 seed 42 took 38.2 s");
    expect(words).toMatch(/during 339 61 3 ✗ 84.7% ≥ 99%/);
    expect(words).toMatch(/Latency p50 p95 p99 limit 500 ms baseline 12 ms 31 ms 40 ms/);
    expect(words).toMatch(/during 380 ms ✗ 2.01 s ✗ 2.21 s/);
    expect(words).toMatch(/payments is slow checkout → payments 812 800 780 20/);
    expect(words).toContain("shop attested");
  });
  it("draws the struck edge, the declared radius and the damaged services, in a wide and in a tall form", () => {
    const source = page(leakingRun());
    expect(source.match(/<path class="edge struck"/g)).toHaveLength(2);
    expect(source.match(/<rect class="ring"/g)).toHaveLength(4);
    expect(source).toContain('class="service contained"');
    expect(wordsOf(source)).toMatch(/checkout ◐ contained \(fallback\) may fail payments ↯ struck/);
    expect(wordsOf(source)).toContain("Not drawn: 2 more services of the mesh.");
  });
  it("has an index on top of several runs, and none of one", () => {
    const several = page(sampleRun(), sampleRun({ verdict: "HELD", experiment: "other" }));
    expect(wordsOf(several)).toContain("2 runs: 1 BROKEN, 1 HELD");
    expect([...several.matchAll(/href="(#run-\d)"/g)].map(([, to]) => to)).toEqual(["#run-1", "#run-2"]);
    for (const id of ["run-1", "run-2"]) expect(several).toContain(`<section class="run" id="${id}">`);
    expect(page(sampleRun())).not.toContain("<nav");
  });
  it("stands by itself: no script, no address of another file, and a policy that allows none", () => {
    const source = page(sampleRun(), leakingRun());
    expect(source).not.toMatch(/<script|<link|<img|<iframe|javascript:|\bon\w+="|@import|url\((?!#)|https?:/);
    expect(source).toContain("default-src 'none'; style-src 'unsafe-inline'");
  });
  it("tells of a run that never was", () => {
    const intended = { experiment: "bad", description: "", file: "bad.yaml", mode: "full", seed: null } as const;
    const words = wordsOf(page(notRun(intended, "INVALID", "file", "line one\nline two", "2026-01-05T10:15:00.000Z")));
    expect(words).toContain("INVALID bad line one line two");
    expect(words).toContain("not run");
  });
  it.each(HOSTILE)("keeps what comes from outside text: %j", (text) => {
    const source = page(hostileRun(text), sampleRun());
    expect(source.replace(/<style>[\s\S]*<\/style>/, "").replace(MARKUP, "")).not.toMatch(/[<>]/);
    // Every tag is the page's own: a hostile run has the same tags as a harmless run.
    expect([...tagsOf(source)].filter((name) => !harmless.has(name))).toEqual([]);
    expect(source).not.toContain("##[");
  });
});

describe("layers of a graph", () => {
  it("put callers before callees, and an edge over a layer through a place of its own", () => {
    const edges = [
      { from: "a", to: "b" },
      { from: "b", to: "c" },
      { from: "a", to: "c" },
    ];
    const { layers, ways } = layersOf(["c", "b", "a"], edges);
    expect(layers.map((layer) => layer.flatMap(({ node }) => node ?? []))).toEqual([["a"], ["b"], ["c"]]);
    expect(ways[2]).toHaveLength(3);
    expect(layers[1]!.map(({ key }) => key)).toContain(ways[2]![1]);
  });
  it("end where services call each other in a circle", () => {
    const edges = [
      { from: "a", to: "b" },
      { from: "b", to: "a" },
    ];
    expect(layersOf(["a", "b"], edges).layers.flat()).toHaveLength(2);
  });
});
