/**
 * A single timeline for the whole run: phases, faults, events, and each expectation below, on the same scale of run
 * time.
 */
import { useMemo } from "react";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { Run } from "../../experiments/model/run/run.ts";
import { useWidth } from "../ui/use-width.ts";
import { ghostOf } from "./comparison.ts";
import { Expectation } from "./expectation.tsx";
import { PhaseBar } from "./phase-bar.tsx";
import { RunMesh } from "./run-mesh.tsx";
import { type Band, scaleOf } from "./scale.ts";
import { Scrubber } from "./scrubber.tsx";
import type { TimelineEvent } from "./timeline-events.ts";
import type { Player } from "./use-playhead.ts";

export interface TimelineProps {
  /** Report at the displayed moment. */
  readonly report: RunReport;
  readonly run: Run;
  readonly bands: readonly Band[];
  readonly shownMs: number;
  readonly endMs: number;
  readonly newestMs: number;
  /** Moments of the whole run; `happened` is the number up to the displayed moment. */
  readonly moments: readonly TimelineEvent[];
  readonly happened: number;
  readonly player: Player;
  readonly isLive: boolean;
  /** The whole run is over. */
  readonly over: boolean;
  /** Wall time of the displayed moment, Unix ms. */
  readonly wallMs: number;
  /** The compared run; null: none. */
  readonly other: RunReport | null;
  readonly onPick: (atMs: number) => void;
}
export const Timeline = (props: TimelineProps) => {
  const {
    report,
    run,
    bands,
    shownMs,
    endMs,
    newestMs,
    moments,
    happened,
    player,
    isLive,
    over,
    wallMs,
    other,
    onPick,
  } = props;
  const [measured, width] = useWidth();
  const scale = useMemo(() => scaleOf(width, endMs), [width, endMs]);
  const ghosts = useMemo(
    () => new Map(report.expectations.map(({ name }) => [name, other === null ? [] : ghostOf(report, other, name)])),
    [report, other],
  );
  const still = over && player.atMs === null;
  return (
    <>
      <section className="card" aria-label="Timeline">
        <h2 className="visually-hidden">Timeline</h2>
        <div ref={measured}>
          {width > 0 && (
            <>
              <PhaseBar
                {...{ scale, bands }}
                faults={report.faults}
                moments={moments.slice(0, happened)}
                atMs={still ? null : shownMs}
              />
              <Scrubber {...{ player, newestMs, moments, isLive, wallMs }} endMs={scale.endMs} finished={over} />
            </>
          )}
        </div>
        <RunMesh {...{ report, run, wallMs }} atMs={shownMs} />
      </section>
      <section className="card timeline" aria-label="Expectations">
        <h2>Expectations</h2>
        {report.expectations.map((expectation) => (
          <Expectation
            key={expectation.name}
            {...{ scale, bands, expectation, run, onPick }}
            atMs={player.atMs}
            ghost={ghosts.get(expectation.name) ?? []}
            finished={report.state === "finished"}
          />
        ))}
      </section>
    </>
  );
};
