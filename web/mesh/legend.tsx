/** What every sign of the mesh means. */
import { memo } from "react";
import { Sign, type SignName, STATE_WORDS } from "./signs.tsx";
import type { ServiceState } from "./standing.ts";

const STATES: readonly (readonly [ServiceState, string])[] = [
  ["failing", "more of its answers fail than in the run's own baseline"],
  ["slower", "its answers take longer than in the baseline"],
  ["contains", "its own calls got worse, what it answers did not: the damage ends here"],
  ["well", "compared with the baseline, and no worse"],
  ["watched", "there is traffic, and no run to compare it with"],
  ["unwatched", "no agent tells anything of its edges"],
];
const EDGES: readonly (readonly [string, string])[] = [
  ["failing", "failing: more errors"],
  ["slower", "slower: a longer p95"],
  ["quiet", "quiet: hardly anything is sent any more"],
  ["calm", "no worse than before; wider: more requests"],
  ["unwatched", "not watched by any agent"],
];
const Line = ({ tone }: { readonly tone: string }) => (
  <svg className="line" viewBox="0 0 44 12" aria-hidden="true">
    <path className={`stroke ${tone}`} d="M2 6H42" strokeWidth={tone === "failing" || tone === "slower" ? 6 : 2.5} />
    {(tone === "failing" || tone === "slower") && <path className={`inner ${tone}`} d="M2 6H42" strokeWidth={3} />}
  </svg>
);
const Word = ({ sign, children }: { readonly sign: SignName; readonly children: string }) => (
  <span className={`legend-sign ${sign}`}>
    <Sign of={sign} />
    {children}
  </span>
);

export const Legend = memo(() => (
  <details className="legend">
    <summary>What the signs mean</summary>
    <div className="legend-parts">
      <dl>
        {STATES.map(([state, meaning]) => (
          <div key={state}>
            <dt>
              <Word sign={state}>{STATE_WORDS[state]}</Word>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <dl>
        {EDGES.map(([tone, meaning]) => (
          <div key={tone}>
            <dt>
              <Line tone={tone} />
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
        <div>
          <dt>
            <Word sign="fault">fault</Word>
          </dt>
          <dd>is live on this edge: its kind, the share it strikes, how long it still lasts</dd>
        </div>
      </dl>
      <dl>
        <div>
          <dt>
            <span className="legend-box may">may fail</span>
          </dt>
          <dd>the declared blast radius: who may suffer, dashed, with one boundary around all of them</dd>
        </div>
        <div>
          <dt>
            <span className="legend-box hurt">colour</span>
          </dt>
          <dd>the measured blast radius: who does suffer</dd>
        </div>
        <div>
          <dt>
            <Word sign="leak">LEAK</Word>
          </dt>
          <dd>suffers more than is declared; the run halts on it</dd>
        </div>
      </dl>
    </div>
  </details>
));
