import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BenchLoad, BenchRow, Figures } from "./row.ts";
import { ROWS } from "./rows.ts";
import { BLOCK_END, BLOCK_START, formatSection, formatTable, writeBlock } from "./table.ts";

const load = (name: string): BenchLoad => ({ name, fault: null, measure: async () => ({}) });
const row: BenchRow = {
  ...{ name: "speed", title: "Speed", note: "A note.", protocol: "http", edges: 1 },
  ...{ upstream: "answers", proxies: ["peer"] },
  ...{ direct: true, fresh: false, loads: [load("c=1")] },
  columns: [
    { key: "cpuUs", title: "CPU µs", digits: 1, ratio: "its ÷ the agent's" },
    { key: "p50Us", title: "p50 µs", digits: 0, ratio: null },
  ],
};
const rounds = (cpus: readonly number[], p50Us = 100): readonly Figures[] => cpus.map((cpuUs) => ({ cpuUs, p50Us }));
const resultOf = (name: string, figures: Readonly<Record<string, readonly Figures[]>>) => ({
  row,
  loads: [{ load: load(name), figures: new Map(Object.entries(figures)) }],
});

describe("the table of a row", () => {
  it("has medians over the rounds, and the median of the ratios inside the rounds", () => {
    // The machine was twice as slow in the third round: the ratio of the medians would be 3.0.
    const result = resultOf("c=1", { agent: rounds([10, 10, 40]), peer: rounds([20, 30, 80]) });
    expect(formatTable(result).split("\n")).toEqual([
      "| load | subject | CPU µs | its ÷ the agent's | p50 µs |",
      "|---|---|---|---|---|",
      "| c=1 | agent | 10.0 | 1.00 | 100 |",
      "| c=1 | peer | 30.0 | 2.00 | 100 |",
    ]);
  });

  it("shows a dash for a figure that does not exist", () => {
    const table = formatTable(resultOf("c=1", { agent: rounds([10]), direct: rounds([Number.NaN]) }));
    expect(table).toContain("| c=1 | direct | – | – | 100 |");
  });

  it("has no column of loads where the row has a single load without a name", () => {
    expect(formatTable(resultOf("", { agent: rounds([10]) }))).toContain("| subject | CPU µs |");
  });
});

describe("the block of a document", () => {
  const rows = [{ name: "a" }, { name: "b" }, { name: "c" }];
  const empty = `before\n\n${BLOCK_START}\n${BLOCK_END}\n\nafter\n`;
  const both = writeBlock(empty, rows, new Map(Object.entries({ b: "section b", a: "section a" })));

  it("gets the sections in the order of the rows, and leaves the text around as it was", () => {
    expect(both.startsWith(`before\n\n${BLOCK_START}\n\n`)).toBe(true);
    expect(both.endsWith(`${BLOCK_END}\n\nafter\n`)).toBe(true);
    expect(both.indexOf("section a")).toBeGreaterThan(0);
    expect(both.indexOf("section a")).toBeLessThan(both.indexOf("section b"));
  });

  it("is the same when the same sections are written again", () => {
    expect(writeBlock(both, rows, new Map(Object.entries({ a: "section a", b: "section b" })))).toBe(both);
    expect(writeBlock(both, rows, new Map())).toBe(both);
  });

  it("keeps the sections of rows that were not measured, and drops those of rows that are gone", () => {
    const later = writeBlock(both, rows, new Map([["c", "section c"]]));
    for (const section of ["section a", "section b", "section c"]) expect(later).toContain(section);
    expect(writeBlock(later, rows.slice(1), new Map())).not.toContain("section a");
  });

  it("replaces the section of a row that was measured again", () => {
    const later = writeBlock(both, rows, new Map([["a", "another a"]]));
    expect(later).toContain("another a");
    expect(later).not.toContain("section a");
  });

  it("is asked for: a document without the marks, or with the marks in the wrong order, is refused", () => {
    expect(() => writeBlock("nothing", rows, new Map())).toThrow(/expected the marks/);
    expect(() => writeBlock(`${BLOCK_END}\n${BLOCK_START}`, rows, new Map())).toThrow(/expected the marks/);
  });
});

describe("docs/performance.md", () => {
  const document = readFileSync(join(import.meta.dirname, "../../docs/performance.md"), "utf8");

  it("has the block, in the form that the command writes", () => {
    expect(writeBlock(document, ROWS, new Map())).toBe(document);
  });

  it("has lines of a readable length in each section, and whole commands", () => {
    const result = resultOf("c=1", { agent: rounds([10]) });
    const section = formatSection(result, Array.from({ length: 40 }, (_, i) => `word ${i}`).join(", "));
    const lines = section.split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(138);
    expect(lines.find((line) => line.startsWith("`"))).toContain("`npm run bench -- --rows speed`");
  });

  it("names in each section the command that measures the row alone", () => {
    const section = formatSection(resultOf("c=1", { agent: rounds([10]) }), "3 rounds");
    expect(section).toContain("### Speed\n\n`npm run bench -- --rows speed`, 3 rounds. A note.");
  });
});

describe("the rows", () => {
  it("have names of which none begins another, so that each can be chosen alone", () => {
    const names = ROWS.map(({ name }) => name);
    const hidden = names.filter((name) => names.some((other) => other !== name && other.startsWith(name)));
    expect(hidden).toEqual([]);
  });
});
