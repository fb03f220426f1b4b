/** Standing of the mesh at a moment, in words: struck and affected services, also where the picture is too small. */

import { type EdgeId, spellEdge } from "../../experiments/model/names.ts";
import { percentText } from "../mesh/figures.ts";
import { type MeshStatus, partOf } from "../mesh/mesh-status.ts";
import { paintOf, TONE_WORDS, type Tone } from "../mesh/paint.ts";
import type { SignName } from "../ui/signs.tsx";
import { Mark, State } from "../ui/state.tsx";
import { momentOf } from "../ui/words.ts";

const CALM: readonly SignName[] = ["healthy", "idle", "unwatched"];
interface EdgeWords {
  readonly id: EdgeId;
  readonly tone: Tone;
  readonly faults: readonly string[];
}
const edgesIn = (standing: MeshStatus): readonly EdgeWords[] =>
  [...standing.edges.values()]
    .map(({ id, faults }) => ({
      ...{ id, tone: paintOf(standing, [id]).tone },
      faults: faults.map(({ label, share }) => `${label} on ${percentText(share)}`),
    }))
    .filter(({ tone, faults }) => faults.length > 0 || !CALM.includes(tone));

export interface MomentWordsProps {
  readonly standing: MeshStatus;
  readonly atMs: number;
}
export const MomentWords = ({ standing, atMs }: MomentWordsProps) => {
  const services = [...standing.services.values()].filter(({ state }) => !CALM.includes(state));
  const edges = edgesIn(standing);
  if (services.length === 0 && edges.length === 0)
    return <p className="small moment-words">No edge is struck, and no service is affected.</p>;
  return (
    <ul className="moment-words" aria-label={`How the mesh stands at ${momentOf(atMs)}`}>
      {services.map((service) => (
        <li key={service.name}>
          <strong>{service.name}</strong> <State of={service.state} part={partOf(service)} />
        </li>
      ))}
      {edges.map(({ id, tone, faults }) => (
        <li key={id}>
          <strong>{spellEdge(id)}</strong> {faults.length > 0 && <Mark of="fault">{faults.join(", ")}</Mark>}{" "}
          {!CALM.includes(tone) && <Mark of={tone}>{TONE_WORDS[tone]}</Mark>}
        </li>
      ))}
    </ul>
  );
};
