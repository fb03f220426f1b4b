/** The metrics in the form of Prometheus. A file of its own: an embedded server starts without loading prom-client. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { EXIT } from "../experiments/model/verdict.ts";
import { IDLE, type Metrics, type Standing } from "./metrics.ts";

/** From a read of one row to a stream that is watched for minutes. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

type Reading = (standing: Standing) => number;
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
    help: "Since the least recent pulse of a connected agent; a lease is 5 s.",
    read: ({ oldestPulseMs }) => (oldestPulseMs ?? 0) / 1_000,
  },
];

export const prometheusMetrics = (): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  let read: () => Standing = () => IDLE;

  for (const { name, help, read: reading } of GAUGES)
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(reading(read()));
      },
    });
  new Gauge({
    ...{ name: "squall_runs", help: "Runs that are not over.", labelNames: ["state"], registers },
    collect() {
      const { live, queued } = read().runs;
      this.set({ state: "live" }, live);
      this.set({ state: "queued" }, queued);
    },
  });
  new Gauge({
    ...{ name: "squall_agents", help: "Agents of this server.", labelNames: ["state"], registers },
    collect() {
      const { connected, ready } = read().agents;
      this.set({ state: "connected" }, connected);
      this.set({ state: "ready" }, ready);
    },
  });
  const finished = new Counter({
    ...{ name: "squall_runs_finished_total", help: "Runs by verdict.", labelNames: ["verdict"], registers },
  });
  // A series that appears with its first RESIDUE has no increase that an alert could see.
  for (const verdict of Object.keys(EXIT)) finished.inc({ verdict }, 0);
  const answered = new Histogram({
    ...{ name: "squall_http_request_duration_seconds", help: "Answers of the API.", buckets: SECONDS, registers },
    labelNames: ["method", "route", "status"],
  });
  return {
    answered: ({ seconds, ...labels }) => answered.observe({ ...labels, status: String(labels.status) }, seconds),
    finished: (verdict) => finished.inc({ verdict }),
    standing: (reader) => {
      read = reader;
    },
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
};
