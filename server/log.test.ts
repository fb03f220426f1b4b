import fc from "fast-check";
import { expect, it } from "vitest";
import { HARMFUL } from "../experiments/model/printable.ts";
import { jsonLog } from "./json-log.ts";
import { lineLog } from "./log.ts";

const lineOf = (message: string, fields: Record<string, unknown>): string => {
  const lines: string[] = [];
  lineLog((line) => lines.push(line)).warn(message, fields);
  expect(lines).toHaveLength(1);
  return lines[0]!;
};
/** As a reader of logfmt would. */
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

/** Among any characters of Unicode, those that hurt stand out. */
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

it("tells JSON on one line of visible text that reads back as it was", () => {
  fc.assert(
    fc.property(hostile, hostile, (message, why) => {
      const lines: string[] = [];
      jsonLog({ level: "info", write: (line) => lines.push(line) }).info(message, { why });
      expect(lines).toHaveLength(1);
      expect(lines[0]!.slice(0, -1)).not.toMatch(HARMFUL);
      expect(JSON.parse(lines[0]!)).toMatchObject({ msg: message, why });
    }),
    { numRuns: 500 },
  );
});
