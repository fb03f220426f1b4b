/** Section of the page for a run: verdict and reason, picture, timeline, expectations, receipts and audit. */

import { partWord, STATE_WORDS } from "../../model/blast-radius/service-state.ts";
import { edgeIdOf, spellEdge } from "../../model/names.ts";
import type { RadiusReport } from "../../model/report/radius.ts";
import { damagePartOf, sayDamagedSince, sayRadiusCoverage } from "../../model/report/radius-words.ts";
import type { ExpectationReport, RunReport } from "../../model/report/report.ts";
import { formatShare } from "../../model/units/share.ts";
import { type Content, html, type Markup } from "../escape/html.ts";
import {
  auditOf,
  erroredOf,
  exposedOf,
  headlineOf,
  metOf,
  objectiveOf,
  PHASES,
  recoveredOf,
  seconds,
} from "../words.ts";
import { latency } from "./latency.ts";
import { picture } from "./picture.ts";
import { timeline } from "./timeline.ts";

/** Shape and colour of a verdict: both always appear together, so that a reader needs neither of the two alone. */
const SIGNS: Readonly<Record<string, readonly [tone: string, sign: string]>> = {
  HELD: ["good", "✓"],
  BROKEN: ["bad", "✗"],
  RESIDUE: ["bad", "!"],
  HALTED: ["warn", "■"],
  INCONCLUSIVE: ["warn", "?"],
  INVALID: ["warn", "–"],
};
export const badge = (run: RunReport): Markup => {
  const headline = headlineOf(run);
  const [tone, sign] = SIGNS[headline] ?? ["busy", "·"];
  return html`<span class="badge ${tone}"><span aria-hidden="true">${sign} </span>${headline}</span>`;
};

const paragraphs = (text: string): Content => text.split("\n").map((line) => html`<p>${line}</p>`);
const card = (title: string, content: Content): Markup =>
  html`<section class="card"><h3>${title}</h3>${content}</section>`;
const table = (
  titles: readonly (readonly [title: string, side?: "number"])[],
  rows: readonly (readonly Content[])[],
): Markup =>
  html`<div class="scroll"><table><thead><tr>${titles.map(([title, side = ""]) => html`<th scope="col" class="${side}">${title}</th>`)}</tr></thead><tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td class="${titles[i]![1] ?? ""}">${cell}</td>`))}</tr>`,
  )}</tbody></table></div>`;

const facts = (run: RunReport): Markup => {
  const grade = auditOf(run);
  const pairs: readonly (readonly [string, string | null])[] = [
    ["run", run.id === "" ? "not run" : run.id],
    ["seed", String(run.seed)],
    ["took", seconds(run.durationMs)],
    ["started (UTC)", run.startedAt.replace("T", " ").slice(0, 19)],
    ["file", run.file === null ? null : run.line === undefined ? run.file : `${run.file}:${run.line}`],
    ["recovered", recoveredOf(run)?.replace(/^recovered /, "") ?? null],
    ["audit", grade],
  ];
  return html`<dl class="facts">${pairs.flatMap(([name, value]) => (value === null ? [] : [html`<div><dt>${name}</dt><dd>${value}</dd></div>`]))}</dl>`;
};

/** Worst state of a service: the dashboard's words in the dashboard's colours. */
const stateOf = (service: RadiusReport["services"][number]): Markup => {
  const word = partWord(damagePartOf(service));
  const part = word === null ? null : service.leak ? html` <span class="health leak">△ LEAK</span>` : ` (${word})`;
  return html`<span class="health ${service.state}">${STATE_WORDS[service.state]}</span>${part}`;
};
const radius = (run: RunReport, id: string): Markup | null => {
  const drawn = picture(run, id);
  const { radius: measured } = run;
  if (drawn === null && measured === undefined) return null;
  const rows = measured?.services.map((service) => [
    service.service,
    stateOf(service),
    sayDamagedSince(run, service),
    service.reason,
  ]);
  const told =
    rows === undefined
      ? html`<p class="small">The radius was not measured: nothing was hit.</p>`
      : rows.length === 0
        ? html`<p>No service was affected.</p>`
        : table([["Service"], ["Worst state"], ["Since", "number"], ["Why"]], rows);
  return card("Blast radius", [
    drawn,
    told,
    measured === undefined ? null : html`<p class="small">${sayRadiusCoverage(measured)}</p>`,
  ]);
};

