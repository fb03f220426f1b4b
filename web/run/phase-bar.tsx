/** Phases of a run, with faults below, events, and the clock. */
import type { FaultReport } from "../../experiments/model/report/report.ts";
import { lengthOf, momentOf } from "../ui/words.ts";
import { type Band, type Scale, ticksOf, xOf } from "./scale.ts";
import { SignOf } from "./sign.tsx";
import type { TimelineEvent } from "./timeline-events.ts";

export interface PhaseBarProps {
  readonly scale: Scale;
  readonly bands: readonly Band[];
  readonly faults: readonly FaultReport[];
  readonly moments: readonly TimelineEvent[];
  /** Run time of the clock; null: the clock stands still. */
  readonly atMs: number | null;
}
const BAR = 26;
const ROW = 22;
const EVENTS = 20;
const AXIS = 18;
/** Width of a letter, px; accurate enough to decide if a word fits. */
const LETTER = 6.5;

/** `90 s`, `2 min`, `2:30`. */
const tickText = (ms: number): string => {
  if (ms < 120_000) return `${ms / 1_000} s`;
  const seconds = Math.round(ms / 1_000) % 60;
  const minutes = Math.floor(ms / 60_000);
  return seconds === 0 ? `${minutes} min` : `${minutes}:${String(seconds).padStart(2, "0")}`;
};
const Bands = ({ scale, bands, atMs }: Pick<PhaseBarProps, "scale" | "bands" | "atMs">) =>
  bands.map(({ phase, fromMs, toMs, ahead }) => {
    const [from, to] = [xOf(scale, fromMs), xOf(scale, toMs)];
    const doneTo = ahead ? from : atMs === null ? to : Math.min(to, Math.max(from, xOf(scale, atMs)));
    return (
      <g key={phase} className={`phase ${phase}`}>
        <title>{`${phase}: ${lengthOf(fromMs)} to ${lengthOf(toMs)}${ahead ? " (planned)" : ""}`}</title>
        <rect className="whole" x={from} y={0} width={Math.max(1, to - from - 1)} height={BAR} rx={3} />
        <rect className="done" x={from} y={0} width={Math.max(0, doneTo - from - 1)} height={BAR} rx={3} />
        {to - from > phase.length * LETTER + 2 && (
          <text x={(from + to) / 2} y={BAR / 2}>
            {phase}
          </text>
        )}
      </g>
    );
  });

/** Fault bars, from the order of a fault until its removal; `during` that ends early ends the fault too. */
const Faults = ({ scale, bands, faults }: Pick<PhaseBarProps, "scale" | "bands" | "faults">) => {
  const during = bands.find(({ phase }) => phase === "during");
  if (during === undefined) return null;
  return faults.map((fault, row) => {
    const from = xOf(scale, Math.min(during.toMs, during.fromMs + fault.fromMs));
    const to = xOf(scale, Math.min(during.toMs, during.fromMs + fault.toMs));
    const y = BAR + 4 + row * ROW;
    const width = fault.name.length * LETTER;
    // The label stands inside if there is room, else before the bar, else across the bar's end.
    const [x, anchor] =
      width + 8 < to - from
        ? ([from + 6, "start"] as const)
        : from - 6 - width >= 0
          ? ([from - 6, "end"] as const)
          : ([Math.max(0, Math.min(from + 6, scale.width - width)), "start"] as const);
    return (
      <g key={fault.name} className={`fault${during.ahead ? " ahead" : ""}`}>
        <title>{`${fault.name}: ${fault.description}`}</title>
        <rect x={from} y={y} width={Math.max(2, to - from - 1)} height={ROW - 4} rx={3} />
        <text x={x} y={y + (ROW - 4) / 2} textAnchor={anchor}>
          {fault.name}
        </text>
      </g>
    );
  });
};

/** Events as signs on a single line; the list of events has the words. */
const Events = ({ scale, moments, y }: Pick<PhaseBarProps, "scale" | "moments"> & { readonly y: number }) =>
  moments.map(({ sequence, atMs, kind, says }, i) => (
    // A record may bring several, and the list only grows.
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    <g key={`${sequence} ${i}`} transform={`translate(${xOf(scale, atMs)} ${y})`}>
      <title>{`${momentOf(atMs)} ${says}`}</title>
      <line className="stem" y1={-EVENTS / 2} y2={EVENTS / 2} />
      <SignOf kind={kind} />
    </g>
  ));

export const PhaseBar = ({ scale, bands, faults, moments, atMs }: PhaseBarProps) => {
  const events = BAR + 4 + faults.length * ROW;
  const bottom = events + EVENTS;
  return (
    <svg
      className="phases"
      width={scale.width}
      height={bottom + AXIS}
      role="img"
      aria-label="Phases, faults and events"
    >
      <Bands scale={scale} bands={bands} atMs={atMs} />
      <Faults scale={scale} bands={bands} faults={faults} />
      <Events {...{ scale, moments }} y={events + EVENTS / 2} />
      {ticksOf(scale).map((ms) => (
        <text key={ms} className="tick" x={xOf(scale, ms)} y={bottom + AXIS - 6}>
          {tickText(ms)}
        </text>
      ))}
      {atMs !== null && <line className="cursor" x1={xOf(scale, atMs)} x2={xOf(scale, atMs)} y1={0} y2={bottom} />}
    </svg>
  );
};
