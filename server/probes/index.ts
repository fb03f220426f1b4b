/**
 * Registry of probe openers, one for each kind; the schema of a kind is in `experiments/model/probes/` under the same
 * name.
 */

import type { ProbeAction, ProbeKind } from "../../experiments/model/probes/index.ts";
import { bodyCriteria } from "../../experiments/model/sample/body-criteria.ts";
import { DenyList } from "../security/deny.ts";
import { http } from "./http.ts";
import { Judge } from "./judge.ts";
import type {
  OpenProbe,
  ProbeContext,
  ProbeEnvironment,
  ProbeOpener,
  ProbeOpeners,
  ProbeSource,
  ThreadedSource,
} from "./probe.ts";
import type { Prober } from "./prober.ts";
import { processProbe } from "./process.ts";
import { prometheus } from "./prometheus.ts";
import { ratio } from "./ratio.ts";
import { tcp } from "./tcp.ts";
import { traffic } from "./traffic.ts";

const openers: ProbeOpeners = { http, tcp, traffic, ratio, prometheus, process: processProbe };

const open = <K extends ProbeKind>({ kind, params }: ProbeAction<K>, tools: ProbeContext & ProbeEnvironment) =>
  (openers[kind] as ProbeOpener<K>)(params as Parameters<ProbeOpener<K>>[0], tools);
/** Opens sources under the rules of a server, in the calling thread. */
export const createProbeOpener =
  (rules: ProbeEnvironment) =>
  (action: ProbeAction, tools: ProbeContext): Exclude<ProbeSource, ThreadedSource> => {
    const source = open(action, { ...tools, ...rules });
    if (source.kind === "watched") return source;
    const criteria = bodyCriteria(tools.good, tools.capture);
    const bodies = criteria === null ? null : rules.judge.open(criteria);
    const close = async () => {
      bodies?.close();
      await source.close();
    };
    return { ...source, bodies, close };
  };
/**
 * Kinds that sample from the prober's thread. `ratio` reads counts that agents reported to this server; `process`
 * starts commands, which must be ended with the server and whose start blocks a loop for milliseconds; `traffic` is
 * counted by agents.
 */
const THREADED: { readonly [K in ProbeKind]: boolean } = {
  http: true,
  tcp: true,
  prometheus: true,
  process: false,
  ratio: false,
  traffic: false,
};
/** Opens sources like `createProbeOpener`, but in the prober's thread for kinds that may be late. */
export const createThreadedProbeOpener = (rules: ProbeEnvironment, prober: Prober): OpenProbe => {
  const openHere = createProbeOpener(rules);
  return (action, tools) => (THREADED[action.kind] ? prober.open(action, tools) : openHere(action, tools));
};
export const openProbe = createProbeOpener({
  childVariables: {},
  commands: {},
  denied: new DenyList(),
  judge: new Judge(),
});
