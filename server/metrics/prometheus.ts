/** The metrics in the form of Prometheus. A separate file: an embedded server starts without loading prom-client. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { EdgeId } from "../../experiments/model/names.ts";
import { EXIT } from "../../experiments/model/verdict/exit-code.ts";
import { INSTANT_OUTCOMES } from "../contract/schedules.ts";
import { DATABASE_ERRORS } from "../store/database-failure.ts";
import { ATTEMPTS } from "../webhooks/webhook.ts";
import { type Metrics, NOT_LEADING, type ServerStatus } from "./metrics.ts";

/** Buckets from a read of a single row to a stream that is watched for minutes. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** Most edges with separate series in the life of a process; further edges are counted together. */
const MOST_EDGES = 1_000;
const OTHER_EDGES = "other";
/** Gauges that prom-client names like counters, which promtool rejects; the same figures by type have right names. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

type Reading = (status: ServerStatus) => number;
const GAUGES: readonly { readonly name: string; readonly help: string; readonly read: Reading }[] = [
  { name: "squall_leader", help: "1 while this server leads.", read: ({ leads }) => Number(leads) },
  { name: "squall_epoch", help: "Of the term; 0 while this server does not lead.", read: ({ epoch }) => epoch ?? 0 },
  {
    name: "squall_halted",
    help: "1 while starts are blocked until somebody releases them.",
    read: ({ halted }) => Number(halted),
  },
  {
    name: "squall_clock_offset_seconds",
    help: "The database's clock minus this machine's; schedules go by the database's.",
    read: ({ clockOffsetMs }) => clockOffsetMs / 1_000,
  },
  { name: "squall_faults_live", help: "Faults that agents hold.", read: ({ liveFaults }) => liveFaults },
  {
    name: "squall_agent_oldest_pulse_seconds",
    help: "Since the agent that was silent longest was heard of, agents that are gone among them; a lease is 5 s.",
    read: ({ oldestPulseMs }) => oldestPulseMs / 1_000,
  },
  {
    name: "squall_queue_oldest_seconds",
    help: "Since the oldest run that waits for its turn was submitted; 0 while none waits.",
    read: ({ oldestQueuedMs }) => oldestQueuedMs / 1_000,
  },
  {
    name: "squall_residue_open",
    help: "Runs that ended RESIDUE, and whose faults nobody has shown gone or released since.",
    read: ({ residueOpen }) => residueOpen,
  },
];
/** Gauges whose label values are the parts of a whole. */
const PARTITIONS: readonly {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  readonly read: (status: ServerStatus) => Readonly<Record<string, number>>;
}[] = [
  { name: "squall_runs", help: "Runs that are not over.", label: "state", read: ({ runs }) => runs },
  {
    name: "squall_agents",
    help: "Agents by instance: ready, connecting, or gone without a goodbye until they come back or are retired.",
    label: "state",
    read: ({ agents }) => agents,
  },
  {
    name: "squall_agent_transports",
    help: "Agents that are not gone, by the transport tier that carries their edges: raw is the fastest and most exact.",
    label: "tier",
    read: ({ transports }) => transports,
  },
  {
    name: "squall_webhook_deliveries_pending",
    help: "Deliveries that are still to be tried.",
    label: "webhook",
    read: ({ pending }) => pending ?? {},
  },
];

