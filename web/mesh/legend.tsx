/** Meaning of every sign of the mesh. */

import { memo } from "react";
import type { ServiceState } from "../../experiments/model/blast-radius/service-state.ts";
import { Mark, State } from "../ui/state.tsx";
import { TONE_WORDS, type Tone } from "./paint.ts";

const STATES: readonly (readonly [ServiceState, string])[] = [
  ["healthy", "what its callers get is no worse than in the run's baseline; without a run: less than 1% of it fails"],
  ["slow", "its answers take longer than in the baseline (limits.harm.p95)"],
  ["failing", "1% of its answers fail, or more than in the baseline (limits.harm.errors)"],
  ["unreachable", "99% of the calls to it get no answer"],
  ["struck", "a fault acts on the calls to it: what callers get says nothing of the service itself"],
  ["contained", "its own calls got worse, what it answers did not: the damage ends here"],
  ["idle", "an agent watches its edges, and nothing passes them"],
  ["unwatched", "no agent reports its edges"],
];
const EDGES: readonly (readonly [Tone, string])[] = [
  ["healthy", "as of a service; wider: more requests"],
  ["slow", "a longer p95"],
  ["failing", "errors"],
  ["unreachable", "no answers"],
  ["quiet", "hardly anything is sent any more"],
  ["unwatched", "no agent serves it"],
];
const WIDE: readonly Tone[] = ["slow", "failing", "unreachable"];
const Line = ({ tone }: { readonly tone: Tone }) => (
  <svg className="line" viewBox="0 0 44 12" aria-hidden="true">
    <path className={`stroke ${tone}`} d="M2 6H42" strokeWidth={WIDE.includes(tone) ? 6 : 2.5} />
    {WIDE.includes(tone) && tone !== "unreachable" && <path className={`inner ${tone}`} d="M2 6H42" strokeWidth={3} />}
  </svg>
);
export const Legend = memo(() => (
  <details className="legend">
    <summary>Legend</summary>
    <div className="legend-parts">
      <dl>
        {STATES.map(([state, meaning]) => (
          <div key={state}>
            <dt>
              <State of={state} />
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <dl>
        {EDGES.map(([tone, meaning]) => (
          <div key={tone}>
            <dt>
              <Line tone={tone} /> <span className={`health ${tone}`}>{TONE_WORDS[tone]}</span>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
        <div>
          <dt>
            <Mark of="fault">fault</Mark>
          </dt>
          <dd>is live on this edge: what it does, to which share, how long it still lasts; press it for all of it</dd>
        </div>
      </dl>
      <dl>
        <div>
          <dt>
            <span className="legend-box may">may fail</span>
          </dt>
          <dd>the declared blast radius: services that may be affected, dashed, inside one boundary</dd>
        </div>
        <div>
          <dt>
            <span className="part">affected</span>
          </dt>
          <dd>the measured blast radius: affected, as declared</dd>
        </div>
        <div>
          <dt>
            <Mark of="leak">LEAK</Mark>
          </dt>
          <dd>affected beyond the declared radius; the run halts</dd>
        </div>
      </dl>
    </div>
  </details>
));
