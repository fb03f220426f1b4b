import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type FaultAction,
  type FaultKind,
  faultKinds,
  unitOf as modelUnitOf,
  specOf,
} from "../../experiments/model/faults/index.ts";
import { checkToAgent } from "./check.ts";
import { checkAction, protocolsOf, unitOf } from "./kinds.ts";
import { toAgent } from "./schemas.ts";

const name = fc.string({ minLength: 1, maxLength: 20 });
const ms = fc.integer({ min: 0, max: 7_200_000 });
const mark = { epoch: fc.nat(), gen: fc.nat() };
const pattern = fc.oneof(fc.string(), fc.record({ regex: fc.string() }), fc.constant({ absent: true }));
const patterns = fc.dictionary(name, pattern);
const some = { requiredKeys: [] };
const keys = { method: pattern, path: pattern, host: pattern, query: patterns, headers: patterns };
const match = fc.record({ ...keys, not: fc.record(keys, some) }, some);
const comparison = fc.record({
  operator: fc.constantFrom("<=", ">=", "<", ">", "==", "!="),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }),
});
const node = fc.oneof(pattern, comparison, fc.integer(), fc.boolean(), fc.constant(null));
const criteria = fc.record(
  {
    status: fc.array(fc.record({ least: fc.nat(999), most: fc.nat(999) })),
    withinMs: ms,
    value: comparison,
    body: pattern,
    json: fc.dictionary(name, node),
    headers: patterns,
    connectMs: ms,
    end: fc.constant("clean"),
    exit: fc.integer(),
  },
  some,
);

/** Each kind as people write it, read by its own schema into what the server sends. */
const written: { readonly [K in FaultKind]: readonly object[] } = {
  latency: [
    { delay: "250ms" },
    { delay: "1s", jitter: "200ms", distribution: "pareto", at: "response" },
    { percentiles: { "50%": "20ms", "99%": "900ms" }, at: "connect" },
  ],
  abort: [{ status: 503 }, { status: 500, body: "no", headers: { "x-why": "test" } }],
  partition: [{}, { how: "refuse" }, { how: "stall", direction: "response" }],
  reset: [{}, { after: "2s" }, { afterBytes: "1KiB" }, { every: "5s" }],
  bandwidth: [{ rate: "64KiB/s" }, { rate: 0, per: "connection", direction: "request" }],
  slowClose: [{ delay: "3s" }],
  limitBytes: [{ bytes: "10B" }, { bytes: "1MiB", direction: "request" }],
  slice: [{ size: "10B" }, { size: "1KB", variation: "100B", pause: "5ms", direction: "both" }],
  corrupt: [{}, { bytes: "5%", direction: "request" }],
  rewrite: [
    { request: { headers: { "x-a": "1", "x-b": null }, path: "/other" } },
    { response: { status: 201, body: "other" } },
  ],
  throttle: [{ rate: "10/s" }, { rate: "90/m", burst: 5, status: 503, retryAfter: "2s" }],
};
const actions = Object.entries(written).flatMap(([kind, forms]) =>
  forms.map((form) => ({ kind, params: faultKinds[kind as FaultKind].params.parse(form) })),
);

const fault = fc.record({
  id: name,
  run: name,
  name,
  edge: name,
  endpoints: fc.option(fc.array(name)),
  action: fc.constantFrom(...actions),
  match: fc.option(match),
  share: fc.record({
    steps: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }),
    eachMs: ms,
    by: fc.constantFrom("request", "connection", "trace", "header:x-tenant"),
  }),
  pulse: fc.option(fc.record({ liveMs: fc.integer({ min: 1, max: 1e6 }), restMs: ms })),
  seed: fc.integer(),
  stealth: fc.boolean(),
  shadow: fc.boolean(),
  notAfterMs: ms,
});
const watch = fc.record({
  id: name,
  edge: name,
  match: fc.option(match),
  of: fc.constantFrom("all", "treated", "untreated"),
  good: criteria,
});
const edge = fc.record({
  id: name,
  listen: name,
  protocol: fc.constantFrom("http", "tcp"),
  endpoints: fc.array(name),
  healthPath: fc.option(name),
});
const grant = { session: name, ...mark, basis: fc.nat(), leaseMs: fc.integer({ min: 1, max: 60_000 }) };
const message = fc.oneof(
  fc.record({
    type: fc.constant("welcome"),
    session: name,
    epoch: fc.nat(),
    leaseMs: grant.leaseMs,
    edges: fc.array(edge),
  }),
  fc.record({
    type: fc.constant("apply"),
    ...grant,
    faults: fc.array(fault, { maxLength: 4 }),
    watches: fc.array(watch, { maxLength: 3 }),
    allotments: fc.dictionary(name, fc.nat()),
  }),
  fc.record({ type: fc.constant("renew"), ...grant }),
  fc.record({ type: fc.constant("drop"), nonce: name }),
);

