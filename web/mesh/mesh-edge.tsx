/** Edge of the graph: rate as width, health as colour and pattern, figures beside the line. */
import { EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import type { EdgeId } from "../../experiments/model/names.ts";
import { FaultMark } from "./fault-mark.tsx";
import { latencyText, passingText, percentText } from "./figures.ts";
import { type EdgeRoute, LABEL } from "./level.ts";
import { useMeshStatus } from "./mesh-status-store.ts";
import type { MeshEdge as Edge } from "./nodes.ts";
import { type Paint, paintOf, passingOn, TONE_WORDS } from "./paint.ts";
import { useView } from "./view.ts";

/** Distance of an edge's word from the middle of its label: the word covers none of the figures. */
const BELOW_LABEL = LABEL.height / 2 + 10;
const WIDTHS = [1.4, 1.8, 2.3, 2.9, 3.6, 4.4] as const;

const Strokes = ({ d, paint: { tone, weight, struck } }: { readonly d: string; readonly paint: Paint }) => {
  const width = WIDTHS[weight] ?? WIDTHS[0];
  const isWide = tone === "failing" || tone === "slow" || tone === "unreachable";
  return (
    <>
      {struck && <path className="glow" d={d} strokeWidth={width + 8} />}
      <path
        className={`stroke ${tone}`}
        d={d}
        strokeWidth={isWide ? width + 3 : width}
        markerEnd={`url(#squall-${tone})`}
      />
      {/* Failing: cut across. Slow: a double line. Unreachable: in pieces. */}
      {isWide && tone !== "unreachable" && (
        <path className={`inner ${tone}`} d={d} strokeWidth={tone === "slow" ? width : width + 1} />
      )}
    </>
  );
};

const Label = ({ edges, route }: { readonly edges: readonly EdgeId[]; readonly route: EdgeRoute }) => {
  const { rate, rest, bad } = useMeshStatus((standing) => {
    const passing = passingOn(standing, edges);
    const errors = passing?.errors ?? null;
    return {
      rate: passing === null ? "not watched" : passingText(passing),
      rest:
        passing === null || errors === null
          ? ""
          : `${percentText(errors)} err${passing.p99Ms === null ? "" : ` · p99 ${latencyText(passing.p99Ms)}`}`,
      bad: paintOf(standing, edges).tone,
    };
  });
  return (
    <g transform={`translate(${route.x} ${route.y})`}>
      <g className={`numbers ${bad}`}>
        <rect x={-LABEL.width / 2} y={-LABEL.height / 2} width={LABEL.width} height={LABEL.height} rx={8} />
        <text y={rest === "" ? 4 : -3} className="rate">
          {rate}
        </text>
        {rest !== "" && <text y={11}>{rest}</text>}
      </g>
    </g>
  );
};

export const MeshEdge = memo(({ data, selected }: EdgeProps<Edge>) => {
  const { labels, level, words } = useView();
  const { edges } = data!.of;
  const { route, lit } = data!;
  const look = useMeshStatus((standing) => ({
    paint: paintOf(standing, edges),
    faults: edges.flatMap((id) => standing.edges.get(id)?.faults ?? []).length,
  }));
  const { tone } = look.paint;
  const isDamaged = tone !== "healthy" && tone !== "idle" && tone !== "unwatched";
  const hasLabel = selected || lit || (level === "near" && (labels || isDamaged || look.faults > 0));
  return (
    <g className={`run${selected ? " selected" : ""}${lit ? " lit" : ""}`}>
      <Strokes d={route.d} paint={look.paint} />
      <path className="react-flow__edge-interaction" d={route.d} fill="none" strokeWidth={18} strokeOpacity={0} />
      {hasLabel && <Label {...{ edges, route }} />}
      {words && isDamaged && (hasLabel || look.faults === 0) && (
        <text className={`edge-word ${tone}`} x={route.x} y={route.y} dy={hasLabel ? BELOW_LABEL : undefined}>
          {TONE_WORDS[tone]}
        </text>
      )}
      {look.faults > 0 && (
        <EdgeLabelRenderer>
          <FaultMark
            edges={edges}
            tone={words && isDamaged && !hasLabel ? tone : null}
            x={route.x}
            y={hasLabel ? route.y - LABEL.height / 2 : route.y}
            above={hasLabel}
          />
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

/** Drawn once: arrows of each tone. */
export const Arrows = () => (
  <svg className="arrows" aria-hidden="true">
    <defs>
      {(["healthy", "idle", "slow", "failing", "unreachable", "quiet", "unwatched"] as const).map((tone) => (
        <marker
          key={tone}
          id={`squall-${tone}`}
          className={tone}
          {...{ viewBox: "0 0 8 8", refX: 7.5, refY: 4, markerWidth: 9, markerHeight: 9 }}
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 0.5L8 4L0 7.5z" />
        </marker>
      ))}
    </defs>
  </svg>
);
