/**
 * The run over time: phases, faults, and a track of samples for each expectation, on a common scale. Positions are
 * shares of the width, so that the timeline fits any width.
 */

import type { Tally } from "../../model/evidence/tally.ts";
import type { ExpectationReport, RunReport } from "../../model/report/report.ts";
import { html, type Markup } from "../escape/html.ts";
import { PHASES, seconds } from "../words.ts";

const percent = (share: number): string => `${Math.round(10_000 * Math.min(1, Math.max(0, share))) / 100}%`;
const place = (fromMs: number, toMs: number, endMs: number): string =>
  `left:${percent(fromMs / endMs)};width:${percent((toMs - fromMs) / endMs)}`;

const NICE_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000];
const MOST_TICKS = 7;
const axis = (endMs: number): Markup => {
  const stepMs = NICE_MS.find((ms) => endMs / ms <= MOST_TICKS) ?? 6 * 3_600_000;
  const ticks = Array.from({ length: Math.floor(endMs / stepMs) + 1 }, (_, i) => i * stepMs);
  const word = (ms: number) => (stepMs < 60_000 ? `${ms / 1_000} s` : `${ms / 60_000} min`);
  return html`<div class="row axis"><span></span><div class="lane">${ticks.map((ms) => html`<span style="left:${percent(ms / endMs)}">${word(ms)}</span>`)}</div></div>`;
};

const phaseRow = ({ spans }: RunReport, endMs: number): Markup => {
  const bands = PHASES.flatMap((phase) => {
    const span = spans[phase];
    return span === undefined ? [] : [{ phase, fromMs: span.fromMs, toMs: span.toMs ?? endMs }];
  });
  return html`<div class="row"><span>phases</span><div class="lane">${bands.map(
    ({ phase, fromMs, toMs }) =>
      html`<span class="band ${phase}" style="${place(fromMs, toMs, endMs)}" title="${phase}: ${seconds(fromMs)} to ${seconds(toMs)}">${phase}</span>`,
  )}</div></div>`;
};
const faultRows = ({ spans: { during }, faults }: RunReport, endMs: number): Markup[] => {
  if (during === undefined) return [];
  const untilMs = during.toMs ?? endMs;
  return faults.map(({ name, description, fromMs, toMs }) => {
    const [from, to] = [Math.min(untilMs, during.fromMs + fromMs), Math.min(untilMs, during.fromMs + toMs)];
    return html`<div class="row"><span>${name}</span><div class="lane"><span class="band fault" style="${place(from, to, endMs)}" title="${name}: ${description}">${description}</span></div></div>`;
  });
};

/** More bars than this are thinner than a pixel. */
const MOST_BARS = 300;
interface Bar {
  good: number;
  bad: number;
  errored: number;
}
const barsOf = (timeline: readonly Tally[], endMs: number): readonly Bar[] => {
  const count = Math.min(MOST_BARS, Math.max(1, Math.ceil(endMs / 1_000)));
  const bars = Array.from({ length: count }, (): Bar => ({ good: 0, bad: 0, errored: 0 }));
  // Seconds of a phase begin where the phase began: a tally that overlaps two bars is shared out between both.
  for (const { fromMs, toMs, good, bad, errored } of timeline) {
    const [from, to] = [(fromMs / endMs) * count, (Math.max(toMs, fromMs + 1) / endMs) * count];
    for (let i = Math.max(0, Math.floor(from)); i < Math.min(count, to); i++) {
      const share = (Math.min(i + 1, to) - Math.max(i, from)) / (to - from);
      bars[i]!.good += good * share;
      bars[i]!.bad += bad * share;
      bars[i]!.errored += errored * share;
    }
  }
  return bars;
};
const HEIGHT = 100;
const track = ({ name, timeline, phases }: ExpectationReport, endMs: number): Markup => {
  const bars = barsOf(timeline, endMs);
  const most = Math.max(1, ...bars.map(({ good, bad, errored }) => good + bad + errored));
  const tall = (count: number) => Math.round((10 * HEIGHT * count) / most) / 10;
  const drawn = bars.map(({ good, bad, errored }, i) => {
    const parts = [
      ["bad", bad],
      ["errored", errored],
      ["good", good],
    ] as const;
    let top = HEIGHT;
    return parts.map(([kind, count]) => {
      if (count === 0) return null;
      top -= tall(count);
      return html`<rect class="${kind}" x="${i + 0.08}" y="${top}" width="0.84" height="${tall(count)}"/>`;
    });
  });
  const counts = Object.values(phases);
  const sum = (key: "good" | "bad" | "errored") => counts.reduce((total, count) => total + count[key], 0);
  const label = `${name}: ${sum("good")} good, ${sum("bad")} bad, ${sum("errored")} errored samples over time`;
  return html`<div class="row"><span>${name}</span><div class="lane track"><svg viewBox="0 0 ${bars.length} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">${drawn}</svg></div></div>`;
};

/** null: the run never began. */
export const timeline = (run: RunReport): Markup | null => {
  const ends = Object.values(run.spans).map(({ fromMs, toMs }) => toMs ?? fromMs);
  const endMs = Math.max(run.durationMs, ...ends);
  if (endMs <= 0 || ends.length === 0) return null;
  const tracks = run.expectations.filter((expectation) => expectation.timeline.length > 0);
  return html`<div class="timeline">${phaseRow(run, endMs)}${faultRows(run, endMs)}${tracks.map((one) => track(one, endMs))}${axis(endMs)}</div><ul class="key"><li><span class="swatch good"></span>good samples a second</li><li><span class="swatch bad"></span>bad</li><li><span class="swatch errored"></span>errored: told nothing</li></ul>`;
};
