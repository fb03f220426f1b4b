/**
 * Words of other tools for Squall's fields, so that an unknown key leads to the right key. Looked up by the ending of
 * the map's place (`schema-walk.ts`); all matching endings count, the longest first.
 */
import { quote } from "../document/issue.ts";
import { byEnding } from "./schema-walk.ts";

/** Squall's key in the same map; or a sentence, with Squall's key where a key is the replacement. */
type Answer = string | { readonly say: string; readonly key?: string };
interface Words {
  readonly [word: string]: Answer;
}
/** `percent, percentage` → the same answer for each. */
const words = (...rows: readonly (readonly [words: string, answer: Answer])[]): Words =>
  Object.fromEntries(rows.flatMap(([list, answer]) => list.split(", ").map((word) => [word, answer])));

const STRESS =
  "Squall does not stress machines: use stress-ng or Chaos Mesh; what callers see of a busy service is `latency`";
const PACKETS =
  "Squall strikes requests and connections, not packets: use `reset` or `partition` with a `share`, or `abort: 503`";
const SCALE =
  "Squall changes no number of instances yet: what callers see of a service that is gone is `kill` with `service`, or `partition: refuse`";
const PERCENTILE =
  "a percentile is a bound and an objective: p99 under 300 ms is `good: { within: 300ms }` with `objective: 99%`";
const KIND = "the kind of a fault is a key of its own, such as `latency: 2s` or `abort: 503`";
const PROBE = "the kind of a probe is a key of its own, such as `http: { to: gateway, path: /checkout, rate: 40/s }`";
const beside = (key: string, example: string) => ({ say: `\`${key}\` stands one level up, such as \`${example}\`` });
const SHARE = beside("share", "share: 20%");
const ROLLBACK = "every fault is taken away by itself at the end of `during`: leave it out";

/** Names for the share of a fault, at any place. */
const PARTS = "percent, percentage, probability, toxicity, chance, fraction, ratio, likelihood";

const END_OF_EDGE = words(
  ["source, src, caller, client, upstream", "from"],
  ["target, destination, dest, dst, callee, server, downstream, service", "to"],
  ["side, place, location", "at"],
);

const PATTERN = words(
  [
    "glob, prefix, exact, equals, contains, startsWith, endsWith, suffix, value, is",
    { say: 'a pattern is written itself, and `*` in it stands for any text: `path: "/charge*"`' },
  ],
  ["regexp, re, pattern, matches", "regex"],
  ["present, exists", { say: 'a value that must be there, whatever it is, is `"*"`' }],
);

