/** Reaches of queries as users write them, and of random queries whose reach is known by construction. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reachOf } from "./prometheus-reach.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Without a scrape. */
const reach = (query: string) => reachOf(query, 0);

describe("the reach of a query", () => {
  it("is one scrape where no range is asked for", () => {
    for (const query of ["up", "max(breaker_open{to='payments'})", "1", "vector(0)", "time()", '{__name__="up"}'])
      expect(reachOf(query, 15_000), query).toBe(15_000);
  });
  it("is the longest range and the scrape", () => {
    expect(reachOf("rate(a[1m]) / rate(b[5m])", 15_000)).toBe(5 * MINUTE + 15_000);
    expect(reach("sum by (le) (rate(a_bucket{x=~'y'}[30s]))")).toBe(30 * SECOND);
    expect(reach("sum(rate(a[2m])) by (le) > bool 3")).toBe(2 * MINUTE);
    expect(reach("job:errors:rate5m")).toBe(0);
  });
  it("reads every unit, compounds, and plain seconds", () => {
    const lengths: [string, number][] = [
      ["250ms", 250],
      ["30s", 30 * SECOND],
      ["5m", 5 * MINUTE],
      ["2h", 2 * HOUR],
      ["3d", 3 * DAY],
      ["1w", 7 * DAY],
      ["1y", 365 * DAY],
      ["1h30m", 90 * MINUTE],
      ["1d2h3m4s5ms", DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND + 5],
      ["300", 5 * MINUTE],
      ["1.5", 1_500],
      [" 5m ", 5 * MINUTE],
      ["5m # five\n", 5 * MINUTE],
    ];
    for (const [text, ms] of lengths) expect(reach(`rate(a[${text}])`), text).toBe(ms);
  });
  it("adds subqueries and offsets as they look back", () => {
    expect(reach("max_over_time(rate(a[5m])[1h:1m])")).toBe(HOUR + 5 * MINUTE);
    expect(reach("max_over_time(rate(a[5m])[1h:])")).toBe(HOUR + 5 * MINUTE);
    expect(reach("rate(a[5m] offset 10m)")).toBe(15 * MINUTE);
    expect(reach("a OFFSET 1h")).toBe(HOUR);
    expect(reach("max_over_time(rate(a[5m] offset 1m)[30m:] offset 1h)")).toBe(HOUR + 36 * MINUTE);
    expect(reach("a offset 1h + rate(b[5m])")).toBe(HOUR);
    expect(reach("sum(rate(a[5m])) by (b)[10m:]")).toBe(15 * MINUTE);
    expect(reach("max_over_time((a + rate(b[2m]))[10m:30s])")).toBe(12 * MINUTE);
  });
  it("takes a look ahead off, down to no reach at all", () => {
    expect(reach("rate(a[5m] offset -2m)")).toBe(3 * MINUTE);
    expect(reach("max_over_time((a offset -5m)[10m:])")).toBe(5 * MINUTE);
    expect(reach("a offset -1h")).toBe(0);
  });
  it("reads nothing in strings, comments, label lists or names", () => {
    expect(reach('a{b="[1h]", c=~"x\\"[2h] offset 3h"} # [4h] offset 5h @ 6')).toBe(0);
    expect(reach("a{b='it\\'s [1h]'}[1m]")).toBe(MINUTE);
    expect(reach("a{b=`\\`}[1m]")).toBe(MINUTE);
    expect(reach('{"dotted.name[1h]@"}')).toBe(0);
    expect(reach("a / on (offset, by) group_left (b) rate(c[1m])")).toBe(MINUTE);
    expect(reach("offset[5m]")).toBe(5 * MINUTE);
    expect(reach("offset offset 5m")).toBe(5 * MINUTE);
  });
  it("is unknown where a time is pinned, a duration is computed, or the query does not parse", () => {
    const unknown = [
      ...["a @ 1609746000", "rate(a[5m] @ end())", "a @ start() offset 5m"],
      ...["rate(a[5m * 2])", "rate(a[step()])", "a offset (5m)", "a offset -(5m)", "a offset -", "a offset 5x"],
      ...["rate(a[5m] smoothed)", "rate(a[30m1h])", "rate(a[5m:1m:1m])", "rate(a[])", "rate(a[:1m])"],
      ...["", "   ", "# nothing", "rate(a[5m)", "rate(a[5m]", "a)", "a}", "a{b", 'a{b="c}', "[5m]", "(", "offset 5m"],
    ];
    for (const query of unknown) expect(reachOf(query, 15_000), query).toBeNull();
  });
});

