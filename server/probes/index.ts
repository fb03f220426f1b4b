/** The only list of how each kind of probe looks; what each is stands in `experiments/model/probes/` under the same name. */
import { bodyCriteria } from "../../experiments/model/body.ts";
import type { ProbeAction, ProbeKind } from "../../experiments/model/probes/index.ts";
import { DenyList } from "../security/deny.ts";
import { http } from "./http.ts";
import { Judge } from "./judge.ts";
import type { HouseRules, OpenSource, ProbeTools, SourceOf, Sources } from "./probe.ts";
import { processProbe } from "./process.ts";
import { prometheus } from "./prometheus.ts";
import { ratio } from "./ratio.ts";
import { tcp } from "./tcp.ts";
import { traffic } from "./traffic.ts";

const sources: Sources = { http, tcp, traffic, ratio, prometheus, process: processProbe };

const open = <K extends ProbeKind>({ kind, params }: ProbeAction<K>, tools: ProbeTools & HouseRules) =>
  (sources[kind] as SourceOf<K>)(params as Parameters<SourceOf<K>>[0], tools);
/** Opens sources that keep to the rules of one server. */
export const opener =
  (rules: HouseRules): OpenSource =>
  (action, tools) => {
    const source = open(action, { ...tools, ...rules });
    if (source.kind === "counted") return source;
    const criteria = bodyCriteria(tools.good, tools.capture);
    const bodies = criteria === null ? null : rules.judge.open(criteria);
    const close = async () => {
      bodies?.close();
      await source.close();
    };
    return { ...source, bodies, close };
  };
export const openSource = opener({ childVariables: {}, commands: {}, denied: new DenyList(), judge: new Judge() });