const MET = { true: ["good", "✓"], false: ["bad", "✗"], null: ["warn", "·"] } as const;
const samples = ({ phases, objective }: ExpectationReport): Markup => {
  const rows = PHASES.flatMap((phase) => {
    const count = phases[phase];
    if (count === undefined) return [];
    const seen = count.good + count.bad;
    const wanted = objective[phase];
    const share = seen === 0 ? "–" : `${Math.floor((1_000 * count.good) / seen) / 10}%`;
    const isShort = wanted !== undefined && seen > 0 && count.good / seen < wanted;
    const left = count.left === undefined ? "" : ` (${count.left} left)`;
    return [
      [
        phase,
        count.good,
        `${count.bad}${left}`,
        count.errored,
        isShort ? html`<span class="bad">✗ ${share}</span>` : share,
        wanted === undefined ? "–" : `≥ ${formatShare(wanted)}`,
      ],
    ];
  });
  const numbers = ["Good", "Bad", "Errored", "Share", "Objective"].map((title) => [title, "number"] as const);
  return table([["Samples"], ...numbers], rows);
};
const expectation = (one: ExpectationReport): Markup => {
  const [tone, sign] = MET[`${one.met}`];
  const bad = one.firstBad.map(
    ({ atMs, why, status }) =>
      html`<li><span class="moment">${seconds(atMs)}</span> ${why}${status === undefined ? "" : ` (status ${status})`}</li>`,
  );
  return html`<article><header><h4>${one.name}</h4><span class="${tone}">${sign} ${one.met === null ? metOf(null) : one.met ? "met" : "not met"}</span><p class="small">${one.probe}; objective ${objectiveOf(one)}; exposed: ${exposedOf(one)}</p></header><div class="figures">${samples(one)}${latency(one)}</div>${
    one.reason === "" ? null : html`<div class="why">${paragraphs(one.reason)}</div>`
  }${bad.length === 0 ? null : html`<p class="small">First bad samples:</p><ul class="bad-samples">${bad}</ul>`}${
    one.errored === undefined ? null : html`<p class="small">${erroredOf(one.errored)}</p>`
  }</article>`;
};

/** Same rule as in the text report: counts that are nought in every row are left out. */
const RARE = ["spared", "capped", "untouched", "escaped", "refused"] as const;
const receipts = ({ receipts: all }: RunReport): Markup | null => {
  if (all.length === 0) return null;
  const rare = RARE.filter((key) => all.some((receipt) => (receipt[key] ?? 0) > 0));
  const numbers = ["seen", "matched", "hit", ...rare].map((title) => [title, "number"] as const);
  const rows = all.map((receipt) => [
    receipt.fault,
    spellEdge(edgeIdOf(receipt)),
    ...[receipt.seen, receipt.matched],
    html`<strong class="${receipt.injected === 0 ? "warn" : ""}">${receipt.injected}</strong>`,
    ...rare.map((key) => receipt[key] ?? 0),
  ]);
  return card("Receipts", table([["Fault"], ["Edge"], ...numbers], rows));
};
const audit = ({ audit: all, state }: RunReport): Markup | null =>
  all.length === 0 || state !== "finished"
    ? null
    : card(
        "Audit",
        table(
          [["Agent"], ["Grade"], ["Detail"]],
          all.map(({ agent, grade, detail }) => [
            agent,
            html`<span class="${grade === "unknown" ? "bad" : ""}">${grade}</span>`,
            detail === grade ? "" : detail,
          ]),
        ),
      );

/** `id`: the section's own within the page. */
export const section = (run: RunReport, id: string): Markup => {
  const over = timeline(run);
  return html`<section class="run" id="${id}"><header class="card verdict"><h2>${badge(run)} <span>${run.experiment}</span></h2><div class="reason">${paragraphs(run.reason)}</div>${
    run.description === "" ? null : html`<p class="small">${run.description}</p>`
  }${run.residue.length === 0 ? null : html`<p class="banner">Faults may still be live on ${run.residue.join(", ")}.</p>`}${(
    run.warnings ?? []
  ).map(
    (warning) => html`<p class="warn">Warning: ${warning}</p>`,
  )}${(run.strikes ?? []).map(({ said }) => html`<p>${said}.</p>`)}${(run.exits ?? []).map(({ service, how }) => html`<p class="warn">${service} ${how}.</p>`)}${(run.instances ?? []).map(({ says }) => html`<p class="small">${says}</p>`)}${facts(run)}</header>${radius(run, id)}${
    over === null ? null : card("Timeline", over)
  }${run.expectations.length === 0 ? null : card("Expectations", run.expectations.map(expectation))}${receipts(run)}${audit(run)}</section>`;
};