const TABLE: Readonly<Record<string, Words>> = {
  Experiment: words(
    [
      "name, labels, annotations, tags, title",
      { say: "`name` and `labels` belong into `metadata`, such as `metadata: { name: slow-payments }`" },
    ],
    ["hypothesis, faults, phases, limits, halt, mesh, seed, description", { say: "it belongs into `spec`" }],
  ),
  Mesh: words(
    ["name, labels", { say: "it belongs into `metadata`, such as `metadata: { name: shop }`" }],
    ["services, edges, directory", { say: "it belongs into `spec`" }],
  ),
  Schedule: words(
    ["name, labels", { say: "it belongs into `metadata`" }],
    ["cron, experiment", { say: "it belongs into `spec`" }],
  ),
  metadata: words(
    ["tags", "labels"],
    ["title, id", "name"],
    ["description", { say: "`description` belongs into `spec`" }],
  ),
  "Experiment.spec": words(
    ["guardrails, guardrail, stop, stopConditions, safeguards, safety, alarms, abort, abortConditions", "halt"],
    [
      "expectations, expect, steadyState, steadyStateHypothesis, probes, slos, slo, checks, assertions, verify",
      "hypothesis",
    ],
    ["toxics, attacks, inject, injections, method, actions, chaos, experiments, scenario", "faults"],
    ["blastRadius, scope", "limits"],
    ["duration", { say: "how long faults are live is `phases: { during: 20s }`", key: "phases" }],
    ["timeout", { say: "the longest time of a run is `limits: { deadline: 2m }`", key: "limits" }],
    ["rollbacks, rollback, cleanup", { say: ROLLBACK }],
    [
      "steps, stages",
      {
        say: "a fault that grows is `share: { steps: [1%, 5%], each: 30s }`; when each fault is live say `start` and `for`",
      },
    ],
    ["target, selector, edge", { say: "where a fault is injected is its own `edge: checkout -> payments`" }],
    ["title, name", { say: "the name belongs into `metadata`, such as `metadata: { name: slow-payments }`" }],
    ["schedule, cron", { say: "when it is started again is a document of kind Schedule" }],
  ),
  phases: words(
    ["duration, chaos, fault, faults, inject, injection, attack, for", "during"],
    ["steady, steadyState, before, pre", "baseline"],
    ["cooldown, after, post, rollback, recoverWithin", "recovery"],
    ["rampUp, setup", "warmup"],
  ),
  "phases.recovery": words(["for, stable, stay, duration", "hold"], ["timeout, deadline, in, max", "within"]),
  limits: words(
    ["timeout, duration, maxDuration, max", "deadline"],
    ["maxRequests, count, cap", "requests"],
    ["blastRadius, scope, allow", "services"],
  ),
  "limits.harm": words(["p99, p90, p50, latency", "p95"], ["error, errorRate, failures", "errors"]),

  "hypothesis.[]": words(
    ["slo, sla, target, threshold, successRate, share, percent, least, atLeast", "objective"],
    ["expect, is, assert, check, criteria, tolerance, should, success, ok", "good"],
    ["probe, request, call, get, query, type, kind, action", { say: PROBE }],
    [
      "url, path, method, to, service",
      { say: "what is asked belongs into `http`, such as `http: { to: gateway, path: /checkout }`", key: "http" },
    ],
    ["timeout, latency, maxLatency, p50, p90, p95, p99, percentile", { say: PERCENTILE }],
    [
      "status, code, statusCode, httpStatus",
      { say: "what makes a sample good belongs into `good`, such as `good: { status: 2xx }`", key: "good" },
    ],
    ["title, description", "name"],
    ["phase, phases, during", "when"],
    ["grpc", { say: "it is not built yet: use http or tcp" }],
  ),
  "halt.[]": words(
    ["expect, is, assert, check, criteria, until, unless", "good"],
    ["probe, request, type, kind", { say: PROBE }],
    ["title, description", "name"],
    ["threshold, count", "trip"],
    [
      "objective, slo",
      {
        say: "a guardrail has no objective: `trip: { bad: 3, of: 3 }` says how many bad samples halt the run",
        key: "trip",
      },
    ],
  ),
  good: words(
    ["timeout, latency, maxLatency, responseTime, duration, below, under, faster, max", "within"],
    ["p50, p75, p90, p95, p99, p999, percentile, percentiles", { say: PERCENTILE, key: "within" }],
    ["code, statusCode, httpStatus, http, statuses", "status"],
    ["contains, text, equals, output, stdout, regex, matches", "body"],
    ["exitCode, exitStatus", "exit"],
    ["jsonPath, jsonpath", "json"],
    ["objective, share, slo", beside("objective", "objective: 99%")],
  ),
  http: words(
    ["service, target, host, endpoint, server", "to"],
    ["verb", "method"],
    ["rps, qps, frequency, requestsPerSecond", "rate"],
    ["interval, period", "every"],
    ["payload, data", "body"],
    ["uri, address", "url"],
    ["route, endpointPath", "path"],
    ["status, within, latency, good", beside("good", "good: { status: 2xx, within: 500ms }")],
    ["objective", beside("objective", "objective: 99%")],
    [
      "concurrency, users, vus, threads",
      { say: "load is open loop: so many requests a second, `rate: 40/s`", key: "rate" },
    ],
  ),
  tcp: words(
    ["service, target", "to"],
    ["host, endpoint, url, port", "address"],
    ["interval", "every"],
    ["payload, data", "send"],
    ["expect, within", beside("good", "good: { within: 200ms }")],
  ),
  traffic: {
    ...END_OF_EDGE,
    ...words(
      ["edge", { say: "write the edge itself: `traffic: gateway -> checkout`" }],
      ["filter, path, method", "match"],
    ),
  },
  "ratio.of": END_OF_EDGE,
  "ratio.per": END_OF_EDGE,
  ratio: words(["numerator, count", "of"], ["denominator, by", "per"], ["interval", "every"]),
  prometheus: words(
    ["server, address, endpoint, host", "url"],
    ["promql, expr, expression, metric", "query"],
    ["interval", "every"],
    ["value, threshold", beside("good", 'good: { value: "< 0.9" }')],
  ),
  process: words(["cmd, exec, program, args, shell", "command"], ["interval", "every"], ["environment", "env"]),
  worst: words(["duration, over, for", "window"], ["share, least", "objective"]),
  trip: words(["count, failures, failed", "bad"], ["total, window, last", "of"]),

  "faults.[]": words(
    [`${PARTS}, toxicality, rate, part, sample, sampling`, "share"],
    ["duration, length, last, lasts, howLong", "for"],
    [
      "error, errors, code, httpStatus, status, statusCode, fail, failure, exception, http, response, faultCode",
      "abort",
    ],
    [
      "target, targets, source, destination, src, dst, dest, from, to, services, selector, upstream, downstream, link, caller, callee, route, host, where",
      "edge",
    ],
    ["delay, slow, lag, wait, latencyMs", "latency"],
    ["after, offset, startAfter, begin, at, startAt", "start"],
    ["filter, request, requests, path, method, headers, header, url, when", "match"],
    [
      "timeout",
      {
        say: "a call that is never answered is `partition: blackhole`, a late one `latency: 2s`; a bound on answers is `within` in `good`",
        key: "partition",
      },
    ],
    ["blackhole, disconnect, cut, down, unreachable, isolate", "partition"],
    ["rst, close, connectionReset", "reset"],
    ["throughput, limit", "bandwidth"],
    ["rateLimit, ratelimit", "throttle"],
    ["loss, packetLoss, drop, duplicate, reorder, packets", { say: PACKETS }],
    ["crash, podKill, terminate, processKill, sigkill", "kill"],
    ["stop, shutdown, reboot, redeploy, bounce", "restart"],
    ["freeze, suspend, sigstop, hang", "pause"],
    ["scale, replicas", { say: SCALE }],
    ["cpu, memory, mem, disk, io, clock, stress, load, time", { say: STRESS }],
    ["type, kind, action, toxic, attack, fault, params, parameters, args, attributes", { say: KIND }],
    ["interval, every, period, cycle, on, off", "pulse"],
    [
      "jitter",
      { say: "`jitter` belongs into `latency`, such as `latency: { delay: 2s, jitter: 200ms }`", key: "latency" },
    ],
    [
      "direction, stream",
      { say: "`direction` belongs into the fault's kind, such as `bandwidth: { rate: 64KiB/s, direction: response }`" },
    ],
    [
      "dns, tls, streamCut, grpcStatus, websocket",
      {
        say: "that kind of fault is not built yet; what callers see of a callee that cannot be reached is `partition: refuse`",
      },
    ],
    ["title, description, id", "name"],
    ["minHits, atLeast", "hits"],
    ["connections, existingConnections, keepAlive, established, resetExisting", "existing"],
  ),
  "faults.[].edge": {
    ...END_OF_EDGE,
    ...words([
      "port, protocol, listen",
      { say: "an edge is named by its two services; the mesh file says where it listens" },
    ]),
  },
  "edge.from": words(
    ["name", "service"],
    ["count, percent, share", "instances"],
    ["selector, matchLabels, label", "labels"],
  ),
  "edge.to": words(
    ["selector, matchLabels, label", "labels"],
    ["service, name", { say: "write the service itself: `to: payments`" }],
  ),
  share: words(
    [`${PARTS}, value, share`, "of"],
    ["key, on, sticky, hash", "by"],
    ["stages", "steps"],
    ["duration, interval, for, step", "each"],
  ),
  pulse: words(["on, active, up, duration, for", "live"], ["off, pause, sleep, down, interval, every", "rest"]),
  hits: words(["min, minimum, count, least, requests", "atLeast"]),
  match: words(
    ["url, uri, route, prefix, endpoint", "path"],
    ["verb, methods", "method"],
    [
      "regex, glob, exact",
      {
        say: 'a regular expression stands under what it means, such as `path: { regex: "/charge/[0-9]+" }`',
        key: "path",
      },
    ],
    ["params, parameters, queryParams, queryString", "query"],
    ["authority, service", "host"],
    ["exclude, except, unless", "not"],
    [
      "body, json",
      { say: "requests are matched by method, path, host, query, headers and baggage, never by their body" },
    ],
  ),
  latency: words(
    ["duration, ms, time, value, amount, latency, fixed, fixedDelay, latencyMs, wait", "delay"],
    ["variance, variation, stddev, random", "jitter"],
    ["direction, on, where", "at"],
    ["min, max", { say: "so much more or less is `jitter`: 1 s to 3 s is `{ delay: 2s, jitter: 1s }`", key: "delay" }],
    [PARTS, SHARE],
  ),
  abort: words(
    ["code, httpStatus, statusCode, error, http, value", "status"],
    ["message, text", "body"],
    [PARTS, SHARE],
  ),
  partition: words(["mode, type, kind, action, with", "how"], [PARTS, SHARE]),
  reset: words(["timeout, delay, in", "after"], ["bytes", "afterBytes"], [PARTS, SHARE]),
  bandwidth: words(["limit, value, speed, bytes", "rate"], [PARTS, SHARE]),
  slowClose: words(["duration, time, after", "delay"], [PARTS, SHARE]),
  limitBytes: words(["size, limit, after, value", "bytes"], [PARTS, SHARE]),
  slice: words(
    ["bytes, averageSize, value", "size"],
    ["delay, interval", "pause"],
    ["sizeVariation", "variation"],
    [PARTS, SHARE],
  ),
  corrupt: words(["share, value", "bytes"], [PARTS, SHARE]),
  rewrite: words(
    ["status, body, headers", { say: "say of what: `rewrite: { response: { status: 409 } }`", key: "response" }],
    [PARTS, SHARE],
  ),
  throttle: words(["rps, qps, limit, requests", "rate"], ["code, httpStatus", "status"], [PARTS, SHARE]),

  ...Object.fromEntries(
    ["path", "method", "host", "body", "headers.*", "query.*", "baggage.*", "json.*"].map((place) => [place, PATTERN]),
  ),

  "Mesh.spec": words(
    ["nodes, apps, components", "services"],
    ["links, dependencies, connections, routes", "edges"],
    ["dir, cwd, workdir, workingDirectory, root", "directory"],
  ),
  "services.*": words(
    ["cmd, run, exec, entrypoint, args, script", "command"],
    ["environment, vars, variables", "env"],
    ["port, ports, address, addresses, url, host, listen", "endpoints"],
    ["health, healthcheck, healthCheck, readiness, readinessProbe, probe", "ready"],
    ["timeout, startTimeout, startupTimeout", "start"],
    [
      "image, container, build, docker",
      {
        say: "Squall starts commands and no containers: give `command`, or leave it out and let another tool run the service",
      },
    ],
    ["tags", "labels"],
    ["replicas, instances", { say: "each instance is one of its `endpoints`", key: "endpoints" }],
    ["dependsOn, calls, edges", { say: "who calls whom stands in `spec.edges`" }],
    ["cwd, directory, workdir", { say: "where commands run is `spec.directory`, for all services" }],
  ),
  "endpoints.[]": words([
    "host, port, url, listen",
    { say: 'an endpoint is host and port in one, such as `address: "127.0.0.1:7104"`', key: "address" },
  ]),
  ready: words(
    ["path, url, get, httpGet", "http"],
    ["port, socket", "tcp"],
    ["timeout", { say: "how long it may take is `start`, one level up" }],
  ),
  "edges.[]": {
    ...END_OF_EDGE,
    ...words(["port, address, proxy, bind, listener, endpoint", "listen"], ["type, scheme", "protocol"]),
  },

  "Schedule.spec": words(
    ["schedule, every, interval, when, at", "cron"],
    ["tz, timezone, zone", "timeZone"],
    ["overlap, concurrencyPolicy", "concurrency"],
    ["suspend, disabled, enabled", "paused"],
    ["on, then, actions, onFailure, onSuccess, reactions", "after"],
    ["startingDeadlineSeconds, deadline", "startWithin"],
  ),
  "Policy.spec": words(
    ["edges, scope, target", "where"],
    [
      "deny, forbid, block, exclude",
      { say: "what is never to be touched stands under `protected`; what may be injected under `allow`" },
    ],
    ["subjects, roles, users", "who"],
  ),
  "Schedule.spec.select.*": words(["count, percent, share", "instances"]),
  "Policy.spec.allow": words(["kinds, types, kind", "faults"], ["percent, percentage, max", "share"]),
  "windows.[]": words(["start, begin", "from"], ["end, until", "to"], ["day, weekdays", "days"]),
  "freezes.[]": words(["start, begin", "from"], ["end, until", "to"], ["why, note", "reason"]),
};

