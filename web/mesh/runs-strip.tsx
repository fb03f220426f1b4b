/** Active runs, each with the declared and the actual reach of the damage. */
import { memo } from "react";
import type { RunId } from "../../experiments/model/names.ts";
import type { Radius } from "../../server/contract/index.ts";
import { useApiQuery } from "../api/queries.ts";
import { useLost } from "../api/traffic.ts";
import { useNow } from "../clock.ts";
import { HaltRun } from "../halt/halt-run.tsx";
import { runHref } from "../route.ts";
import { Badge } from "../ui/badge.tsx";
import { LastKnown } from "../ui/last-known.tsx";
import { headlineOf, lengthOf, stateOf } from "../ui/words.ts";
import { useMeshStatus } from "./mesh-status-store.ts";
import { intoPhaseMs, tallyText } from "./tally.ts";

const [LOOK_MS, TICK_MS] = [2_000, 1_000];

/** Progress of the run; between two polls the page advances the clock, while the server is heard. */
const Clock = ({ run, state }: { readonly run: RunId; readonly state: string }) => {
  const { data, dataUpdatedAt } = useApiQuery("GET /api/v1/runs/:id", { params: { id: run } }, { everyMs: LOOK_MS });
  const lost = useLost() !== null;
  const { wallMs } = useNow(lost ? null : TICK_MS);
  if (data === undefined) return <span className="clock">{stateOf(state)}</span>;
  const atMs = data.durationMs + (lost ? 0 : Math.min(LOOK_MS * 2, Math.max(0, wallMs - dataUpdatedAt)));
  const into = intoPhaseMs(data, atMs);
  return (
    <>
      <Badge headline={headlineOf(data)} />
      <span className="clock">
        <strong>{data.phase ?? state}</strong>
        {into !== null && ` ${lengthOf(Math.floor(into / 1_000) * 1_000).replace(".0 s", " s")}`}
        {data.phase === null && `: ${stateOf(state)}`}
      </span>
      {data.reason !== "" && <span className="so-far">So far: {data.reason}</span>}
    </>
  );
};

const Item = memo(
  ({ radius }: { readonly radius: Pick<Radius, "run" | "experiment" | "state"> & { tally: string } }) => {
    const { run, experiment, state, tally } = radius;
    return (
      <li className="card run-under-way live-data">
        <a href={runHref(run)}>
          <strong>{experiment}</strong>
        </a>
        <Clock run={run} state={state} />
        <LastKnown />
        <span className="tally">{tally}</span>
        <HaltRun run={run} label={`Halt ${experiment}`} short="Halt" />
      </li>
    );
  },
);

export const RunsStrip = () => {
  const radii = useMeshStatus((standing) =>
    standing.radii.map((radius) => ({
      ...{ run: radius.run, experiment: radius.experiment, state: radius.state, tally: tallyText(radius) },
    })),
  );
  if (radii.length === 0) return null;
  return (
    <section aria-label="Runs under way">
      <ul className="runs-strip">
        {radii.map((radius) => (
          <Item key={radius.run} radius={radius} />
        ))}
      </ul>
    </section>
  );
};
