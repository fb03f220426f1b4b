/** Panel of an edge: health, the faults on this edge, and the effect of these faults. */
import { memo } from "react";
import { type EdgeId, edgeEnds } from "../../experiments/model/names.ts";
import { runHref } from "../route.ts";
import { Mark } from "../ui/state.tsx";
import { BreakThis } from "./break-this.tsx";
import { latencyText, leftText, percentText, rateText } from "./figures.ts";
import { History } from "./history.tsx";
import type { EdgeStatus } from "./mesh-status.ts";
import { useMeshStatus } from "./mesh-status-store.ts";
import { paintOf, TONE_WORDS, type Tone } from "./paint.ts";
import { Receipts } from "./receipts.tsx";
import { Stops } from "./stops.tsx";

const Faults = ({ faults, at }: { readonly faults: EdgeStatus["faults"]; readonly at: string | null }) => (
  <section>
    <h3>{faults.length === 1 ? "The fault" : "The faults"}</h3>
    <ul className="plain">
      {faults.map(({ run, fault, label, description, share, endsAt }) => {
        const left = at === null ? null : leftText(endsAt, at);
        return (
          <li key={`${run} ${fault}`}>
            <Mark of="fault">
              {label} on {percentText(share)}
            </Mark>
            {left !== null && ` ${left} left`}
            <p>
              <a href={runHref(run)}>{fault}</a> {description}, on {percentText(share)} of what it matches.
            </p>
          </li>
        );
      })}
    </ul>
  </section>
);
const Damage = ({
  tone,
  damaged: { errors, p95Ms, perSecond },
}: {
  tone: Tone;
  damaged: NonNullable<EdgeStatus["damaged"]>;
}) => (
  <p>
    <Mark of={tone}>{TONE_WORDS[tone]}</Mark>: errors {percentText(errors.before)} → {percentText(errors.now)}, p95{" "}
    {latencyText(p95Ms.before)} → {latencyText(p95Ms.now)}, {rateText(perSecond.before)} → {rateText(perSecond.now)}{" "}
    since the baseline
  </p>
);

export const EdgePanel = memo(({ id, onSelect }: { readonly id: EdgeId; readonly onSelect: (at: string) => void }) => {
  const [from, to] = edgeEnds(id);
  const { edge, tone, at, runs, stops } = useMeshStatus((standing) => ({
    tone: paintOf(standing, [id]).tone,
    edge: standing.edges.get(id) ?? null,
    at: standing.at,
    runs: standing.radii.filter(({ struck }) => struck.includes(id)).map(({ run }) => run),
    stops: standing.services.get(from)?.stops.filter((stop) => stop.edge === id) ?? [],
  }));
  const hasFaults = edge !== null && edge.faults.length > 0;
  return (
    <>
      {hasFaults && <Faults faults={edge.faults} at={at} />}
      <p className="ends">
        <button type="button" onClick={() => onSelect(from)}>
          {from}
        </button>
        <span aria-hidden="true">→</span>
        <button type="button" onClick={() => onSelect(to)}>
          {to}
        </button>
      </p>
      {edge?.damaged && <Damage tone={tone} damaged={edge.damaged} />}
      {(edge?.traffic?.cancelled ?? 0) > 0 && (
        <p className="small">
          Callers gave up {percentText(edge!.traffic!.cancelled!)} of the exchanges; those count among the errors.
        </p>
      )}
      <Stops stops={stops} />
      <BreakThis edge={id} />
      <History edge={id} />
      {!hasFaults && <p className="small">No fault is live on this edge.</p>}
      <Receipts edge={id} runs={runs} />
    </>
  );
});
