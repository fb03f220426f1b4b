import { describe, expect, test } from "vitest";
import { compileBody } from "./body.ts";
import { bodyCriteria } from "./body-criteria.ts";
import { type Criteria, compileCriteria, type SampleJudgement } from "./criteria.ts";
import type { AnsweredSample } from "./sample.ts";

const seen = (given: Partial<AnsweredSample> = {}): AnsweredSample => ({
  kind: "seen",
  latencyMs: 12,
  status: 200,
  ...given,
});
/** Both judges, in the order of the sampler. */
const isGood = (sample: AnsweredSample, criteria: Criteria, capture = false): SampleJudgement => {
  const judged = compileCriteria(criteria, capture ? "everything" : "nothing")(sample);
  const body = bodyCriteria(criteria, capture);
  return judged.good && body !== null ? compileBody(body)(sample.body ?? "") : judged;
};
const headers = (all: Record<string, string>) => (name: string) => all[name];

describe("a sample is good when it meets every criterion", () => {
  const cases: readonly (readonly [string, Criteria, Partial<AnsweredSample>, Partial<AnsweredSample>])[] = [
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
  test("a body that is not JSON is bad, also one that is empty (HEAD, 204)", () => {
    expect(isGood(seen({ body: "<html>" }), { json: { "$.a": 1 } }).why).toBe("body is not JSON (6 bytes)");
    expect(isGood(seen(), { json: { "$.a": { absent: true } } }).why).toBe("body is not JSON (0 bytes)");
  });
  test("a path that does not compile says so at once, not at the first sample", () => {
    expect(() => compileBody({ json: { "$.[": 1 }, capture: false })).toThrow('the JSON path "$.[" is not RFC 9535');
  });
});

test("what got no proper answer is bad, whatever else is asked", () => {
  expect(isGood(seen({ failure: "connection refused" }), {})).toEqual({ good: false, why: "connection refused" });
});

test("the reason names what was missed, and of the answer only its size", () => {
  const secret = "s3cret-of-42";
  expect(isGood(seen({ status: 503 }), { status: [{ least: 200, most: 299 }] }).why).toBe("status 503");
  expect(isGood(seen({ latencyMs: 2011.26 }), { withinMs: 500 }).why).toBe("took 2011.3 ms, over 500 ms");
  expect(isGood(seen(), { headers: { "x-a": "b" } }).why).toBe('header x-a is missing, expected "b"');
  const header = headers({ "x-a": secret });
  expect(isGood(seen({ header }), { headers: { "x-a": "b" } }).why).toBe(
    'header x-a is a string of 12 characters, expected "b"',
  );
  expect(isGood(seen({ body: secret.repeat(200) }), { body: { regex: "y+" } }).why).toBe(
    "body does not match /y+/ (2,400 bytes)",
  );
  expect(isGood(seen({ body: "größer" }), { body: "y" }).why).toBe('body does not match "y" (8 bytes)');
  const body = JSON.stringify({ a: secret, b: [1, 2], c: { d: 1 }, e: null });
  const whyOf = (path: string) => isGood(seen({ body }), { json: { [path]: "z" } }).why;
  expect(whyOf("$.a")).toBe('$.a is a string of 12 characters, expected "z"');
  expect(whyOf("$.b")).toBe('$.b is a list of 2, expected "z"');
  expect(whyOf("$.c")).toBe('$.c is an object, expected "z"');
  expect(whyOf("$.e")).toBe('$.e is null, expected "z"');
  expect(whyOf("$.x")).toBe('$.x is missing, expected "z"');
  expect(isGood(seen({ body }), { json: { "$.b": { operator: ">", number: 2 } } }).why).toBe(
    "$.b is a list of 2, expected > 2",
  );
});

test("with capture the reason quotes the answer, uncut: secrets are taken out before anything is cut", () => {
  const header = headers({ "x-a": "abc" });
  expect(isGood(seen({ header }), { headers: { "x-a": "b" } }, true).why).toBe('header x-a is "abc", expected "b"');
  const long = "x".repeat(10_000);
  expect(isGood(seen({ body: long }), { body: "y" }, true).why).toBe(`body does not match "y" (10,000 bytes): ${long}`);
  const body = JSON.stringify({ a: long });
  expect(isGood(seen({ body }), { json: { "$.a": "z" } }, true).why).toBe(`$.a is "${long}", expected "z"`);
});

test("an agent, which knows no secrets, quotes a header as a whole or not at all", () => {
  const judge = compileCriteria({ headers: { "x-a": "b" } }, "short");
  expect(judge(seen({ header: headers({ "x-a": "abc" }) })).why).toBe('header x-a is "abc", expected "b"');
  expect(judge(seen({ header: headers({ "x-a": "x".repeat(2_000) }) })).why).toBe(
    'header x-a is a string of 2,000 characters, expected "b"',
  );
});

test("a header that is too long to be matched in bounded work matches nothing", () => {
  const judge = compileCriteria({ headers: { "x-a": { regex: ".*" } } });
  expect(judge(seen({ header: headers({ "x-a": "x".repeat(62_500) }) })).good).toBe(true);
  expect(judge(seen({ header: headers({ "x-a": "x".repeat(65_537) }) })).good).toBe(false);
});
