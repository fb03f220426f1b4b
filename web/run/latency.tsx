/**
 * Latencies of each expectation by phase, against the limit: bars to the p99 with marks at p50 and p95, and the same
 * in words.
 */

import type { LatencyQuantiles } from "../../experiments/model/evidence/latency-counts.ts";
import { PHASES, type Phase } from "../../experiments/model/experiment/phase.ts";
import type { ExpectationReport, RunReport } from "../../experiments/model/report/report.ts";
import { sayRoundedDuration } from "../../experiments/model/units/duration.ts";

const [WIDTH, BAR] = [300, 16];

interface BarProps {
  readonly phase: Phase;
  readonly quantiles: LatencyQuantiles;
  readonly withinMs: number | null;
  /** Latency at the right end. */
  readonly mostMs: number;
}
const Bar = ({ phase, quantiles: { p50, p95, p99 }, withinMs, mostMs }: BarProps) => {
  const x = (ms: number) => Math.min(WIDTH, (WIDTH * ms) / mostMs);
  return (
    <svg
      className={`latency-bar ${phase}`}
      viewBox={`0 0 ${WIDTH} ${BAR}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect className="p99" width={Math.max(1, x(p99))} height={BAR} />
      <rect className="p95" width={Math.max(1, x(p95))} height={BAR} />
      <rect className="p50" width={Math.max(1, x(p50))} height={BAR} />
      {withinMs !== null && <line className="limit" x1={x(withinMs)} x2={x(withinMs)} y1={0} y2={BAR} />}
    </svg>
  );
};
const ofLimit = (ms: number, withinMs: number | null): string =>
  withinMs === null ? sayRoundedDuration(ms) : `${sayRoundedDuration(ms)} of ${sayRoundedDuration(withinMs)}`;

const OfExpectation = ({ name, latency }: Pick<ExpectationReport, "name" | "latency">) => {
  if (latency === undefined) return null;
  const { withinMs, phases } = latency;
  const known = PHASES.flatMap((phase) => (phases[phase] === undefined ? [] : [[phase, phases[phase]] as const]));
  const mostMs = 1.1 * Math.max(withinMs ?? 0, ...known.map(([, { p99 }]) => p99));
  return (
    <section>
      <h3>{name}</h3>
      <table className="latencies">
        <thead className="visually-hidden">
          <tr>
            {["Phase", "Chart", "p99", "p95", "p50"].map((word) => (
              <th key={word} scope="col">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {known.map(([phase, quantiles]) => {
            const over = withinMs !== null && quantiles.p99 > withinMs;
            return (
              <tr key={phase}>
                <th scope="row">{phase}</th>
                <td className="bar-cell">
                  <Bar {...{ phase, quantiles, withinMs, mostMs }} />
                </td>
                <td className={over ? "bad nowrap" : "nowrap"}>
                  {over && <span aria-hidden="true">✗ </span>}
                  <strong>p99 {ofLimit(quantiles.p99, withinMs)}</strong>
                </td>
                <td className="small nowrap">p95 {sayRoundedDuration(quantiles.p95)}</td>
                <td className="small nowrap">p50 {sayRoundedDuration(quantiles.p50)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
};

export const Latency = ({ expectations }: Pick<RunReport, "expectations">) => {
  const timed = expectations.filter(({ latency }) => latency !== undefined);
  return (
    <section className="card latency" aria-labelledby="latency-title">
      <h2 id="latency-title">Latency by phase</h2>
      {timed.length === 0 ? (
        <p className="small">No latency is on record yet.</p>
      ) : (
        timed.map(({ name, latency }) => <OfExpectation key={name} name={name} {...(latency && { latency })} />)
      )}
      {timed.length > 0 && <p className="small">Bars reach to the p50, p95 and p99; the line is the limit.</p>}
    </section>
  );
};
