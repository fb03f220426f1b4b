/**
 * Invalid experiments, each made from a single valid file by edits. `«` in an edit marks the place that must be
 * reported; `says` has an entry for each issue, in the order of the file: the message, and after `→` the suggestion.
 */
export interface BadFile {
  readonly name: string;
  /** Text to find in the valid file, and its replacement. */
  readonly edits: readonly (readonly [find: string, put: string])[];
  readonly says: readonly string[];
  /** Only the parser finds this issue: the JSON Schema cannot express the rule. */
  readonly parserOnly?: true;
}

export const GOOD_EXPERIMENT = `apiVersion: squall.dev/v1
kind: Experiment
metadata:
  name: slow-payments
spec:
  phases: { during: 20s }
  hypothesis:
    - name: shoppers can check out
      http: { to: gateway, path: /checkout, rate: 40/s }
      good: { status: 2xx, within: 500ms }
      objective: 99%
  faults:
    - name: payments is slow
      edge: { from: checkout, to: payments }
      match: { path: /charge }
      share: 100%
      latency: { delay: 2s }
      start: 1s
  limits: { deadline: 2m }
  halt:
    - name: the host is calm
      prometheus: { url: "http://127.0.0.1:9090", query: up }
      good: { value: "< 1" }
`;

const FAULTS = "latency, abort, partition, reset, bandwidth, slowClose, limitBytes, slice, corrupt, rewrite, throttle, kill, restart, pause";
const PROBES = "http, tcp, traffic, ratio, prometheus, process";
const DURATION = 'expected a duration such as "250ms", "1.5s" or "2m", 24h at most';
const SHARE = 'expected a share such as "5%" or "99.9%", 100% at most';
const STATUS = 'expected a status such as 200, 2xx, "<500" or a list of them, from 100 to 599';

