/** Experiments that are well formed and do not fit `good/mesh.yaml`, made from the good experiment by edits. */
import type { BadFile } from "./bad-experiments.ts";

const LATENCY = "latency: { delay: 2s }";
export const misfits: readonly BadFile[] = [
  {
    name: "an unknown service asked",
    edits: [["to: gateway", "to: «gatewey"]],
    says: ['unknown service "gatewey" → gateway'],
  },
  {
    name: "a service asked that answers nowhere",
    edits: [["to: gateway", "to: «robot"]],
    says: ["robot has no endpoint to ask"],
  },
  {
    name: "an unknown endpoint asked",
    edits: [["to: gateway", 'to: { service: inventory, endpoint: «"127.0.0.1:7125" }']],
    says: ['unknown endpoint of inventory "127.0.0.1:7125" → 127.0.0.1:7105'],
  },
  {
    name: "an endpoint of an unknown service asked",
    edits: [["to: gateway", 'to: { service: «inventary, endpoint: "127.0.0.1:7105" }']],
    says: ['unknown service "inventary" → inventory'],
  },
  {
    name: "an unknown caller",
    edits: [["from: checkout", "from: «chekout"]],
    says: ['unknown service "chekout" → checkout'],
  },
  {
    name: "an unknown callee",
    edits: [["to: payments", "to: «warehouse"]],
    says: [
      'unknown service "warehouse"; the mesh has gateway, catalog, checkout, payments, inventory, ledger, vault, robot',
    ],
  },
  {
    name: "an edge that there is not",
    edits: [["edge: { from: checkout", "edge: «{ from: gateway"]],
    says: ["the mesh has no edge gateway → payments; gateway calls checkout, catalog"],
  },
  {
    name: "an edge from one that calls nothing",
    edits: [["edge: { from: checkout", "edge: «{ from: ledger"]],
    says: ["the mesh has no edge ledger → payments; ledger calls nothing"],
  },
  {
    name: "instances of an unknown caller",
    edits: [["from: checkout", "from: { service: «chekout, instances: 1 }"]],
    says: ['unknown service "chekout" → checkout'],
  },
  {
    name: "instances of a caller that does not call it",
    edits: [["edge: { from: checkout", "edge: «{ from: { service: gateway, labels: { track: canary } }"]],
    says: ["the mesh has no edge gateway → payments; gateway calls checkout, catalog"],
  },
  {
    name: "a protected callee",
    edits: [["to: payments", "to: «vault"]],
    says: ["vault is protected: no fault may touch its edges"],
  },
  {
    name: "labels that only a protected service has",
    edits: [
      ["from: checkout, to: payments", "from: checkout, to: { labels: { tier: backend, zone: b } }"],
      ["edge: ", "edge: «"],
    ],
    says: ['from checkout to labels {"tier":"backend","zone":"b"} means no edge of the mesh'],
  },
  {
    name: "labels that nothing has",
    edits: [
      ["from: checkout, to: payments", "from: { labels: { zone: x } }, to: payments"],
      ["edge: ", "edge: «"],
    ],
    says: [
      'from labels {"zone":"x"} to payments means no edge of the mesh; where only its instances have such labels, name the service too',
    ],
  },
  {
    name: "a match on bytes",
    edits: [
      ["to: payments", "to: ledger"],
      ["match:", "«match:"],
    ],
    says: ["checkout → ledger speaks tcp, where there are no requests to match"],
  },
  {
    name: "a share by header on bytes",
    edits: [
      ["      match: { path: /charge }\n", ""],
      ["to: payments", "to: ledger"],
      ["share: 100%", 'share: { of: 5%, by: «"header:x-a" }'],
    ],
    says: ["checkout → ledger speaks tcp, where there is no header:x-a"],
  },
  {
    name: "a status answered on bytes",
    edits: [
      ["      match: { path: /charge }\n", ""],
      ["to: payments", "to: ledger"],
      [LATENCY, "«abort: { status: 500 }"],
    ],
    says: ["checkout → ledger speaks tcp, and abort needs http"],
  },
  {
    name: "a status answered everywhere",
    edits: [
      ["      match: { path: /charge }\n", ""],
      ["to: payments", 'to: "*"'],
      [LATENCY, "«abort: { status: 500 }"],
    ],
    says: ["checkout → ledger speaks tcp, and abort needs http"],
  },
  {
    name: "traffic on an edge that there is not",
    edits: [["http: { to: gateway, path: /checkout, rate: 40/s }", "traffic: «{ from: gateway, to: payments }"]],
    says: ["the mesh has no edge gateway → payments; gateway calls checkout, catalog"],
  },
  {
    name: "traffic between unknown services",
    edits: [["http: { to: gateway, path: /checkout, rate: 40/s }", "traffic: { from: «gatway, to: «paymnts }"]],
    says: ['unknown service "gatway" → gateway', 'unknown service "paymnts" → payments'],
  },
  {
    name: "a status of bytes",
    edits: [
      ["http: { to: gateway, path: /checkout, rate: 40/s }", "traffic: { from: checkout, to: ledger }"],
      ["status: 2xx", "«status: 2xx"],
    ],
    says: ["checkout → ledger speaks tcp: it has no `status`"],
  },
  {
    name: "a connection of requests",
    edits: [
      ["http: { to: gateway, path: /checkout, rate: 40/s }", "traffic: { from: gateway, to: checkout }"],
      ["status: 2xx", "«connect: 1s, status: 2xx"],
    ],
    says: ["gateway → checkout speaks http: it has no `connect`"],
  },
  {
    name: "traffic good by speed alone",
    edits: [
      ["http: { to: gateway, path: /checkout, rate: 40/s }", "traffic: { from: gateway, to: checkout }"],
      ["good: { status: 2xx, ", "good: «{ "],
    ],
    says: ['a fast error would be good too: add a `status`, such as "<500"'],
  },
  {
    name: "a ratio to an edge that there is not",
    edits: [
      [
        'prometheus: { url: "http://127.0.0.1:9090", query: up }',
        "ratio: { of: { from: gateway, to: checkout }, per: «{ from: robot, to: ledger } }",
      ],
    ],
    says: ["the mesh has no edge robot → ledger; robot calls gateway"],
  },
  {
    name: "an unknown service in limits",
    edits: [["deadline: 2m", "deadline: 2m, services: [gateway, «chekout]"]],
    says: ['unknown service "chekout" → checkout'],
  },
];
