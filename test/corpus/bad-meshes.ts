/** Invalid meshes, in the form of `bad-experiments.ts`. */
import type { BadFile } from "./bad-experiments.ts";

export const GOOD_MESH = `apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: shop }
spec:
  services:
    checkout: {}
    payments:
      command: [node, payments.js]
      env: { PORT: "7104" }
      endpoints: ["127.0.0.1:7104"]
      ready: { http: /healthz }
  edges:
    - from: checkout
      to: payments
      listen: "127.0.0.1:7204"
`;

const ADDRESS = 'expected host:port, such as "127.0.0.1:7104"';
const SECOND = "    - { from: checkout, to: payments";

export const badMeshes: readonly BadFile[] = [
  {
    name: "no spec",
    edits: [
      [GOOD_MESH.slice(GOOD_MESH.indexOf("spec:")), ""],
      ["apiV", "«apiV"],
    ],
    says: ['missing `spec`, such as `spec: { services: { payments: { endpoints: ["127.0.0.1:7104"] } } }`'],
  },
  {
    name: "no services",
    edits: [[GOOD_MESH.slice(GOOD_MESH.indexOf("  services:")), "  services: «{}\n"]],
    says: ["expected one service at least"],
    parserOnly: true,
  },
  {
    name: "a service that is no DNS label",
    edits: [["    checkout: {}", "    «Check_Out: {}\n    checkout: {}"]],
    says: ['expected a name of a-z, 0-9 and "-", 63 characters at most, such as "slow-payments", got "Check_Out" → check-out'],
  },
  {
    name: "a service with nothing after it",
    edits: [["checkout: {}", "«checkout:"]],
    says: ['nothing is written here: expected a map such as { command: [node, payments.js], endpoints: ["127.0.0.1:7104"] }'],
  },
  {
    name: "a command that is one text",
    edits: [["[node, payments.js]", "«node payments.js"]],
    says: ['expected a list such as [node, payments.js], got "node payments.js"'],
  },
  {
    name: "an empty command",
    edits: [["[node, payments.js]", "«[]"]],
    says: ["expected one entry at least, got none"],
  },
  {
    name: "a port that is a number",
    edits: [['PORT: "7104"', "PORT: «7104"]],
    says: ["expected text, got 7104; put it in quotes"],
  },
  {
    name: "an endpoint without port",
    edits: [['["127.0.0.1:7104"]', '[«"127.0.0.1"]']],
    says: [`${ADDRESS}, got "127.0.0.1"`],
  },
  {
    name: "an endpoint with a port that there is not",
    edits: [['["127.0.0.1:7104"]', '[«"127.0.0.1:70000"]']],
    says: ['expected a port from 1 to 65535, got "127.0.0.1:70000"'],
    parserOnly: true,
  },
  {
    name: "an endpoint that is a URL",
    edits: [['["127.0.0.1:7104"]', '[«"http://127.0.0.1:7104"]']],
    says: [`${ADDRESS}, got "http://127.0.0.1:7104" → 127.0.0.1:7104`],
  },
  {
    name: "an endpoint with a slip",
    edits: [['["127.0.0.1:7104"]', '[{ «adress: "127.0.0.1:7104" }]']],
    says: ['unknown key "adress" → address'],
  },
  {
    name: "ready in no way",
    edits: [["{ http: /healthz }", "«{}"]],
    says: ["expected { http: PATH } or { tcp: true }, got a map"],
  },
  {
    name: "ready in two ways",
    edits: [["{ http: /healthz }", "{ http: /healthz, «tcp: true }"]],
    says: ["`tcp` does not go with the other keys here"],
  },
  {
    name: "ready where nothing answers",
    edits: [
      ['      endpoints: ["127.0.0.1:7104"]\n', ""],
      ["ready: {", "«ready: {"],
      ["to: payments", "to: «payments"],
    ],
    says: [
      "payments has no endpoint to be ready at: give it `endpoints`",
      "payments has no endpoints: the agent could not pass anything on",
    ],
    parserOnly: true,
  },
  {
    name: "protected in words",
    edits: [["      ready:", "      protected: «yes\n      ready:"]],
    says: ['expected true or false, got "yes" → true'],
  },
  {
    name: "an unknown caller",
    edits: [["from: checkout", "from: «chekout"]],
    says: ['unknown service "chekout" → checkout'],
    parserOnly: true,
  },
  {
    name: "an unknown callee",
    edits: [["to: payments", "to: «warehouse"]],
    says: ['unknown service "warehouse"; known here: checkout, payments'],
    parserOnly: true,
  },
  {
    name: "an edge at a place that there is not",
    edits: [['      listen: "127.0.0.1:7204"', "      at: «server"]],
    says: ['expected caller or callee, got "server"'],
  },
  {
    name: "an edge at the callee with an address for callers",
    edits: [['      listen: "127.0.0.1:7204"', '      at: callee\n      «listen: "127.0.0.1:7204"']],
    says: [
      "an edge at the callee has no `listen`: its connections come to the callee's own addresses, by the redirect; leave it out",
    ],
    parserOnly: true,
  },
  {
    name: "an edge at the callee that is written twice",
    edits: [
      ['      listen: "127.0.0.1:7204"\n', `      at: callee\n    - «{ from: checkout, to: payments, at: callee }\n`],
    ],
    says: ["the edge checkout → payments (at callee) is written twice"],
    parserOnly: true,
  },
  {
    name: "a time-out without a unit",
    edits: [['listen: "', 'timeouts: { idle: «90 }\n      listen: "']],
    says: ['expected a duration such as "90s", 24h at most, or 0 for no limit, got 90 → 90s'],
  },
  {
    name: "a time-out with a slip",
    edits: [['listen: "', 'timeouts: { «idel: 90s }\n      listen: "']],
    says: ['unknown key "idel" → idle'],
  },
  {
    name: "limits of requests on an edge of bytes",
    edits: [['listen: "', 'protocol: tcp\n      timeouts: { «stall: 90s }\n      «headSize: 1KiB\n      listen: "']],
    says: [
      "this edge is protocol tcp, which has no requests: `stall` acts on http edges only; leave it out",
      "this edge is protocol tcp, which has no requests: `headSize` acts on http edges only; leave it out",
    ],
    parserOnly: true,
  },
  {
    name: "a head without room for one",
    edits: [['listen: "', 'headSize: «10B\n      listen: "']],
    says: ["expected a size from 1KiB to 1MiB, such as 128KiB"],
    parserOnly: true,
  },
  {
    name: "a protocol of later",
    edits: [['listen: "', 'protocol: «grpc\n      listen: "']],
    says: ["protocol grpc is not supported yet: use http or tcp"],
  },
  {
    name: "a protocol with a slip",
    edits: [['listen: "', 'protocol: «htttp\n      listen: "']],
    says: ['expected http or tcp, got "htttp" → http'],
  },
  {
    name: "one address for two edges",
    edits: [
      [
        "    - from: checkout\n",
        `${SECOND.replace("payments", "checkout2")}, listen: "127.0.0.1:7204" }\n    - from: checkout\n`,
      ],
      ["    checkout: {}", '    checkout: {}\n    checkout2: { endpoints: ["127.0.0.1:7105"] }'],
      ['listen: "127.0.0.1:7204"\n', 'listen: «"127.0.0.1:7204"\n'],
    ],
    says: ["127.0.0.1:7204 is already taken by the edge checkout → checkout2"],
    parserOnly: true,
  },
  {
    name: "one address for an edge and a service",
    edits: [['"127.0.0.1:7204"', '«"127.0.0.1:7104"']],
    says: ["127.0.0.1:7104 is already taken by payments"],
    parserOnly: true,
  },
  {
    name: "one address for two services",
    edits: [
      ["checkout: {}", 'checkout: { endpoints: ["127.0.0.1:7104"] }'],
      ['      endpoints: ["127.0.0.1:7104"]', '      endpoints: [«"127.0.0.1:7104"]'],
    ],
    says: ["127.0.0.1:7104 is already an endpoint of checkout"],
    parserOnly: true,
  },
  {
    name: "an edge twice",
    edits: [["    - from: checkout\n", `${SECOND}, listen: "127.0.0.1:7205" }\n    - «from: checkout\n`]],
    says: ["the edge checkout → payments is written twice"],
    parserOnly: true,
  },
];
