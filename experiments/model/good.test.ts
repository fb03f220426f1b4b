import { describe, expect, test } from "vitest";
import { type Criteria, compileGood, isGood, type Seen } from "./good.ts";

const seen = (given: Partial<Seen> = {}): Seen => ({ kind: "seen", latencyMs: 12, status: 200, ...given });
const headers = (all: Record<string, string>) => (name: string) => all[name];

describe("a sample is good when it meets every criterion", () => {
  const cases: readonly (readonly [string, Criteria, Partial<Seen>, Partial<Seen>])[] = [
    ["status", { status: [{ least: 200, most: 299 }] }, { status: 204 }, { status: 300 }],
    [
      "one of several statuses",
      {
        status: [
          { least: 200, most: 200 },
          { least: 404, most: 404 },
        ],
      },
      { status: 404 },
      { status: 201 },
    ],
    ["time, the bound included", { withinMs: 500 }, { latencyMs: 500 }, { latencyMs: 500.1 }],
    ["value", { value: { operator: ">=", number: 1 } }, { value: 1 }, { value: 0.99 }],
    ["body", { body: "*ok*" }, { body: "all ok now" }, { body: "all bad" }],
    ["body by expression", { body: { regex: "[0-9]+ items" } }, { body: "42 items" }, { body: "no items" }],
    [
      "header",
      { headers: { "X-Cache": "HIT*" } },
      { header: headers({ "x-cache": "HIT from edge" }) },
      { header: headers({ "x-cache": "MISS" }) },
    ],
    [
      "absent header",
      { headers: { "x-error": { absent: true } } },
      { header: headers({}) },
      { header: headers({ "x-error": "" }) },
    ],
    ["connect time", { connectMs: 50 }, { connectMs: 50 }, { connectMs: 51 }],
    ["end", { end: "clean" }, { end: "clean" }, { end: "reset" }],
    ["exit code", { exit: 0 }, { exit: 0 }, { exit: 1 }],
  ];
  test.each(cases)("%s", (_, criteria, good, bad) => {
    expect(isGood(seen(good), criteria)).toEqual({ good: true, why: "" });
    const judged = isGood(seen(bad), criteria);
    expect(judged.good).toBe(false);
    expect(judged.why).not.toBe("");
  });

  test("nothing given is met by nothing seen", () => {
    for (const criteria of cases.map(([, criteria]) => criteria))
      if (criteria.withinMs === undefined && JSON.stringify(criteria) !== '{"headers":{"x-error":{"absent":true}}}')
        expect(isGood({ kind: "seen", latencyMs: 0 }, criteria).good, JSON.stringify(criteria)).toBe(false);
  });
});

describe("json", () => {
  const body = JSON.stringify({
    total: 7,
    state: "paid",
    items: [{ sku: "kettle" }, { sku: "cup" }],
    gift: null,
    open: true,
  });
  test.each<[string, NonNullable<Criteria["json"]>, boolean]>([
    ["a number", { "$.total": 7 }, true],
    ["another number", { "$.total": 8 }, false],
    ["a comparison", { "$.total": { operator: ">", number: 5 } }, true],
    ["a comparison with text", { "$.state": { operator: ">", number: 5 } }, false],
    ["a pattern", { "$.items[*].sku": "ket*" }, true],
    ["only the first node counts", { "$.items[*].sku": "cup" }, false],
    ["null", { "$.gift": null }, true],
    ["true", { "$.open": true }, true],
    ["a path that leads nowhere", { "$.nowhere": null }, false],
    ["a path that must lead nowhere", { "$.nowhere": { absent: true } }, true],
    ["a path that must lead nowhere and does not", { "$.total": { absent: true } }, false],
    ["all of several", { "$.total": 7, "$.state": "open" }, false],
  ])("%s", (_, json, good) => {
    expect(isGood(seen({ body }), { json }).good).toBe(good);
  });
  test("a body that is not JSON is bad and shown", () => {
    expect(isGood(seen({ body: "<html>" }), { json: { "$.a": 1 } }).why).toBe("body is not JSON: <html>");
    expect(isGood(seen(), { json: { "$.a": { absent: true } } }).good).toBe(false);
  });
  test("a path that does not compile says so at once, not at the first sample", () => {
    expect(() => compileGood({ json: { "$.[": 1 } })).toThrow();
  });
});

test("what got no proper answer is bad, whatever else is asked", () => {
  expect(isGood(seen({ failure: "connection refused" }), {})).toEqual({ good: false, why: "connection refused" });
});

test("the reason names the value seen and what was expected", () => {
  expect(isGood(seen({ status: 503 }), { status: [{ least: 200, most: 299 }] }).why).toBe("status 503");
  expect(isGood(seen({ latencyMs: 2011.26 }), { withinMs: 500 }).why).toBe("took 2011.3 ms, over 500 ms");
  expect(isGood(seen(), { headers: { "x-a": "b" } }).why).toBe('header x-a is nothing, expected "b"');
  const why = isGood(seen({ body: "x".repeat(10_000) }), { body: "y" }).why;
  expect(why.length).toBeLessThan(200);
});