export const badExperiments: readonly BadFile[] = [
  {
    name: "an unknown version",
    edits: [["squall.dev/v1", "«squall.dev/v2"]],
    says: ['expected squall.dev/v1, got "squall.dev/v2" → squall.dev/v1'],
  },
  {
    name: "another kind of document",
    edits: [["Experiment", "«Schedule"]],
    says: ['expected Experiment, got "Schedule"'],
  },
  {
    name: "no metadata",
    edits: [
      ["metadata:\n  name: slow-payments\n", ""],
      ["apiV", "«apiV"],
    ],
    says: ["missing `metadata`, such as `metadata: { name: slow-payments }`"],
  },
  {
    name: "no name",
    edits: [
      ["  name: slow-payments", "  labels: {}"],
      ["metadata", "«metadata"],
    ],
    says: ["missing `name`, such as `name: slow-payments`"],
  },
  {
    name: "a name that is no DNS label",
    edits: [["slow-payments", "«Slow_Payments"]],
    says: ['expected a name of a-z, 0-9 and "-", 63 characters at most, such as "slow-payments", got "Slow_Payments" → slow-payments'],
  },
  {
    name: "a label that is a number",
    edits: [["name: slow-payments", "name: slow-payments\n  labels: { team: «7 }"]],
    says: ["expected text, got 7; put it in quotes"],
  },
  {
    name: "an expected verdict that there is not",
    edits: [["name: slow-payments", "name: slow-payments\n  annotations: { squall.dev/expect: «HOLD }"]],
    says: [
      'expected HELD, BROKEN, INVALID, INCONCLUSIVE, HALTED, RESIDUE, with a reason after it or not, got "HOLD" → HELD',
    ],
    parserOnly: true,
  },
  {
    name: "an annotation of ours that there is not",
    edits: [["name: slow-payments", "name: slow-payments\n  annotations: { «squall.dev/expects: HELD }"]],
    says: ['unknown annotation "squall.dev/expects" → squall.dev/expect'],
    parserOnly: true,
  },
  {
    name: "a key at the wrong level",
    edits: [["spec:", "«seed: 1\nspec:"]],
    says: ['unknown key "seed": it belongs into `spec`'],
  },
  {
    name: "a key that nothing is near to",
    edits: [["  phases:", "  «zzzzzzzz: 1\n  phases:"]],
    says: [
      'unknown key "zzzzzzzz"; known here: description, mesh, seed, phases, onBroken, hypothesis, faults, limits, halt',
    ],
  },
  {
    name: "two unknown keys in one map",
    edits: [["during: 20s", "«durring: 20s, «warm-up: 1s"]],
    says: ['unknown key "durring" → during', 'unknown key "warm-up" → warmup'],
  },
  {
    name: "no hypothesis key",
    edits: [["hypothesis:", "«hypotheses:"]],
    says: ['unknown key "hypotheses" → hypothesis'],
  },
  {
    name: "an empty hypothesis",
    edits: [
      [
        "    - name: shoppers can check out\n      http: { to: gateway, path: /checkout, rate: 40/s }\n      good: { status: 2xx, within: 500ms }\n      objective: 99%\n",
        "",
      ],
      ["hypothesis:", "hypothesis: «[]"],
    ],
    says: ["expected one entry at least, got none"],
  },
  {
    name: "a map where a list belongs",
    edits: [["    - name: the host is calm", "      «name: the host is calm"]],
    says: ['expected a list such as [{ name: no retry storm, ratio: { of: checkout -> inventory, per: gateway -> checkout }, good: { value: "<= 2" } }], got a map; each entry of a list begins with "- "'],
  },
  {
    name: "a key with nothing after it",
    edits: [["phases: { during: 20s }", "«phases:"]],
    says: ["nothing is written here: expected a map such as { baseline: 10s, during: 20s }"],
  },
  {
    name: "a seed that is no whole number",
    edits: [["  phases:", "  seed: «1.5\n  phases:"]],
    says: ["expected a whole number, got 1.5"],
  },
  {
    name: "a seed that is too large",
    edits: [["  phases:", "  seed: «2147483648\n  phases:"]],
    says: ["expected 2147483647 or less, got 2147483648"],
  },
  {
    name: "an enum value with a slip",
    edits: [["  phases:", "  onBroken: «revret\n  phases:"]],
    says: ['expected revert or continue, got "revret" → revert'],
  },
  { name: "a duration without unit", edits: [["during: 20s", "during: «20"]], says: [`${DURATION}, got 20 → 20s`] },
  {
    name: "a duration with an unknown unit",
    edits: [["during: 20s", "during: «20sec"]],
    says: [`${DURATION}, got "20sec" → 20s`],
  },
  {
    name: "a duration over a day",
    edits: [["during: 20s", "during: «25h"]],
    says: [`${DURATION}, got "25h"`],
    parserOnly: true,
  },
  {
    name: "no time to inject",
    edits: [["during: 20s", "during: «0s"]],
    says: ["expected more than 0s: nothing is injected otherwise"],
    parserOnly: true,
  },
  {
    name: "no baseline",
    edits: [["during: 20s", "during: 20s, baseline: «0ms"]],
    says: ["expected more than 0s: without a steady state nothing can be broken"],
    parserOnly: true,
  },
  {
    name: "settling longer than the fault",
    edits: [["during: 20s", "during: 20s, settle: «20s"]],
    says: ["expected less than `during` (20s), of which it is a part"],
    parserOnly: true,
  },
  {
    name: "a recovery that cannot hold",
    edits: [["during: 20s", "during: 20s, recovery: { within: 5s, hold: «6s }"]],
    says: ["expected at most `within` (5s), got 6s"],
    parserOnly: true,
  },
  {
    name: "a deadline before the end",
    edits: [["deadline: 2m", "deadline: «30s"]],
    says: ["the deadline of 30s is shorter than all phases together, 57s"],
    parserOnly: true,
  },
  {
    name: "the default deadline before the end",
    edits: [
      ["during: 20s", "during: 20m"],
      ["limits: { deadline: 2m }", "«limits: {}"],
    ],
    says: ["the deadline of 15m is shorter than all phases together, 1237s"],
    parserOnly: true,
  },
  {
    name: "a deadline of over two hours",
    edits: [["deadline: 2m", "deadline: «3h"]],
    says: ['expected 2h at most, got "3h"'],
    parserOnly: true,
  },
  {
    name: "no probe",
    edits: [
      ["http: { to: gateway, path: /checkout, rate: 40/s }\n      ", ""],
      ["- name: shoppers", "- «name: shoppers"],
    ],
    says: [`name exactly one probe, such as \`http: { to: gateway, path: /checkout }\`: ${PROBES}`],
  },
  {
    name: "two probes",
    edits: [["      good: { status", "      «tcp: { to: gateway }\n      good: { status"]],
    says: [`http and tcp are given, but name exactly one probe: ${PROBES}`],
  },
  { name: "a probe with a slip", edits: [["http: { to", "«htpp: { to"]], says: ['unknown key "htpp" → http'] },
  {
    name: "a probe without a place",
    edits: [["http: { to: gateway, path: /checkout, rate: 40/s }", "http: «{ rate: 40/s }"]],
    says: ["name either `to` (a service of the mesh) or `url`"],
    parserOnly: true,
  },
  {
    name: "a probe with a URL and a path",
    edits: [["to: gateway, path: /checkout", 'url: "http://localhost:1", path: «/checkout']],
    says: ["`path` goes with `to`; write it into `url`"],
    parserOnly: true,
  },
  {
    name: "a path without a slash",
    edits: [["path: /checkout", "path: «checkout"]],
    says: ['expected a path that begins with "/", got "checkout" → /checkout'],
  },
  {
    name: "a method in lower case",
    edits: [["rate: 40/s", "rate: 40/s, method: «post"]],
    says: ['expected GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS, got "post" → POST'],
  },
  {
    name: "a rate of nothing",
    edits: [["40/s", "«0/s"]],
    says: ['expected a rate such as "40/s" or "90/m", above 0, got "0/s"'],
    parserOnly: true,
  },
  {
    name: "a rate that is a number",
    edits: [["40/s", "«40"]],
    says: ['expected a rate such as "40/s" or "90/m", above 0, got 40 → 40/s'],
  },
  {
    name: "both rate and every",
    edits: [["http: { to: gateway, path: /checkout, rate: 40/s }", "http: «{ to: gateway, rate: 40/s, every: 1s }"]],
    says: ["give either `rate` or `every`"],
    parserOnly: true,
  },
  {
    name: "a URL with a password",
    edits: [['"http://127', '«"http://me:pass@127']],
    says: [
      'expected an http or https URL without user and password, such as "http://127.0.0.1:9090", got "http://me:pass@127.0.0.1:9090"',
    ],
  },
  {
    name: "a header that breaks the head",
    edits: [["rate: 40/s", 'rate: 40/s, headers: { x-a: «"b\\r\\nx-c: d" }']],
    says: ['expected a header value on one line, got "b\\r\\nx-c: d"'],
  },
  {
    name: "a header name with a space",
    edits: [["rate: 40/s", 'rate: 40/s, headers: { «"x a": b }']],
    says: ['expected a header name, got "x a"'],
  },
  {
    name: "no good",
    edits: [
      ["      good: { status: 2xx, within: 500ms }\n", ""],
      ["- name: shoppers", "- «name: shoppers"],
    ],
    says: ["missing `good`, such as `good: { status: 2xx, within: 500ms }`"],
  },
  {
    name: "an empty good",
    edits: [["good: { status: 2xx, within: 500ms }", "good: «{}"]],
    says: ["names nothing: a sample needs something to be good by, such as { status: 2xx, within: 500ms }"],
    parserOnly: true,
  },
  { name: "a status that is none", edits: [["status: 2xx", "status: «7xx"]], says: [`${STATUS}, got "7xx"`] },
  {
    name: "a status out of range",
    edits: [["status: 2xx", 'status: «"<100"']],
    says: [`${STATUS}, got "<100"`],
    parserOnly: true,
  },
  { name: "a list with a wrong status", edits: [["status: 2xx", "status: [200, «99]"]], says: [`${STATUS}, got 99`] },
  {
    name: "a comparison without operator",
    edits: [['value: "< 1"', "value: «1"]],
    says: ['expected a comparison such as "<= 0.01" or ">= 1", got 1 → == 1'],
  },
  {
    name: "a good key of another probe",
    edits: [["status: 2xx, within", 'status: 2xx, «value: "< 1", within']],
    says: ["`value` means nothing for http; it has status, within, body, json, headers"],
    parserOnly: true,
  },
  {
    name: "good by speed alone",
    edits: [["good: { status: 2xx, within: 500ms }", "good: «{ within: 500ms }"]],
    says: ["a fast error would be good too: add a `status`, such as 2xx"],
    parserOnly: true,
  },
  {
    name: "a JSON path without its root",
    edits: [["status: 2xx,", "status: 2xx, json: { «status: ok },"]],
    says: ['expected a JSON path that begins with $, got "status" → $.status'],
  },
  {
    name: "a stream without objective",
    edits: [
      ["      objective: 99%\n", ""],
      ["- name: shoppers", "- «name: shoppers"],
    ],
    says: ["missing `objective`: the least share of good samples, such as 99%"],
    parserOnly: true,
  },
  {
    name: "an objective without percent sign",
    edits: [["99%", "«0.99"]],
    says: ['expected a share such as "99%", or one for each phase, got 0.99 → 99%'],
  },
  { name: "an objective over 100%", edits: [["99%", "«101%"]], says: [`${SHARE}, got "101%"`], parserOnly: true },
  {
    name: "an objective that always holds",
    edits: [["99%", "«0%"]],
    says: ["an objective of 0% always holds: give the least share of good samples"],
    parserOnly: true,
  },
  {
    name: "an objective for a phase that there is not",
    edits: [["objective: 99%", "objective: { during: 99%, «recover: 90% }"]],
    says: ['unknown key "recover" → recovery'],
  },
  {
    name: "an objective for a phase that does not count",
    edits: [["objective: 99%", "when: during\n      objective: { during: 99%, «baseline: 99% }"]],
    says: ["`when` leaves baseline out"],
    parserOnly: true,
  },
  {
    name: "when with a slip",
    edits: [["objective: 99%", "objective: 99%\n      when: [baseline, «durring]"]],
    says: ['expected baseline, during or recovery, got "durring" → during'],
  },
  {
    name: "both objective and eventually",
    edits: [["objective: 99%", "«objective: 99%\n      eventually: 5s"]],
    says: ["give either `objective` or `eventually`"],
    parserOnly: true,
  },
  {
    name: "eventually after the end",
    edits: [["objective: 99%", "when: during\n      eventually: «21s"]],
    says: ["during takes 20s, less than 21s"],
    parserOnly: true,
  },
  {
    name: "worst without window",
    edits: [["objective: 99%", "objective: 99%\n      «worst: { objective: 50% }"]],
    says: ["missing `window`, such as `window: 5s`"],
  },
  {
    name: "a fault on a process without its service",
    edits: [
      ["      edge: { from: checkout, to: payments }\n", ""],
      ["- name: payments is", "- «name: payments is"],
      ["      match:", "      «match:"],
      ["      latency: { delay: 2s }", "      pause: {}"],
    ],
    says: [
      "missing `service`, such as `service: payments`",
      "pause strikes a whole process: it cannot match requests",
    ],
  },
  {
    name: "no fault kind",
    edits: [
      ["      latency: { delay: 2s }\n", ""],
      ["- name: payments is", "- «name: payments is"],
    ],
    says: [`name exactly one fault kind, such as \`latency: 2s\`: ${FAULTS}`],
  },
  {
    name: "two fault kinds",
    edits: [["      start:", "      «abort: { status: 500 }\n      start:"]],
    says: [`latency and abort are given, but name exactly one fault kind: ${FAULTS}`],
  },
  {
    name: "a fault that changes the framing of answers",
    edits: [["latency: { delay: 2s }", 'rewrite: { response: { headers: { «Content-Length: "5" } } }']],
    says: [
      "a fault cannot change content-length: it frames the message or belongs to one connection, so the agent writes it; leave it out",
    ],
    parserOnly: true,
  },
  {
    name: "an answer of a fault's own with framing of its own",
    edits: [["latency: { delay: 2s }", "abort: { status: 503, headers: { «transfer-encoding: chunked } }"]],
    says: [
      "a fault cannot change transfer-encoding: it frames the message or belongs to one connection, so the agent writes it; leave it out",
    ],
    parserOnly: true,
  },
  { name: "a fault kind with a slip", edits: [["latency:", "«latncy:"]], says: ['unknown key "latncy" → latency'] },
  {
    name: "a fault kind in another habit",
    edits: [["latency: { delay: 2s }", "«slow_close: { delay: 2s }"]],
    says: ['unknown key "slow_close" → slowClose'],
  },
  {
    name: "a parameter with a slip",
    edits: [["{ delay: 2s }", "{ delay: 2s, «jiter: 1s }"]],
    says: ['unknown key "jiter" → jitter'],
  },
  {
    name: "a parameter left out",
    edits: [["latency: { delay: 2s }", "«latency: { jitter: 2s }"]],
    says: ["missing `delay`, such as `delay: 2s`"],
  },
  {
    name: "percentiles that fall",
    edits: [["{ delay: 2s }", "{ percentiles: «{ 50%: 2s, 99%: 1s } }"]],
    says: ['expected percentiles that rise, such as { "50%": 20ms, "99%": 900ms }'],
    parserOnly: true,
  },
  {
    name: "a bandwidth without time",
    edits: [["latency: { delay: 2s }", "bandwidth: { rate: «64KiB }"]],
    says: ['expected bytes per second such as "64KiB/s", or 0 for a stall, got "64KiB" → 64KiB/s'],
  },
  {
    name: "a direction that goes with nothing",
    edits: [
      ["      match: { path: /charge }\n", ""],
      ["latency: { delay: 2s }", "partition: { how: reset, direction: «request }"],
    ],
    says: ["a direction goes with how: blackhole or how: stall"],
    parserOnly: true,
  },
  {
    name: "a match on whole connections",
    edits: [
      ["match:", "«match:"],
      ["latency: { delay: 2s }", "partition: {}"],
    ],
    says: ["partition strikes whole connections: it cannot match requests"],
    parserOnly: true,
  },
  {
    name: "a share by header of whole connections",
    edits: [
      ["      match: { path: /charge }\n", ""],
      ["share: 100%", 'share: { of: 5%, by: «"header:x-a" }'],
      ["latency: { delay: 2s }", "reset: {}"],
    ],
    says: ['reset strikes whole connections: its share is drawn by connection, got "header:x-a"'],
    parserOnly: true,
  },
  {
    name: "a match key with a slip",
    edits: [["{ path: /charge }", "{ «pth: /charge }"]],
    says: ['unknown key "pth" → path'],
  },
  {
    name: "a pattern that is none",
    edits: [["path: /charge", "path: { «regexp: a }"]],
    says: ['unknown key "regexp" → regex'],
  },
  {
    name: "a selector without labels",
    edits: [["from: checkout", "from: «7"]],
    says: ['expected a service, "*", or { service: …, labels: …, instances: … }, got 7'],
  },
  {
    name: "no instances",
    edits: [["from: checkout", "from: { service: checkout, instances: «0 }"]],
    says: ["expected 1 or more, got 0"],
  },
  {
    name: "a share of no instances",
    edits: [["from: checkout", 'from: { service: checkout, instances: «"0%" }']],
    says: ["a share of 0% means no instance"],
    parserOnly: true,
  },
  {
    name: "instances as a word",
    edits: [["from: checkout", "from: { service: checkout, instances: «half }"]],
    says: ['expected a share such as "5%" or "99.9%", 100% at most, got "half"'],
  },
  {
    name: "a caller that says nothing",
    edits: [["from: checkout", "from: «{}"]],
    says: ["expected `service`, `labels` or `instances`"],
    parserOnly: true,
  },
  {
    name: "instances of a callee",
    edits: [["to: payments", "to: { labels: { zone: a }, «instances: 1 }"]],
    says: ['unknown key "instances"; known here: labels'],
  },
  {
    name: "an edge without callee",
    edits: [["edge: { from: checkout, to: payments }", "«edge: { from: checkout }"]],
    says: ["missing `to`, such as `to: payments`"],
  },
  {
    name: "a share of nothing",
    edits: [["share: 100%", "share: «0%"]],
    says: ["a share of 0% hits nothing"],
    parserOnly: true,
  },
  {
    name: "a share by what there is not",
    edits: [["share: 100%", "share: { of: 5%, by: «cookie }"]],
    says: ['expected request, connection, trace or header:NAME, got "cookie" → header:cookie'],
  },
  {
    name: "steps that never come",
    edits: [["share: 100%", "share: { steps: «[1%, 5%, 25%], each: 10s }"]],
    says: ["the last step would begin after 20s, but the fault is live for 19s"],
    parserOnly: true,
  },
  {
    name: "a fault that begins at the end",
    edits: [["start: 1s", "start: «20s"]],
    says: ["expected less than `during` (20s), got 20s"],
    parserOnly: true,
  },
  {
    name: "a fault that outlasts its phase",
    edits: [["start: 1s", "start: 1s\n      for: «20s"]],
    says: ["ends at 21s, after `during` (20s) is over"],
    parserOnly: true,
  },
  {
    name: "a pulse that never rests",
    edits: [["start: 1s", "start: 1s\n      pulse: { live: «20s, rest: 1s }"]],
    says: ["expected less than the 19s that the fault is live, got 20s"],
    parserOnly: true,
  },
  {
    name: "hits of none",
    edits: [["start: 1s", "start: 1s\n      hits: { atLeast: «0 }"]],
    says: ["expected 1 or more, got 0"],
  },
  {
    name: "a name twice",
    edits: [["the host is calm", "«shoppers can check out"]],
    says: ['the name "shoppers can check out" is used twice'],
    parserOnly: true,
  },
  {
    name: "an empty name",
    edits: [["name: payments is slow", 'name: «""']],
    says: ['expected a name of letters, digits and signs, on one line, got ""'],
  },
  {
    name: "a factor below one",
    edits: [["deadline: 2m", "deadline: 2m, harm: { p95: «0.5x }"]],
    says: ['expected a factor such as "2x" or "1.5x", 1x at least, got "0.5x"'],
    parserOnly: true,
  },
  {
    name: "harm without its sign",
    edits: [["deadline: 2m", "deadline: 2m, harm: { errors: «1% }"]],
    says: ['expected an added share such as "+1%", got "1%" → +1%'],
  },
  {
    name: "a cap of nothing",
    edits: [["deadline: 2m", "deadline: 2m, requests: «0"]],
    says: ["expected 1 or more, got 0"],
  },
  {
    name: "a guardrail that trips after more than it looks",
    edits: [['good: { value: "< 1" }', 'good: { value: "< 1" }\n      trip: { bad: «4, of: 3 }']],
    says: ["expected at most `of` (3), got 4"],
    parserOnly: true,
  },
  {
    name: "an unknown meaning of no series",
    edits: [["query: up }", "query: up, empty: «nothing }"]],
    says: ['expected errored, bad or 0, got "nothing"'],
  },
  {
    name: "several services asked",
    edits: [["to: gateway", "to: «[gateway, checkout]"]],
    says: ['expected a service, or { service: …, endpoint: "host:port" }, got a list'],
  },
  {
    name: "a guardrail on traffic",
    edits: [
      [
        'prometheus: { url: "http://127.0.0.1:9090", query: up }\n      good: { value: "< 1" }',
        "«traffic: { from: a, to: b }\n      good: { status: 2xx }",
      ],
    ],
    says: ["a guardrail samples from time to time: use ratio, prometheus, http, tcp or process"],
    parserOnly: true,
  },
  {
    name: "an expected reason that there is not",
    edits: [["name: slow-payments", 'name: slow-payments\n  annotations: { squall.dev/expect: «"BROKEN expecttion" }']],
    says: ['expected a reason of BROKEN after it, got "BROKEN expecttion" → expectation'],
    parserOnly: true,
  },
  {
    name: "a header twice",
    edits: [["{ path: /charge }", "{ headers: { X-A: b, «x-a: c } }"]],
    says: ['the header "x-a" is written twice'],
    parserOnly: true,
  },
  {
    name: "treated traffic where there is none",
    edits: [["http: { to: gateway, path: /checkout, rate: 40/s }", "traffic: { from: a, to: b, of: «treated }"]],
    says: ["only `during` has treated traffic: add `when: during`"],
    parserOnly: true,
  },
  {
    name: "a way in beside a service that is asked itself",
    edits: [["http: { to: gateway,", "http: { to: gateway, via: «gateway,"]],
    says: ["`via` goes with `url`: with `to` the path begins at that service"],
    parserOnly: true,
  },
  {
    name: "a bystander of which nobody knows who answers",
    edits: [
      ["http: { to: gateway, path: /checkout, rate: 40/s }", 'http: { url: "http://10.0.0.1/", rate: 40/s }'],
      ["      objective: 99%", "      objective: 99%\n      exposure: «bystander"],
    ],
    says: ["`bystander` needs to know which service answers: name it in `via`"],
    parserOnly: true,
  },
  {
    name: "samples that need longer than any fault lives",
    edits: [["good: { status: 2xx, within: 500ms }", "good: «{ status: 2xx, within: 20s }"]],
    says: [
      "a sample counts when it has 20s under a fault (`within`), and no fault lives for longer: nothing would count; let the faults live longer",
    ],
    parserOnly: true,
  },
  {
    name: "samples that need longer than a pulse is live",
    edits: [
      ["good: { status: 2xx, within: 500ms }", "good: «{ status: 2xx }"],
      ["      start: 1s", "      pulse: { live: 2s, rest: 2s }"],
    ],
    says: [
      "a sample counts when it has 5s under a fault (its `timeout`), and no fault stays live for longer at a time (see `pulse`): nothing would count; give `good` a `within`",
    ],
    parserOnly: true,
  },
  {
    name: "fewer samples than a verdict needs",
    edits: [["    - name: shoppers can check out", "    - «name: shoppers can check out"], ["rate: 40/s", "rate: 1/s"]],
    says: [
      "baseline yields 10 requests that count, and a verdict needs 30: sample more often, make baseline longer, or write `minSamples`",
      "during yields 19 requests that count, and a verdict needs 30: sample more often, make during longer, or write `minSamples`",
    ],
    parserOnly: true,
  },
  {
    name: "looks that tell of longer than the fault lives",
    edits: [
      ["http: { to: gateway, path: /checkout, rate: 40/s }", "«ratio: { of: { from: a, to: b }, per: { from: c, to: a }, window: 18s }"],
      ["good: { status: 2xx, within: 500ms }", 'good: { value: "<= 2" }'],
    ],
    says: ["a sample covers the 18s before it, so `during` must last 21s at least, and it lasts 20s"],
    parserOnly: true,
  },
  {
    name: "a fault whose own answer would be good",
    edits: [
      ["good: { status: 2xx, within: 500ms }", 'good: «{ status: "<500" }'],
      ["latency: { delay: 2s }", "abort: { status: 404 }"],
    ],
    says: [
      '"payments is slow" answers 404 without asking the callee, and that would be good: narrow `status`, or write `error: meant`',
    ],
    parserOnly: true,
  },
  {
    name: "treated requests of a probe where there are none",
    edits: [["rate: 40/s }", "rate: 40/s, of: «treated }"]],
    says: ["only `during` has treated traffic: add `when: during`"],
    parserOnly: true,
  },
  {
    name: "treated requests of a probe without a trace",
    edits: [["rate: 40/s }", "rate: 40/s, trace: none, of: «untreated }"]],
    says: ["without a trace nobody knows what a fault hit: take `trace: none` away"],
    parserOnly: true,
  },
  {
    name: "many things at once, each told at its place",
    edits: [
      ["during: 20s", "during: «20"],
      ["rate: 40/s", "rate: «fast"],
      ["from: checkout", "«form: checkout"],
      ["deadline: 2m", "deadline: «1s"],
    ],
    says: [
      `${DURATION}, got 20 → 20s`,
      'expected a rate such as "40/s" or "90/m", above 0, got "fast"',
      'unknown key "form" → from',
    ],
  },
];
