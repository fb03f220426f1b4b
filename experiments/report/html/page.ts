/**
 * Runs as a self-contained HTML page: no script, no other file, readable on paper, by day and by night. All content
 * from a file or a service is text; the page's Content-Security-Policy keeps anything else from being obeyed.
 */
import type { RunReport } from "../../model/report/report.ts";
import { html, Markup } from "../escape/html.ts";
import { firstLine, headlineOf, seconds } from "../words.ts";
import { badge, section } from "./section.ts";
import { STYLE } from "./style.ts";

const hitsOf = ({ receipts }: RunReport): number => receipts.reduce((sum, { injected }) => sum + injected, 0);
/** `5 runs: 3 HELD, 2 BROKEN`. */
const summary = (runs: readonly RunReport[]): string => {
  const counts = new Map<string, number>();
  for (const run of runs) counts.set(headlineOf(run), (counts.get(headlineOf(run)) ?? 0) + 1);
  const each = [...counts].map(([headline, count]) => `${count} ${headline}`).join(", ");
  return `${runs.length} run${runs.length === 1 ? "" : "s"}: ${each}`;
};
const index = (runs: readonly RunReport[]): Markup | null =>
  runs.length < 2
    ? null
    : html`<nav class="card index" aria-label="Runs"><div class="scroll"><table><thead><tr><th scope="col">Verdict</th><th scope="col">Experiment</th><th scope="col" class="number">Hits</th><th scope="col" class="number">Took</th><th scope="col">Reason</th></tr></thead><tbody>${runs.map(
        (run, i) =>
          html`<tr><td>${badge(run)}</td><th scope="row"><a href="#run-${i + 1}">${run.experiment}</a></th><td class="number">${hitsOf(run)}</td><td class="number">${seconds(run.durationMs)}</td><td class="reason">${firstLine(run.reason)}</td></tr>`,
      )}</tbody></table></div></nav>`;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const SAIL = html`<svg class="sail" viewBox="0 0 24 24" aria-hidden="true"><path d="M11 2v15H3zM13 6c4 2 6 6 7 11h-7zM3 19h18l-3 3H6z"/></svg>`;

/** Ends with a line break. */
export const htmlReport = (runs: readonly RunReport[], version: string): string => {
  const title = runs.length === 1 ? `${headlineOf(runs[0]!)}: ${runs[0]!.experiment}` : summary(runs);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Squall</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header class="top"><h1>${SAIL}Squall <span>${summary(runs)}</span></h1></header>
<main>
${index(runs)}${runs.map(
  (run, i) => html`
${section(run, `run-${i + 1}`)}`,
)}
</main>
<footer><p>squall ${version}. Latencies are known to 2%.</p></footer>
</body>
</html>
`;
  return page.source;
};