const odd = fc.constantFrom<unknown>(null, true, -1, 0.5, 1e300, "", "no such thing", [], {}, [[]], { regex: 1 });
type Path = readonly (string | number)[];
const placesIn = (value: unknown, at: Path = []): Path[] =>
  typeof value === "object" && value !== null
    ? [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))]
    : [at];
/** The same with one place changed, taken away, or given a key that nobody knows. */
const mutated = fc
  .tuple(message, fc.nat(), odd, fc.constantFrom("change", "remove", "add"))
  .map(([whole, seed, value, how]) => {
    const copy = structuredClone(whole) as unknown;
    const places = placesIn(copy).filter((path) => path.length > 0);
    const path = places[seed % places.length]!;
    const parent = path.slice(0, -1).reduce((inner, key) => (inner as Record<string, unknown>)[key], copy) as object;
    const key = path.at(-1)!;
    if (how === "change") Reflect.set(parent, key, value);
    else if (how === "add" && !Array.isArray(parent)) Reflect.set(parent, "unheard-of", value);
    else if (!Array.isArray(parent)) Reflect.deleteProperty(parent, key);
    return copy;
  });
const sent = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe("the agent's own check says what the schemas say", () => {
  test("of every message that a server may send", () => {
    fc.assert(
      fc.property(message, (value) => {
        const wire = sent(value);
        expect(checkToAgent(wire)).toEqual({ message: wire });
        expect(toAgent.safeParse(wire).error).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test("of messages with one thing wrong somewhere", () => {
    let refused = 0;
    fc.assert(
      fc.property(mutated, (value) => {
        const wire = sent(value);
        const fits = "message" in checkToAgent(wire);
        if (!fits) refused++;
        expect(fits).toBe(toAgent.safeParse(wire).success);
      }),
      { numRuns: 3_000 },
    );
    expect(refused).toBeGreaterThan(1_000);
  });

  test("of anything at all, and never throws", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect("message" in checkToAgent(value)).toBe(toAgent.safeParse(value).success);
      }),
      { numRuns: 1_000 },
    );
    const deep = JSON.parse(`{"type":"apply","session":${"[".repeat(50_000)}${"]".repeat(50_000)}}`);
    expect(checkToAgent(deep)).toHaveProperty("problem");
  });
});

test("every parameter that a file can give passes the wire, whatever its kind", () => {
  for (const action of actions) expect(checkAction(sent(action), "action")).toBeNull();
  expect(new Set(actions.map(({ kind }) => kind))).toEqual(new Set(Object.keys(faultKinds)));
});

test("what a kind works on and what it counts is what its file says", () => {
  for (const action of actions as FaultAction[]) {
    expect(protocolsOf(action.kind)).toEqual(specOf(action.kind).protocols);
    expect(unitOf(action)).toBe(modelUnitOf(action));
  }
});

test("a parameter that this agent does not know is refused, not passed over", () => {
  for (const { kind, params } of actions)
    expect(checkAction(sent({ kind, params: { ...(params as object), sometimes: true } }), "action")).toContain(
      "sometimes",
    );
  expect(checkAction({ kind: "earthquake", params: {} }, "action")).toContain("earthquake");
  expect(checkAction({ kind: "constructor", params: {} }, "action")).toContain("constructor");
});

test("drop keeps its one encoding: it is understood with whatever a later version adds to it", () => {
  expect(checkToAgent({ type: "drop", nonce: "n1", since: 7 })).toHaveProperty("message");
});

test("a refused order still tells whose it was", () => {
  const checked = checkToAgent({ type: "apply", session: "s", epoch: 3, gen: 9, basis: "x" });
  expect(checked).toMatchObject({ heard: { type: "apply", session: "s", epoch: 3, gen: 9 } });
  expect(checked).toHaveProperty("problem", expect.stringContaining("apply.basis"));
});
