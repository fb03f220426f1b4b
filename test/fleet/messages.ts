/** Messages of both sides of the contract, valid and damaged, for tests that send thousands of messages. */
import fc from "fast-check";
import { type FaultKind, faultKinds } from "../../experiments/model/faults/index.ts";

const name = fc.string({ minLength: 1, maxLength: 20 });
const ms = fc.integer({ min: 0, max: 7_200_000 });
const mark = { epoch: fc.nat(), gen: fc.nat() };
/**
 * Names mostly of the form that the contract wants: a message refused at the first check would reach no deeper code.
 */
const instance = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[A-Za-z0-9]([a-z0-9._-]{0,20}[a-z0-9])?$/) },
  name,
);
const service = fc.oneof({ weight: 4, arbitrary: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/) }, name);
const process = fc.oneof({ weight: 4, arbitrary: fc.stringMatching(/^[a-zA-Z0-9-]{1,24}$/) }, name);
const pattern = fc.oneof(fc.string(), fc.record({ regex: fc.string() }), fc.constant({ absent: true }));
const patterns = fc.dictionary(name, pattern);
const some = { requiredKeys: [] };
const keys = { method: pattern, path: pattern, host: pattern, query: patterns, headers: patterns };
const match = fc.record({ ...keys, not: fc.record(keys, some) }, some);
const criteria = fc.record(
  {
    status: fc.array(fc.record({ least: fc.nat(999), most: fc.nat(999) })),
    withinMs: ms,
    headers: patterns,
    connectMs: ms,
    end: fc.constant("clean"),
  },
  some,
);

/** Fault kinds in file form; each is parsed by the kind's own schema into the form that the server sends. */
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
  kill: [{}, { signal: "TERM", restart: "2s", every: "5s", within: "20s" }],
  restart: [{}, { grace: "0s", within: "1m" }],
  pause: [{}],
};
export const actions = Object.entries(written).flatMap(([kind, forms]) =>
  forms.map((form) => ({ kind, params: faultKinds[kind as FaultKind].params.parse(form) })),
);

/** Record that may have further keys, each present in half of the records. */
const recordWith = <T, O>(
  keys: { [K in keyof T]: fc.Arbitrary<T[K]> },
  optional: { [K in keyof O]: fc.Arbitrary<O[K]> },
) => fc.tuple(fc.record(keys), fc.record(optional, { requiredKeys: [] })).map(([all, some]) => ({ ...all, ...some }));
const FAULT = {
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
};
const fault = recordWith(FAULT, { existing: fc.constant("reset") });
const watch = fc.record({
  id: name,
  edge: name,
  match: fc.option(match),
  of: fc.constantFrom("all", "treated", "untreated"),
  good: criteria,
});
const markOrder = fc.record({
  run: name,
  key: fc.stringMatching(/^[0-9a-f]{32}$/),
  tag: fc.integer({ min: 0, max: 65_535 }),
  faults: fc.array(fc.record({ id: name, edge: name, match: fc.option(match), endpoints: fc.option(fc.array(name)) }), {
    maxLength: 2,
  }),
});
const EDGE = {
  id: name,
  listen: name,
  protocol: fc.constantFrom("http", "tcp"),
  endpoints: fc.array(name),
  healthPath: fc.option(name),
};
const edge = recordWith(EDGE, { at: fc.constant("callee"), callers: fc.array(name) });
const grant = { session: name, ...mark, basis: fc.nat(), leaseMs: fc.integer({ min: 1, max: 60_000 }) };
export const toAgentMessage = fc.oneof(
  fc.record(
    {
      type: fc.constant("welcome"),
      session: name,
      epoch: fc.nat(),
      leaseMs: grant.leaseMs,
      edges: fc.option(fc.array(edge)),
      minor: fc.nat(),
      cluster: name,
    },
    { requiredKeys: ["type", "session", "epoch", "leaseMs", "edges"] },
  ),
  fc.record({ type: fc.constant("edges"), session: name, edges: fc.array(edge) }),
  fc.record(
    {
      type: fc.constant("apply"),
      ...grant,
      faults: fc.array(fault, { maxLength: 4 }),
      watches: fc.array(watch, { maxLength: 3 }),
      allotments: fc.dictionary(name, fc.nat()),
      marks: fc.array(markOrder, { maxLength: 2 }),
    },
    { requiredKeys: ["type", "session", "epoch", "gen", "basis", "leaseMs", "faults", "watches", "allotments"] },
  ),
  fc.record({ type: fc.constant("noted"), session: name, n: fc.nat() }),
  fc.record({ type: fc.constant("renew"), ...grant }),
  fc.record({ type: fc.constant("drop"), nonce: name }),
);

const odd = fc.constantFrom<unknown>(null, true, -1, 0.5, 1e300, "", "no such thing", [], {}, [[]], { regex: 1 });
type Path = readonly (string | number)[];
const placesIn = (value: unknown, at: Path = []): Path[] =>
  typeof value === "object" && value !== null
    ? [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))]
    : [at];
