/** `squall agents`: the agents in the traffic path, as the server sees the fleet. */
import { spellEdge } from "../../experiments/model/names.ts";
import type { Paint } from "../../experiments/report/terminal/paint.ts";
import type { AgentView } from "../../server/contract/index.ts";
import type { Command } from "../context.ts";
import { plainMessage } from "../output.ts";
import { allPages } from "../session/client.ts";
import { openServer, type ServerOptions } from "../session/target.ts";
import { type Field, type FormOptions, formOf, labelText, roughly, show } from "../terminal/forms.ts";

export interface AgentsOptions extends ServerOptions, FormOptions {
  readonly service?: string;
  readonly retire?: string;
}
const stateOf = ({ state }: AgentView): string => (state === "connecting" ? "not ready" : state);
const heardOf = ({ lastPulseAgoMs }: AgentView): string =>
  lastPulseAgoMs === null ? "never" : lastPulseAgoMs < 2_000 ? "now" : `${roughly(lastPulseAgoMs)} ago`;
const PAINTS: Readonly<Record<AgentView["state"], (paint: Paint) => (text: string) => string>> = {
  ready: ({ good }) => good,
  connecting: ({ warn }) => warn,
  gone: ({ bad }) => bad,
  left: ({ dim }) => dim,
};
const FIELDS: readonly Field<AgentView>[] = [
  { title: "INSTANCE", of: ({ instance }) => instance, elastic: 2 },
  { title: "SERVICE", of: ({ service }) => service ?? "any", elastic: 1 },
  {
    title: "STATE",
    of: stateOf,
    paint: ({ state }, paint) => PAINTS[state](paint),
  },
  {
    title: "FAULTS",
    of: ({ live }) => (live.length === 0 ? "none" : `${live.length} live`),
    paint: ({ live }, paint) => (live.length === 0 ? paint.dim : paint.warn),
  },
  { title: "HEARD", of: heardOf },
  { title: "EDGES", of: ({ edges }) => edges.map(spellEdge).join(", "), elastic: 1 },
  { title: "LABELS", of: ({ labels }) => labelText(labels), wide: true },
  { title: "TRANSPORT", of: ({ transport }) => transport?.tier ?? "unknown", wide: true },
  { title: "REDIRECT", of: ({ intercepts }) => (intercepts ? "yes" : "no"), wide: true },
  { title: "VERSION", of: ({ version }) => version, wide: true },
  { title: "PID", of: ({ pid }) => String(pid), wide: true, side: "right" },
  { title: "BOOT", of: ({ boot }) => boot, wide: true },
];

export const agents: Command<AgentsOptions, []> = async (context, options) => {
  const client = await openServer(context, options);
  const { service, retire } = options;
  if (retire !== undefined) {
    await client.call("DELETE /api/v1/agents/:instance", { params: { instance: retire } });
    context.output.err(plainMessage(`${retire} is retired: its absence is no longer reported`));
    return 0;
  }
  const rows = await allPages(
    (cursor) =>
      client.call("GET /api/v1/agents", {
        query: { limit: 1_000, ...(service && { service }), ...(cursor && { cursor }) },
      }),
    (page) => page.agents,
  );
  const none = `${client.url} knows no agent${service === undefined ? "" : ` of service ${service}`} yet`;
  const document = { schemaVersion: 1, agents: rows };
  await show(context.output, formOf(options), { rows, fields: FIELDS, document, none, nameOf: (row) => row.instance });
  return 0;
};
