/** Latency of an expectation, phase by phase: p50, p95 and p99 in numbers and on a log scale, against the limit. */

import type { LatencyQuantiles } from "../../model/evidence/latency-counts.ts";
import type { ExpectationReport } from "../../model/report/report.ts";
import { html, type Markup } from "../escape/html.ts";
import { milliseconds, PHASES } from "../words.ts";

const QUANTILES = ["p50", "p95", "p99"] as const;

export const latency = ({ name, latency: told }: ExpectationReport): Markup | null => {
  if (told === undefined) return null;
  const { withinMs, phases } = told;
  const rows = PHASES.flatMap((phase) => {
    const quantiles = phases[phase];
    return quantiles === undefined ? [] : [{ phase, quantiles }];
  });
  const all = rows.flatMap(({ quantiles }) => [quantiles.p50, quantiles.p99]);
  const least = Math.max(0.001, Math.min(...all, withinMs ?? Number.POSITIVE_INFINITY)) / 1.4;
  const most = Math.max(...all, withinMs ?? 0) * 1.4;
  const at = (ms: number): string => {
    const share = Math.log(Math.max(ms, least) / least) / Math.log(most / least);
    return `${Math.round(1_000 * share) / 10}%`;
  };
  const width = (fromMs: number, toMs: number): string =>
    `${Math.round((1_000 * Math.log(Math.max(1, toMs / fromMs))) / Math.log(most / least)) / 10}%`;
  const range = ({ p50, p95, p99 }: LatencyQuantiles): Markup =>
    html`<svg class="range" width="100%" height="18" aria-hidden="true"><line class="rail" x1="0" x2="100%" y1="9" y2="9"/><rect class="span" x="${at(p50)}" width="${width(p50, p99)}" y="6" height="6" rx="3"/>${[
      p50,
      p95,
      p99,
    ].map(
      (ms) =>
        html`<circle class="${withinMs !== null && ms > withinMs ? "over" : "under"}" cx="${at(ms)}" cy="9" r="4"/>`,
    )}${withinMs === null ? null : html`<line class="limit" x1="${at(withinMs)}" x2="${at(withinMs)}" y1="0" y2="18"/>`}</svg>`;
  const cell = (ms: number): Markup =>
    withinMs !== null && ms > withinMs
      ? html`<td class="number bad">✗ ${milliseconds(ms)}</td>`
      : html`<td class="number">${milliseconds(ms)}</td>`;
  return html`<div class="scroll"><table class="latency"><caption class="visually-hidden">Latency of ${name}</caption><thead><tr><th scope="col">Latency</th>${QUANTILES.map((one) => html`<th scope="col" class="number">${one}</th>`)}<th scope="col" class="drawn">${withinMs === null ? "no limit" : `limit ${milliseconds(withinMs)}`}</th></tr></thead><tbody>${rows.map(
    ({ phase, quantiles }) =>
      html`<tr><th scope="row">${phase}</th>${QUANTILES.map((one) => cell(quantiles[one]))}<td class="drawn">${range(quantiles)}</td></tr>`,
  )}</tbody></table></div>`;
};
