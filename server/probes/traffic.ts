/** Traffic probe: the agents count the traffic themselves, exactly, by criteria sent to the agents. */
import type { WatchCriteria } from "../../agent/contract/index.ts";
import { edgeIdOf } from "../../experiments/model/names.ts";
import type { Criteria } from "../../experiments/model/sample/criteria.ts";
import type { ProbeOpener } from "./probe.ts";

/** Criteria that agents can watch. The parser refuses the other criteria for this kind of probe. */
const watchable = ({ body: _body, json: _json, value: _value, exit: _exit, ...rest }: Criteria): WatchCriteria => rest;

export const traffic: ProbeOpener<"traffic"> = ({ match, of, cancelled, ...edge }, { good, capture }) => ({
  kind: "watched",
  watches: [
    {
      ...{ edge: edgeIdOf(edge), match: match ?? null, of, good: watchable(good) },
      ...(capture ? { capture } : {}),
      ...(cancelled === undefined ? {} : { cancelled }),
    },
  ],
});
