import { describe, expect, it } from "vitest";
import type { Tally } from "../../experiments/model/evidence/tally.ts";
import { asEdgeId, asRunId, edgeId } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import { COLOURS, PLAIN } from "../../experiments/report/terminal/paint.ts";
import { widthOf } from "../../experiments/report/terminal/width.ts";
import { HOSTILE } from "../../test/cli/hostile.ts";
import { sampleRun } from "../../test/cli/sample-run.ts";
import { openTerminal } from "../../test/machines/terminal.ts";
import { openBlock } from "./block.ts";
import { frame, type Scene } from "./frame.ts";
import { beatLine, changeLine } from "./lines.ts";

const plan = {
  mode: "full",
  phases: {
    warmupMs: 2_000,
    baselineMs: 10_000,
    settleMs: 0,
    duringMs: 20_000,
    recovery: { withinMs: 15_000, holdMs: 5_000 },
  },
  faults: [
    {
      ...{ name: "payments is slow", unit: "exchange", pulse: null, fromMs: 0, toMs: 20_000 },
      ...{ action: { kind: "latency", params: { delay: 2_000, jitter: 0, distribution: "uniform", at: "request" } } },
      ...{ match: { method: "POST", path: "/charge" }, share: { steps: [1], eachMs: 0, by: "request" } },
      targets: [{ edge: edgeId("checkout", "payments"), protocol: "http", endpoints: null }],
    },
  ],
  radius: {
    // Services in the order of the mesh; the sentence orders services by distance from the fault.
    declared: [
      { service: "shoppers", may: "slow" },
      { service: "gateway", may: "slow" },
      { service: "checkout", may: "fail" },
    ],
    edges: [edgeId("shoppers", "gateway"), edgeId("gateway", "checkout"), edgeId("checkout", "payments")],
  },
} as unknown as Plan;
const second = (good: number, bad: number): Tally => ({
  ...{ of: "x", phase: "during", fromMs: 0, toMs: 1_000, good, bad, errored: 0, firstBad: [] },
});
const running = () => {
  const [first, ...rest] = sampleRun().expectations;
  return sampleRun({
    ...{ state: "injecting", phase: "during", verdict: null, because: null, reason: "" },
    spans: { baseline: { fromMs: 2_000, toMs: 12_000 }, during: { fromMs: 12_000, toMs: null } },
    expectations: [{ ...first!, timeline: [second(40, 0), second(0, 0), second(20, 20), second(0, 40)] }, ...rest],
  });
};
const scene = (changes: Partial<Scene> = {}): Scene => ({
  plan,
  report: running(),
  atMs: 22_000,
  which: "2 of 3",
  ...changes,
});

