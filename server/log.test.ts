import fc from "fast-check";
import { expect, it } from "vitest";
import { HARMFUL } from "../experiments/model/text/printable.ts";
import { journaldLog, jsonLog, lineLog } from "./log.ts";

const lineOf = (message: string, fields: Record<string, unknown>): string => {
  const lines: string[] = [];
  lineLog((line) => lines.push(line)).warn(message, fields);
  expect(lines).toHaveLength(1);
  return lines[0]!;
};
/** Parses fields as a reader of logfmt would. */
const fieldsIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/ ([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"=]+))/gu)].map(([, name, quoted, bare]) => [
      name!,
      unescaped(quoted ?? bare!),
    ]),
  );
const NAMED: Record<string, string> = { n: "\n", r: "\r", t: "\t" };
const unescaped = (text: string): string =>
  text.replace(/\\u\{([0-9a-f]+)\}|\\(.)/g, (_, code: string | undefined, named: string) =>
    code === undefined ? (NAMED[named] ?? named) : String.fromCodePoint(Number.parseInt(code, 16)),
  );

/** Any characters of Unicode, with more of the harmful ones. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\n", "\r\n", "\u001b[31m", "\u009b2J", "\u2028", "\u2029", "\u202e", "\u2066", "\u007f", "\0"),
      fc.constantFrom('"', "\\", "=", " ", " level=error", "\nerror: forged", "\\n", "\\u{000a}"),
    ),
  )
  .map((parts) => parts.join(""));

it("tells every message and field on one line of visible text, whatever stands in it", () => {
  fc.assert(
    fc.property(hostile, fc.dictionary(hostile, hostile), (message, fields) => {
      expect(lineOf(message, fields)).not.toMatch(HARMFUL);
    }),
    { numRuns: 500 },
  );
});

it("tells fields so that a reader of logfmt gets the values back, and none beside them", () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 5 }), (values) => {
      const fields = Object.fromEntries(values.map((value, i) => [`field${i}`, value]));
      expect(fieldsIn(lineOf("said", fields))).toEqual(fields);
    }),
    { numRuns: 500 },
  );
});

it("leaves plain values as they are", () => {
  expect(lineOf("an agent came", { instance: "checkout-7f9c.local", count: 3, of: null })).toBe(
    "warn: an agent came instance=checkout-7f9c.local count=3 of=null",
  );
  expect(lineOf("refused", { why: 'no "x"', empty: "", many: ["a b"] })).toBe(
    String.raw`warn: refused why="no \"x\"" empty="" many="[\"a b\"]"`,
  );
});

const NOW = "2026-01-31T08:00:00.000Z";
const jsonOf = (message: string, fields: Record<string, unknown>): string => {
  const lines: string[] = [];
  jsonLog(
    (line) => lines.push(line),
    "info",
    () => NOW,
  ).error(message, fields);
  expect(lines).toHaveLength(1);
  return lines[0]!;
};

it("tells JSON on one line of visible text that reads back as it was", () => {
  fc.assert(
    fc.property(hostile, fc.dictionary(hostile, hostile), (msg, fields) => {
      const line = jsonOf(msg, fields);
      expect(line).not.toMatch(HARMFUL);
      const { level, time, msg: told, ...rest } = JSON.parse(line);
      expect({ level, time, told }).toEqual({ level: "error", time: NOW, told: msg });
      const renamed = Object.entries(fields).map(([name, value]) => [
        ["level", "time", "msg"].includes(name) ? `${name}_` : name,
        value,
      ]);
      expect(Object.entries(rest).toSorted()).toEqual(renamed.toSorted());
    }),
    { numRuns: 500 },
  );
});

it("lets no field of JSON take the place of level, time or message", () => {
  const told = JSON.parse(jsonOf("said", { level: "debug", time: "never", msg: "forged" }));
  expect(told).toEqual({ level: "error", time: NOW, level_: "debug", time_: "never", msg_: "forged", msg: "said" });
});

it("loses no line for a value that JSON cannot tell", () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  expect(JSON.parse(jsonOf("said", { circle, big: 10n, none: undefined }))).toMatchObject({ big: "10", msg: "said" });
  expect(lineOf("said", { big: 10n })).toBe('warn: said big="\\"10\\""');
});

it("marks each line with the priority that journald reads, once, whatever stands in it", () => {
  const lines: string[] = [];
  const log = journaldLog((line) => lines.push(line), "debug");
  for (const level of ["debug", "info", "warn", "error"] as const) log[level]("said", { n: 1 });
  log.info("two\n<0>lines");
  expect(lines).toEqual(["<7>said n=1", "<6>said n=1", "<4>warn: said n=1", "<3>error: said n=1", "<6>two\\n<0>lines"]);
});