/** `slow_close`, `slow-close` and `SlowClose` are the same word. */
const plain = (word: string) => word.toLowerCase().replace(/[-_ ]/g, "");
const PLAIN: ReadonlyMap<string, ReadonlyMap<string, Answer>> = new Map(
  Object.entries(TABLE).map(([place, table]) => [
    place,
    new Map(Object.entries(table).map(([word, answer]) => [plain(word), answer])),
  ]),
);

export interface Synonym {
  /** A sentence part without a full stop. */
  readonly message: string;
  readonly suggestion?: string;
}
/**
 * The intended key for an unknown key in the map at `place`, or a sentence on the unknown key; undefined: no table has
 * the word.
 */
export const meantBy = (key: string, place: string): Synonym | undefined => {
  const parts = place.split(".");
  for (let from = 0; from < parts.length; from++) {
    const answer = PLAIN.get(parts.slice(from).join("."))?.get(plain(key));
    if (answer === undefined) continue;
    if (typeof answer === "string") return { message: `unknown key ${quote(key)}`, suggestion: answer };
    const message = `unknown key ${quote(key)}: ${answer.say}`;
    return answer.key === undefined ? { message } : { message, suggestion: answer.key };
  }
  return undefined;
};
/** Every word of the table with its place, for the test that compares the words with the schemas. */
export const synonyms = (): readonly {
  readonly place: string;
  readonly word: string;
  readonly key: string | undefined;
}[] =>
  Object.entries(TABLE).flatMap(([place, table]) =>
    Object.entries(table).map(([word, answer]) => ({
      place,
      word,
      key: typeof answer === "string" ? answer : answer.key,
    })),
  );

