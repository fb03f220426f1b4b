/** Declared blast radius of each run: a boundary around all services declared to be affected, and around the edges between. */
import { ViewportPortal } from "@xyflow/react";
import { memo } from "react";
import { type EdgeId, edgeEnds } from "../../experiments/model/names.ts";
import type { Picture } from "./layouts.ts";
import { type Box, INSIDE } from "./level.ts";
import { useMeshStatus } from "./mesh-status-store.ts";

/** Around a box, and the width of the way along an edge. */
const [AROUND, WAY, LINE] = [16, 30, 2.5];

interface Member {
  readonly id: string;
  readonly box: Box;
}
const membersOf = ({ shown, layout }: Picture, services: readonly string[]): readonly Member[] => {
  const ids = new Set(services.flatMap((name) => shown.standsFor.get(name) ?? []));
  return [...ids].flatMap((id) => (layout.boxes[id] === undefined ? [] : [{ id, box: layout.boxes[id] }]));
};
const Shapes = ({ members, ways, wider }: { members: readonly Member[]; ways: readonly string[]; wider: number }) => (
  <>
    {ways.map((d) => (
      <path key={d} d={d} strokeWidth={WAY + 2 * wider} />
    ))}
    {members.map(({ id, box }) => (
      <rect
        key={id}
        x={box.x - AROUND - wider}
        y={box.y - AROUND - wider}
        width={box.width + 2 * (AROUND + wider)}
        height={box.height + 2 * (AROUND + wider)}
        rx={22 + wider}
      />
    ))}
  </>
);
const Boundary = memo(({ picture, services }: { picture: Picture; services: readonly string[] }) => {
  const members = membersOf(picture, services);
  const may = new Set(services);
  const isWithin = (edge: EdgeId) => edgeEnds(edge).every((end) => may.has(end));
  const ways = picture.shown.edges.flatMap(({ id, edges }) =>
    edges.some(isWithin) ? (picture.layout.routes[id]?.d ?? []) : [],
  );
  if (members.length === 0) return null;
  return (
    <g className="boundary">
      {/* All shapes slightly larger in the line colour, then the same shapes in the ground colour: a single outline. */}
      <g className="outline">
        <Shapes {...{ members, ways }} wider={LINE} />
      </g>
      <g className="ground">
        <Shapes {...{ members, ways }} wider={0} />
      </g>
    </g>
  );
});

/** Label above the first member; drawn on top of all layers to stay readable. */
const Name = memo(
  ({ picture, services, experiment }: { picture: Picture; services: readonly string[]; experiment: string }) => {
    const first = membersOf(picture, services).toSorted((a, b) => a.box.y - b.box.y || a.box.x - b.box.x)[0]?.box;
    if (first === undefined) return null;
    return (
      <text x={first.x - AROUND + 10} y={first.y - AROUND - 8}>
        declared: {experiment}
      </text>
    );
  },
);

export const Boundaries = ({ picture }: { readonly picture: Picture }) => {
  const radii = useMeshStatus((standing) =>
    standing.radii.map(({ run, experiment, declared }) => ({
      ...{ run, experiment },
      services: declared.map(({ service }) => service),
    })),
  );
  const { shown, layout } = picture;
  const frames = shown.nodes.flatMap((node) =>
    node.kind === "group" && node.open ? (layout.boxes[node.id] ?? []) : [],
  );
  return (
    <ViewportPortal>
      <svg className="boundaries" aria-hidden="true">
        {frames.map(({ x, y, width, height }) => (
          <rect key={`${x} ${y}`} className="frame" {...{ x, y, width, height }} rx={INSIDE.side / 2} />
        ))}
        {radii.map(({ run, services }) => (
          <Boundary key={run} {...{ picture, services }} />
        ))}
      </svg>
      <svg className="boundary-names" aria-hidden="true">
        {radii.map(({ run, experiment, services }) => (
          <Name key={run} {...{ picture, experiment, services }} />
        ))}
      </svg>
    </ViewportPortal>
  );
};