describe("the live block", () => {
  it("shows phases, expectations and hits within 80 columns", () => {
    expect(frame(scene(), { width: 80, paint: PLAIN })).toEqual([
      "checkout-survives-slow-payments  seed 42  20260105T101500Z-k3f9  2 of 3",
      "  2 s latency on 100% of POST /charge from checkout to payments for 20 s;",
      "  checkout may fail, gateway and shoppers may be slow.",
      "  baseline ━━━━━━━━ during ━━━━━━╌╌╌╌╌╌ recovery ╌╌╌╌╌╌╌╌╌╌╌╌  injecting +22.0 s",
      "  ✗ shoppers can check out             339 good   61 bad   3?   ≥ 99%  █ ▅▁",
      "  ✓ the mesh sees healthy checkouts    400 good    0 bad        ≥ 95%",
      "  ▶ payments is slow  checkout → payments                 hit 780 of 800 matched",
    ]);
  });
  it("uses the room of 140 columns and cuts nothing", () => {
    expect(frame(scene(), { width: 140, paint: PLAIN })).toEqual([
      "checkout-survives-slow-payments  seed 42  20260105T101500Z-k3f9  2 of 3",
      "  2 s latency on 100% of POST /charge from checkout to payments for 20 s; checkout may fail, gateway and shoppers may be slow.",
      "  baseline ━━━━━━━━━━━━━━━━━━━━ during ━━━━━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ recovery ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  injecting +22.0 s",
      "  ✗ shoppers can check out                                          339 good   61 bad   3?   ≥ 99%  █ ▅▁",
      "  ✓ the mesh sees healthy checkouts                                 400 good    0 bad        ≥ 95%",
      "  ▶ payments is slow  checkout → payments                         hit 780 of 800 matched",
    ]);
  });
  it("marks a fault as live only while its time is", () => {
    const lines = (atMs: number) => frame(scene({ atMs }), { width: 80, paint: PLAIN }).at(-1);
    expect(lines(12_500)).toContain("▶");
    expect(lines(32_500)).toContain("▷");
  });
  it.each(HOSTILE)("never leaves its lines or columns, whatever the names are: %j", (text) => {
    const report = running();
    const hostile = {
      ...report,
      ...{ id: asRunId(text), experiment: text },
      expectations: report.expectations.map((expectation) => ({ ...expectation, name: text })),
      faults: report.faults.map((fault) => ({ ...fault, name: text, edges: [asEdgeId(text)] })),
    };
    for (const width of [80, 140]) {
      const [fault] = plan.faults;
      const struck = { ...plan, faults: [{ ...fault!, match: { path: text } }] };
      const lines = frame(scene({ report: hostile, plan: struck }), { width, paint: PLAIN });
      // A run's id is broken, and not cut.
      expect(lines.length).toBeGreaterThanOrEqual(5);
      for (const line of lines) {
        expect(widthOf(line)).toBeLessThanOrEqual(width);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
      }
    }
  });
  it("shows only the baseline of a run that has nothing else", () => {
    const lines = frame(scene({ plan: { ...plan, mode: "baseline" } }), { width: 80, paint: PLAIN });
    expect(lines[1]).toBe("  Nothing is injected: the baseline alone is measured.");
    expect(lines[2]).toMatch(/^ {2}baseline ━/);
    expect(lines.join()).not.toContain("during ━");
  });
  it("paints nothing that changes the words", () => {
    const plain = frame(scene(), { width: 80, paint: PLAIN });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are control sequences
    const painted = frame(scene(), { width: 80, paint: COLOURS }).map((line) => line.replace(/\u001b\[\d+m/g, ""));
    expect(painted.map((line) => line.trimEnd())).toEqual(plain.map((line) => line.trimEnd()));
  });
});

describe("lines for a log", () => {
  const wallMs = Date.UTC(2026, 0, 5, 10, 15, 12);
  it("tell a change of state once, with the time", () => {
    const report = running();
    expect(changeLine("baseline", report, wallMs, 12_100)).toBe(
      "10:15:12Z +12.1s checkout-survives-slow-payments: faults ordered: payments is slow on checkout → payments",
    );
    expect(changeLine("injecting", report, wallMs, 12_100)).toBeNull();
  });
  it("tell how it stands in the middle of a phase", () => {
    expect(beatLine(running(), wallMs, 22_000)).toBe(
      "10:15:12Z +22.0s checkout-survives-slow-payments: during: shoppers can check out 339 good 61 bad; " +
        "the mesh sees healthy checkouts 400 good 0 bad, faults hit 780 of 800 matched",
    );
    expect(beatLine({ ...running(), phase: null }, wallMs, 22_000)).toBeNull();
  });
  it.each(HOSTILE)("stay one line each: %j", (text) => {
    expect(changeLine(null, { ...running(), experiment: text }, wallMs, 0)).not.toMatch(/[\r\n]/);
  });
});

describe("a redrawn block", () => {
  /** A minimal terminal with the sequences that the block uses; shows the screen's content after all writes. */
  const screen = () => {
    let rows = [""];
    return {
      rows: () => rows,
      write(text: string) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal reads control sequences
        const up = /^\u001b\[(\d+)A\r\u001b\[J/.exec(text);
        if (up !== null) rows = [...rows.slice(0, rows.length - 1 - Number(up[1])), ""];
        for (const line of text.slice(up?.[0].length ?? 0).split(/(?<=\n)/)) {
          rows[rows.length - 1] += line.replace("\n", "");
          if (line.endsWith("\n")) rows.push("");
        }
      },
    };
  };
  it("replaces what it drew, keeps what was printed above, and can be left or cleared", () => {
    const terminal = screen();
    const block = openBlock(terminal.write, () => ({ columns: 80, rows: 24 }));
    block.draw(["one", "two"]);
    block.draw(["three"]);
    expect(terminal.rows()).toEqual(["three", ""]);
    block.print("news");
    expect(terminal.rows()).toEqual(["news", "three", ""]);
    block.leave();
    block.draw(["four"]);
    expect(terminal.rows()).toEqual(["news", "three", "four", ""]);
    block.clear();
    expect(terminal.rows()).toEqual(["news", "three", ""]);
  });
  it("cuts lines and rows to the terminal as it is, and takes back what a narrower one has broken", () => {
    let size = { columns: 40, rows: 4 };
    const terminal = openTerminal(size);
    const block = openBlock(terminal.write, () => size);
    block.draw(frame(scene(), { width: size.columns, paint: COLOURS }));
    expect(terminal.lines()).toHaveLength(3);
    for (const line of terminal.lines()) expect(widthOf(line)).toBeLessThanOrEqual(40);
    for (const [columns, rows] of [
      [20, 24],
      [59, 24],
    ] as const) {
      size = { columns, rows };
      terminal.resize(size);
      block.draw(frame(scene(), { width: size.columns, paint: COLOURS }));
      expect(terminal.lines().filter((line) => line.startsWith("checkou"))).toHaveLength(1);
    }
    block.clear();
    expect(terminal.lines()).toEqual([]);
  });
  it("says on its last line how much does not fit on the screen", () => {
    const terminal = openTerminal({ columns: 40, rows: 4 });
    openBlock(terminal.write, () => ({ columns: 40, rows: 4 })).draw(["one", "two", "three", "four", "five"]);
    expect(terminal.lines()).toEqual(["one", "two", "  … 3 more lines"]);
  });
  it("never cuts the run, the seed or the clock: they move below the name, and the phase stands alone", () => {
    for (const width of [80, 60, 40, 20]) {
      const text = frame(scene({ atMs: 12_500 }), { width, paint: PLAIN }).join("");
      const { seed, id } = running();
      for (const whole of [`seed ${seed}`, id, "+12.5 s"])
        expect(text.replace(/\s+/g, " ").replaceAll(" ", "")).toContain(whole.replaceAll(" ", ""));
    }
  });
  it("leaves every word below 60 columns to the numbers", () => {
    const lines = frame(scene(), { width: 59, paint: PLAIN });
    expect(lines.find((line) => line.includes("✗"))).toBe("  ✗ shoppers can check…    339 good   61 bad   3?   ≥ 99%");
  });
});