/** Ways to cut an edge, in the words of other tools; the same in the short form and in the map. */
const CUTS: Readonly<Record<string, string>> = {
  drop: "blackhole",
  timeout: "blackhole",
  close: "refuse",
  deny: "refuse",
  hang: "stall",
  pause: "stall",
  rst: "reset",
};
/** Values of other tools for Squall's words, by the ending of the place. */
const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "latency.distribution": { gaussian: "normal", gauss: "normal", constant: "uniform", exponential: "pareto" },
  "latency.at": { upstream: "request", downstream: "response", server: "response", client: "request", dial: "connect" },
  "partition.how": CUTS,
  partition: CUTS,
  direction: {
    upstream: "request",
    downstream: "response",
    inbound: "request",
    outbound: "response",
    in: "request",
    out: "response",
  },
  "limits.callers": { fail: "any", all: "any", nobody: "none", slow: "slower" },
  "limits.leak": { ignore: "report", warn: "report", fail: "break", halt: "break" },
  onBroken: { stop: "revert", abort: "revert", halt: "revert", ignore: "continue" },
  when: { after: "recovery", before: "baseline", fault: "during" },
  "days.[]": {
    sunday: "sun",
    monday: "mon",
    tuesday: "tue",
    wednesday: "wed",
    thursday: "thu",
    friday: "fri",
    saturday: "sat",
  },
  "roles.[]": { ops: "operator", user: "viewer", reader: "viewer", root: "admin" },
  "allow.faults.[]": { delay: "latency", error: "abort", blackhole: "partition" },
  "when.[]": { after: "recovery", before: "baseline", fault: "during" },
  concurrency: { skip: "forbid", replace: "queue", allow: "queue", wait: "queue" },
  protocol: { https: "tcp", postgres: "tcp", redis: "tcp", mysql: "tcp" },
};
const TRUTH: Readonly<Record<string, string>> = {
  yes: "true",
  on: "true",
  no: "false",
  off: "false",
  n: "false",
};
/** Squall's word for a value of another tool; undefined: unknown. */
export const otherWord = (given: unknown, place: string, titles: readonly string[]): string | undefined => {
  if (typeof given !== "string" && typeof given !== "number") return undefined;
  const word = String(given).toLowerCase();
  const table = byEnding(VALUES, place);
  if (table !== undefined && Object.hasOwn(table, word)) return table[word];
  return titles.length === 0 && Object.hasOwn(TRUTH, word) && typeof given === "string" ? TRUTH[word] : undefined;
};