/** A query with the reach that the query was built with; `isRange`: only a function of ranges may take the query. */
interface Made {
  readonly text: string;
  readonly ms: number;
}
const UNITS = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY, y: 365 * DAY } as const;
const simple = fc
  .tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom(...(Object.keys(UNITS) as (keyof typeof UNITS)[])))
  .map(([n, unit]): Made => ({ text: `${n}${unit}`, ms: n * UNITS[unit] }));
const compound = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 59 }))
  .map(([h, m]): Made => ({ text: `${h}h${m}m`, ms: h * HOUR + m * MINUTE }));
const length = fc.oneof(simple, compound);
/** Text that may stand between any two tokens. */
const gap = fc.constantFrom("", " ", "\n", "\t", ' # [9y] offset 9y @ ( " \n');
const name = fc.constantFrom("up", "http_requests_total", "job:errors:rate5m", "offsets", "_");
const labels = fc.constantFrom("", "{}", '{a="[1y]"}', "{a!~'offset 1y', b=\"(}\"}", "{a=`@\\`}");

const { query } = fc.letrec<{ query: Made; vector: Made }>((tie) => ({
  vector: fc
    .tuple(name, labels, gap, fc.option(length))
    .map(([metric, selector, space, offset]) =>
      offset === null
        ? { text: `${metric}${space}${selector}`, ms: 0 }
        : { text: `${metric}${selector} offset ${space}${offset.text}`, ms: offset.ms },
    ),
  query: fc.oneof(
    { maxDepth: 6, depthIdentifier: "query" },
    tie("vector"),
    fc.tuple(name, labels, length, fc.option(length), gap).map(([metric, selector, range, offset, space]) => ({
      text: `rate(${metric}${selector}[${range.text}]${space}${offset === null ? "" : ` offset ${offset.text}`})`,
      ms: range.ms + (offset?.ms ?? 0),
    })),
    fc
      .tuple(tie("query"), length, fc.option(length), fc.option(length), gap)
      .map(([of, range, step, offset, space]) => ({
        text: `max_over_time((${of.text})${space}[${range.text}:${step?.text ?? ""}]${offset === null ? "" : ` offset ${offset.text}`})`,
        ms: of.ms + range.ms + (offset?.ms ?? 0),
      })),
    fc
      .tuple(tie("query"), tie("query"), fc.constantFrom("+", "/", "> bool", "or", "* on (a) group_left (b)"), gap)
      .map(([a, b, sign, space]) => ({ text: `${a.text} ${sign}${space} ${b.text}`, ms: Math.max(a.ms, b.ms) })),
    fc
      .tuple(tie("query"), fc.constantFrom("sum", "sum by (a, offset)", "abs", "-"), gap)
      .map(([of, how, space]) => ({ text: `${how}${space}(${space}${of.text}${space})`, ms: of.ms })),
    fc.tuple(tie("query"), gap).map(([of, space]) => ({ text: `sum(${of.text})${space} by (a)`, ms: of.ms })),
  ),
}));

describe("random queries", () => {
  it("have the reach that they were made with", () => {
    fc.assert(
      fc.property(query, fc.integer({ min: 0, max: 60_000 }), ({ text, ms }, scrapeMs) => {
        expect(reachOf(text, scrapeMs), text).toBe(ms + scrapeMs);
      }),
      { numRuns: 3_000 },
    );
  });
  it("have none that is known once a time is pinned in them", () => {
    fc.assert(fc.property(query, ({ text }) => reachOf(`${text} + (up @ 1609746000)`, 0) === null));
  });
  it("never throw, hang or yield anything but a time or null, whatever the text", () => {
    const signs = fc.constantFrom(..."[](){}\"'`#@:,\\ \n5m", "offset", "by", "-", "1h", "a");
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(signs, { maxLength: 60 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const ms = reachOf(text, 1);
        expect(ms === null || (Number.isFinite(ms) && ms >= 1)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
    expect(reachOf(`${"(".repeat(200_000)}a[5m]${")".repeat(200_000)}`, 0)).toBe(5 * MINUTE);
  });
});