export interface BuildInfo {
  readonly version: string;
  readonly store: string;
}
export const prometheusMetrics = ({ version, store }: BuildInfo): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  let read: () => Promise<ServerStatus> = async () => NOT_LEADING;
  let status = NOT_LEADING;

  for (const { name, help, read: reading } of GAUGES)
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(reading(status));
      },
    });
  for (const { name, help, label, read: reading } of PARTITIONS)
    new Gauge({
      ...{ name, help, labelNames: [label], registers },
      collect() {
        this.reset();
        for (const [part, value] of Object.entries(reading(status))) this.set({ [label]: part }, value);
      },
    });
  new Gauge({
    ...{
      name: "squall_build_info",
      help: "1; what this server is.",
      labelNames: ["version", "store", "node"],
      registers,
    },
  }).set({ version, store, node: process.version }, 1);

  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });
  const finished = counter("squall_runs_finished_total", "Runs by verdict.", ["verdict"]);
  const instants = counter(
    "squall_schedule_instants_total",
    "Instants of schedules by what became of them; all but started, retried and triggered were skipped.",
    ["outcome"],
  );
  const attempts = counter(
    "squall_webhook_attempts_total",
    "Attempts to tell webhooks: delivered, failed and tried again, or given up.",
    ["webhook", "outcome"],
  );
  const databaseErrors = counter(
    "squall_database_errors_total",
    "Connections to the database that were lost or could not be had, and queries that failed.",
    ["kind"],
  );
  // A series that appears with the first RESIDUE has no increase that an alert could see.
  for (const verdict of Object.keys(EXIT)) finished.inc({ verdict }, 0);
  for (const outcome of INSTANT_OUTCOMES) instants.inc({ outcome }, 0);
  for (const kind of DATABASE_ERRORS) databaseErrors.inc({ kind }, 0);
  const exchanges = new Counter({
    ...{ name: "squall_edge_exchanges_total", labelNames: ["edge", "outcome"], registers },
    help: "Exchanges that ended on an edge: ok, failed (no answer, or 5xx), or cancelled by the caller.",
  });
  const refusals = new Counter({
    ...{ name: "squall_edge_refused_total", labelNames: ["edge", "code"], registers },
    help: "Callers that an agent refused, or answered in the callee's place, by the code of x-squall-refused.",
  });
  const strangers = counter(
    "squall_stranger_connections_total",
    "Connections of no declared caller that an agent at the callee let pass untouched, by service.",
    ["service"],
  );
  const known = new Set<EdgeId>();
  const knownServices = new Set<string>();
  const knownRefusals = new Set<string>();
  const answered = new Histogram({
    ...{ name: "squall_http_request_duration_seconds", help: "Answers of the API.", buckets: SECONDS, registers },
    labelNames: ["method", "route", "status"],
  });
  return {
    answered: ({ seconds, ...labels }) => answered.observe({ ...labels, status: String(labels.status) }, seconds),
    finished: (verdict) => finished.inc({ verdict }),
    passed(id, counted) {
      const isNew = !known.has(id) && known.size < MOST_EDGES;
      if (counted.exchanges === 0 && !isNew) return;
      if (isNew) known.add(id);
      const edge = known.has(id) ? id : OTHER_EDGES;
      // A cancelled exchange counts as failed in all other figures.
      exchanges.inc({ edge, outcome: "ok" }, Math.max(0, counted.exchanges - counted.failed));
      exchanges.inc({ edge, outcome: "failed" }, Math.max(0, counted.failed - counted.cancelled));
      exchanges.inc({ edge, outcome: "cancelled" }, counted.cancelled);
    },
    refused(edge, code, count) {
      const key = `${code} ${edge}`;
      if (knownRefusals.size < MOST_EDGES) knownRefusals.add(key);
      refusals.inc(knownRefusals.has(key) ? { edge, code } : { edge: OTHER_EDGES, code: OTHER_EDGES }, count);
    },
    strangers(service, count) {
      if (knownServices.size < MOST_EDGES) knownServices.add(service);
      strangers.inc({ service: knownServices.has(service) ? service : OTHER_EDGES }, count);
    },
    instant: (outcome) => instants.inc({ outcome }),
    attempted: (webhook, outcome) => attempts.inc({ webhook, outcome }),
    databaseFailed: (kind) => databaseErrors.inc({ kind }),
    webhooks: (names) => {
      for (const webhook of names) for (const outcome of ATTEMPTS) attempts.inc({ webhook, outcome }, 0);
    },
    observeStatus: (reader) => {
      read = reader;
    },
    render: async () => {
      // Read once a scrape: all series show the same moment.
      status = await read();
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
};
