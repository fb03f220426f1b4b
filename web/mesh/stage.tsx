/** Stage of the graph, drawn once the layout is ready. */

import { countText } from "./figures.ts";
import { Graph, type GraphProps } from "./graph.tsx";
import type { MeshView } from "./grouping.ts";
import { type Form, usePicture } from "./layouts.ts";

export interface StageProps extends Omit<GraphProps, "picture"> {
  readonly shown: MeshView;
  /** Key that covers every input of the layout. */
  readonly pictureKey: string;
  readonly form?: Form;
}
export const Stage = ({ shown, pictureKey, form = "screen", ...props }: StageProps) => {
  const { picture, problem } = usePicture(pictureKey, shown, form);
  if (picture === null)
    return problem === null ? (
      <p className="waiting mesh-stage" role="status">
        Laying out {countText(shown.standsFor.size, "service")}…
      </p>
    ) : (
      <div className="card empty" role="alert">
        <p className="problem">The graph could not be laid out: {problem}</p>
        <p>The list shows the same.</p>
      </div>
    );
  return (
    <section className="mesh-stage live-data" aria-label="Graph of the mesh">
      <Graph {...props} picture={picture} />
    </section>
  );
};
