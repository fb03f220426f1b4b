import { describe, expect, it } from "vitest";
import { PLAIN } from "../../experiments/report/terminal/paint.ts";
import { HOSTILE } from "../../test/cli/hostile.ts";
import type { Output } from "../output.ts";
import { type Field, type Form, formatBytes, formOf, roughly, show } from "./forms.ts";

interface Row {
  readonly name: string;
  readonly note: string;
}
const FIELDS: readonly Field<Row>[] = [
  { title: "NAME", of: ({ name }) => name, elastic: 1 },
  { title: "NOTE", of: ({ note }) => note, wide: true },
];
const shown = async (form: Form, rows: readonly Row[], width = 80) => {
  const out: string[] = [];
  const err: string[] = [];
  const output: Output = {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    raw: () => {},
    ...{
      live: false,
      attended: false,
      paint: PLAIN,
      outPaint: PLAIN,
      width: () => width,
      tableWidth: () => width,
      lost: async () => null,
      screen: () => null,
    },
  };
  await show(output, form, { rows, fields: FIELDS, document: { rows }, none: "none yet", nameOf: ({ name }) => name });
  return { out: out.join("\n"), err: err.join("\n") };
};
const ROWS = [{ name: "a".repeat(60), note: "n".repeat(60) }];

describe("what was read", () => {
  it("is a table that fits the terminal, without its wide columns", async () => {
    const { out } = await shown("table", ROWS, 40);
    expect(out.split("\n").every((line) => line.length <= 40)).toBe(true);
    expect(out).not.toContain("NOTE");
  });
  it("is a table with every column and nothing cut when it is wide", async () => {
    const { out } = await shown("wide", ROWS, 40);
    expect(out).toContain(`${"a".repeat(60)}  ${"n".repeat(60)}`);
  });
  it("is one document for programs, also when there is nothing", async () => {
    expect(JSON.parse((await shown("json", ROWS)).out)).toEqual({ rows: ROWS });
    expect(await shown("json", [])).toEqual({ out: '{\n  "rows": []\n}', err: "" });
    expect((await shown("yaml", [])).out).toBe("rows: []");
  });
  it("is a name a line for other commands, and nothing at all when there is nothing", async () => {
    expect(await shown("name", [...ROWS, ...ROWS])).toEqual({ out: `${ROWS[0]!.name}\n${ROWS[0]!.name}`, err: "" });
    expect(await shown("name", [])).toEqual({ out: "", err: "none yet" });
  });
  it.each(["table", "wide", "name"] as const)("holds as %s nothing that a terminal obeys", async (form) => {
    const rows = HOSTILE.map((text) => ({ name: text, note: text }));
    const { out } = await shown(form, rows, 120);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(out.split("\n")).toHaveLength(rows.length + (form === "name" ? 0 : 1));
  });
});

describe("the form", () => {
  it("is a table unless something else is asked for, and not two things at once", () => {
    expect(formOf({})).toBe("table");
    expect(formOf({ json: true })).toBe("json");
    expect(formOf({ json: true, output: "json" })).toBe("json");
    expect(() => formOf({ json: true, output: "yaml" })).toThrow("exclude each other");
  });
});
it("tells times and sizes in their greatest unit", () => {
  expect([0, 999, 59_999, 60_000, 86_399_999, 200_000_000].map(roughly)).toEqual([
    "0s",
    "0s",
    "59s",
    "1m",
    "23h",
    "2d",
  ]);
  expect([0, 999, 1_000, 3_400_000].map(formatBytes)).toEqual(["0 B", "999 B", "1.0 kB", "3.4 MB"]);
});
