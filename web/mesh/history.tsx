/** Charts of an edge's traffic over the last minutes. */

import { memo, useMemo } from "react";
import type { EdgeId } from "../../experiments/model/names.ts";
import { useApiQuery } from "../api/queries.ts";
import { Plot } from "../chart/plot.tsx";
import type { PlotSeries } from "../chart/plot-series.ts";
import { latencyText, percentText, rateText } from "./figures.ts";
import { seriesOf } from "./seconds.ts";

const LOOK_MS = 1_500;
const HEIGHT = 120;

export const History = memo(({ edge }: { readonly edge: EdgeId }) => {
  const { data, error } = useApiQuery("GET /api/v1/traffic/edges/:edge", { params: { edge } }, { everyMs: LOOK_MS });
  const seconds = data?.edge === edge ? data.seconds : null;
  const known = useMemo(() => (seconds === null ? null : seriesOf(seconds)), [seconds]);
  const charts = useMemo((): readonly (readonly [string, readonly PlotSeries[], (value: number) => string])[] => {
    if (known === null) return [];
    const { rate, treated, errors, p50, p99 } = known;
    return [
      [
        "Requests",
        [
          { label: "all", colour: "line", values: rate },
          { label: "treated", colour: "storm", values: treated, dash: [4, 3] },
        ],
        rateText,
      ],
      ["Errors", [{ label: "share", colour: "bad", values: errors }], percentText],
      [
        "Latency",
        [
          { label: "p50", colour: "line", values: p50, dash: [4, 3] },
          { label: "p99", colour: "warn", values: p99 },
        ],
        latencyText,
      ],
    ];
  }, [known]);
  if (known === null)
    return error === null ? <p className="waiting">Loading…</p> : <p className="problem">{error.message}</p>;
  if (known.x.length === 0) return <p className="small">Nothing is known of this edge yet: no agent watches it.</p>;
  return (
    <div className="history">
      {error !== null && <p className="problem">This is old: {error.message}</p>}
      {charts.map(([title, series, yFormat]) => (
        <Plot key={title} {...{ title, series, yFormat }} x={known.x} height={HEIGHT} />
      ))}
    </div>
  );
});