/** Messages with a single place changed, removed, or extended by an unknown key. */
export const mutated = (message: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(message, fc.nat(), odd, fc.constantFrom("change", "remove", "add")).map(([whole, seed, value, how]) => {
    const copy = structuredClone(whole);
    const places = placesIn(copy).filter((path) => path.length > 0);
    const path = places[seed % places.length]!;
    const parent = path.slice(0, -1).reduce((inner, key) => (inner as Record<string, unknown>)[key], copy) as object;
    const key = path.at(-1)!;
    if (how === "change") Reflect.set(parent, key, value);
    else if (how === "add" && !Array.isArray(parent)) Reflect.set(parent, "unheard-of", value);
    else if (!Array.isArray(parent)) Reflect.deleteProperty(parent, key);
    return copy;
  });

const remains = fc.record({ live: fc.nat(3), held: fc.nat(3), wounded: fc.nat(3), external: fc.nat(3) });
const count = fc.nat(1_000);
const RECEIPT = {
  ...{ id: name, fault: name, edge: name, unit: fc.constantFrom("exchange", "connection"), liveMs: count },
  ...{ seen: count, matched: count, injected: count, spared: count, capped: count, untouched: count },
  ordinals: fc.array(fc.integer({ min: 1, max: 1_000 })),
};
const receipt = recordWith(RECEIPT, { escaped: count, escapedBy: fc.constant("redirect") });
const watchCount = fc.record({ id: name, good: count, bad: count, open: count, firstBad: fc.constant([]) });
const edgeCount = fc.record({
  ...{ edge: name, group: fc.constantFrom("treated", "untreated"), exchanges: count, open: count },
  ...{ byClass: fc.array(count, { maxLength: 6 }), bytesIn: count, bytesOut: count, latencies: fc.string() },
});
const proof = { remains, receipts: fc.array(receipt), watches: fc.array(watchCount) };
const table = fc.record(mark);
const labels = fc.dictionary(name, fc.string());
const offer = fc.record({
  ...{ from: service, to: service, listen: name, protocol: fc.constantFrom("http", "tcp") },
  ...{ endpoints: fc.array(name), healthPath: fc.option(name) },
});
/** `boot`, `session`: the agent whose messages these claim to be. */
export const toServerMessage = (boot: string, session: () => string, v: number): fc.Arbitrary<unknown> => {
  const mine = fc.oneof(fc.constant(0).map(session), name);
  const greeting = {
    ...{ type: fc.constant("hello"), v: fc.oneof(fc.constant(v), fc.nat(9)), version: name, cluster: fc.string() },
    ...{ instance, service: fc.option(service), labels, offers: fc.array(offer), pid: fc.nat() },
    ...{ boot: fc.oneof(fc.constant(boot), process), process: fc.constant(null), seen: table },
    predecessor: fc.option(fc.record({ boot: fc.constant(boot) })),
    table: fc.record({ ...mark, ids: fc.array(name) }),
  };
  const hello = recordWith(greeting, {
    calleeOffers: fc.array(offer),
    clock: fc.record({ of: name, zeroMs: fc.double() }),
  });
  const listed = fc.record({ id: name, listen: name });
  const failed = fc.record({ id: name, why: fc.string() });
  return fc.oneof(
    hello,
    fc.record({ type: fc.constant("serving"), session: mine, edges: fc.array(listed), failed: fc.array(failed) }),
    fc.record({ type: fc.constant("pulse"), session: mine, n: fc.nat(), table, ...proof, edges: fc.array(edgeCount) }),
    fc.record({ type: fc.constant("applied"), session: mine, ...mark }),
    fc.record({
      ...{ type: fc.constant("refused"), session: mine, ...mark, detail: fc.string(), seen: table },
      why: fc.constantFrom("stale", "fenced", "unsupported", "policy"),
    }),
    fc.record({ type: fc.constant("lapsed"), ...mark, why: fc.string() }),
    fc.record({ type: fc.constant("attest"), nonce: fc.string(), boot: fc.constant(boot), ...mark, ...proof }),
  );
};

/** Text that is not a message of the contract. */
export const noise: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.json(),
  fc.nat(40_000).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
  fc.nat(5_000).map((depth) => `{"type":"pulse","session":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`),
  fc.constantFrom(
    '{"type":"__proto__"}',
    '{"type":"constructor"}',
    '{"__proto__":{"type":"drop","nonce":"x"}}',
    '{"type":"hello","constructor":{"prototype":{"polluted":true}}}',
    '{"type":"drop","nonce":null}',
    "null",
    "0",
    '""',
    "\u0000",
    `{"type":"attest","nonce":"${"x".repeat(100_000)}"}`,
  ),
);
