/**
 * Style of the page: the dashboard's colours (`web/style/base.css`, a test keeps both equal), and a style sheet for
 * paper.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f5f7f9, #10151b);
  --card: light-dark(#ffffff, #18202a);
  --ink: light-dark(#17202a, #e7edf3);
  --dim: light-dark(#5b6875, #9aa8b6);
  --edge: light-dark(#dbe1e7, #2b3744);
  --link: light-dark(#1b5f93, #7fbdec);
  --good: light-dark(#17713d, #6fd498);
  --good-soft: light-dark(#dff3e6, #153324);
  --bad: light-dark(#b3231c, #ff948c);
  --bad-soft: light-dark(#fbe4e2, #431d1c);
  --warn: light-dark(#8a5a00, #f0c05f);
  --warn-soft: light-dark(#fbefd3, #3a2d10);
  --busy: light-dark(#1b5f93, #84c3f2);
  --busy-soft: light-dark(#dfeefa, #15324a);
  --dim-soft: light-dark(#e9edf1, #263140);
  --calm: light-dark(#a9c6dc, #3f6481);
  --struck: light-dark(#9a4a06, #f0a35e);
  --on-solid: light-dark(#ffffff, #10151b);
  --bound: light-dark(#c0690f, #d0833f);
  --storm-soft: light-dark(#fdf0e2, #35261a);
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --space: clamp(0.75rem, 2.5vw, 1.5rem);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 0.9375rem / 1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
  print-color-adjust: exact;
}
h1, h2, h3, h4, p, dl, dd, ul { margin: 0; padding: 0; }
ul { list-style: none; }
h1 { font-size: 1.15rem; }
h2 { font-size: 1.35rem; line-height: 1.3; }
h3 { font-size: 1.05rem; }
h4 { font-size: 1rem; }
a { color: var(--link); }
.small { color: var(--dim); font-size: 0.87rem; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.warn { color: var(--warn); }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.top { padding: 0.9rem var(--space); border-bottom: 1px solid var(--edge); background: var(--card); }
.top h1 { display: flex; flex-wrap: wrap; align-items: center; gap: 0.1rem 0.5rem; max-width: 1120px; margin: 0 auto; }
.top h1 span { color: var(--dim); font-size: 0.93rem; font-weight: 400; }
.sail { width: 22px; height: 22px; fill: var(--link); }
main { display: grid; gap: 2.2rem; max-width: 1168px; margin: 0 auto; padding: var(--space); }
main > * { min-width: 0; }
footer { max-width: 1168px; margin: 0 auto; padding: 0 var(--space) 1.5rem; color: var(--dim); font-size: 0.87rem; }
.run { display: grid; gap: 0.9rem; scroll-margin-top: 1rem; }
.run > * { min-width: 0; }
.card {
  display: grid;
  gap: 0.7rem;
  padding: clamp(0.8rem, 2vw, 1.2rem);
  border: 1px solid var(--edge);
  border-radius: 10px;
  background: var(--card);
}
.card > * { min-width: 0; }
.verdict h2 { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.8rem; }
.verdict .reason { max-width: 90ch; font-size: 1.05rem; }
.banner { padding: 0.5rem 0.8rem; border: 2px solid var(--bad); border-radius: 6px; background: var(--bad-soft); color: var(--bad); font-weight: 600; }
.badge {
  display: inline-block;
  padding: 0.1rem 0.6rem;
  border-radius: 5px;
  font-size: 0.85rem;
  font-weight: 700;
  letter-spacing: 0.03em;
  line-height: 1.6;
  white-space: nowrap;
}
.badge.good { background: var(--good-soft); }
.badge.bad { background: var(--bad-soft); }
.badge.warn { background: var(--warn-soft); }
.badge.busy { background: var(--busy-soft); color: var(--busy); }
.facts { display: flex; flex-wrap: wrap; gap: 0.4rem 1.8rem; }
.facts dt { color: var(--dim); font-size: 0.8rem; }
.facts dd { font-variant-numeric: tabular-nums; }

.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid var(--edge); text-align: left; vertical-align: baseline; overflow-wrap: break-word; }
tr > :last-child { padding-right: 0; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--dim); font-size: 0.8rem; font-weight: 400; overflow-wrap: normal; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.number + td:not(.number), th.number + th:not(.number) { padding-left: 0.8rem; }
.index th[scope="row"] { min-width: 11rem; }
.index .reason { min-width: 16rem; color: var(--dim); }

.frame { display: grid; justify-items: center; overflow: hidden; padding: 0.4rem 0; }
.frame.tall { display: none; }
.picture { max-width: 100%; height: auto; }
.picture text { fill: var(--ink); font-size: 11px; dominant-baseline: central; }
.picture .name { font-size: 13px; font-weight: 700; }
.picture .box { fill: var(--card); stroke: var(--calm); }
.picture .state { fill: var(--dim); }
.picture .state tspan { fill: var(--ink); }
.picture .failing .box, .picture .unreachable .box { fill: var(--bad-soft); stroke: var(--bad); }
.picture .failing .state, .picture .unreachable .state { fill: var(--bad); }
.picture .slow .box { fill: var(--warn-soft); stroke: var(--warn); }
.picture .slow .state { fill: var(--warn); }
.picture .struck .box { fill: var(--storm-soft); stroke: var(--bound); }
.picture .struck .state { fill: var(--struck); }
.picture .contained .box { fill: var(--busy-soft); stroke: var(--link); }
.picture .contained .state { fill: var(--link); }
.picture .healthy .state { fill: var(--good); }
.picture .leak .box { stroke-width: 3; }
.picture .ring { fill: var(--storm-soft); stroke: var(--bound); stroke-width: 1.5; }
.picture .may rect { fill: var(--card); stroke: var(--bound); }
.picture .may text { font-size: 10px; font-weight: 600; text-anchor: middle; }
.picture .edge { fill: none; stroke: var(--calm); stroke-width: 1.5; }
.picture .edge.struck { stroke: var(--bad); stroke-width: 2.5; stroke-dasharray: 7 4; }
.arrow path { fill: var(--calm); }
.arrow.struck path { fill: var(--bad); }
.bolt circle { fill: var(--bound); }
.bolt path { fill: var(--card); }
.key { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; color: var(--dim); font-size: 0.82rem; }
.key li { display: flex; align-items: center; gap: 0.35rem; }
.swatch { width: 14px; height: 14px; border: 1px solid; border-radius: 3px; }
.swatch.ring { border-color: var(--bound); background: var(--storm-soft); }
.swatch.failing { border-color: var(--bad); background: var(--bad-soft); }
.swatch.slow { border-color: var(--warn); background: var(--warn-soft); }
.swatch.contained { border-color: var(--link); background: var(--busy-soft); }
.swatch.good { border-color: var(--calm); background: var(--calm); }
.swatch.bad { border-color: var(--bad); background: var(--bad); }
.swatch.errored { border-color: var(--warn); background: var(--warn); }

/* States of services: the colours of the dashboard (web/ui/state.css). */
.health { font-weight: 600; white-space: nowrap; }
.health.failing, .health.unreachable { color: var(--bad); }
.health.slow { color: var(--warn); }
.health.struck { color: var(--struck); }
.health.contained { color: var(--link); }
.health.healthy { color: var(--good); }
.health.idle, .health.unwatched { color: var(--dim); }
.health.leak { padding: 0.05rem 0.5rem; border-radius: 99px; background: var(--bad); color: var(--on-solid); letter-spacing: 0.04em; }

.timeline { display: grid; gap: 0.35rem; font-size: 0.87rem; }
.row { display: grid; grid-template-columns: minmax(6rem, 13rem) minmax(0, 1fr); gap: 0 0.9rem; align-items: center; }
.row > :first-child { color: var(--dim); line-height: 1.25; }
.lane { position: relative; height: 24px; }
.band {
  position: absolute;
  inset-block: 0;
  overflow: hidden;
  min-width: 3px;
  padding: 0 0.4rem;
  border-right: 1px solid var(--card);
  border-radius: 3px;
  background: var(--dim-soft);
  line-height: 24px;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.band.baseline, .band.recovery { background: var(--busy-soft); color: var(--busy); }
.band.during { background: var(--storm-soft); color: var(--ink); }
.band.fault { border: 1px solid var(--bound); background: var(--storm-soft); line-height: 22px; }
.track { height: 44px; border-bottom: 1px solid var(--edge); }
.track svg { display: block; width: 100%; height: 100%; }
.track .good { fill: var(--calm); }
.track .bad { fill: var(--bad); }
.track .errored { fill: var(--warn); }
.axis .lane { height: 18px; overflow: hidden; color: var(--dim); font-size: 0.8rem; }
.axis .lane span { position: absolute; padding-left: 3px; border-left: 1px solid var(--edge); white-space: nowrap; }

article { display: grid; gap: 0.6rem; padding-top: 0.9rem; border-top: 1px solid var(--edge); }
article > * { min-width: 0; }
h3 + article { padding-top: 0; border-top: 0; }
article header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.8rem; }
article header p { flex-basis: 100%; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0.6rem 2.5rem; align-items: start; }
.figures > * { min-width: 0; }
.figures th[scope="row"] { font-weight: 400; }
.latency tbody > tr > * { vertical-align: middle; }
.latency .drawn { width: 42%; min-width: 6rem; padding-left: 1rem; }
.range { display: block; overflow: visible; }
.range .rail { stroke: var(--edge); }
.range .span { fill: var(--calm); }
.range circle { fill: var(--link); stroke: var(--card); stroke-width: 1.5; }
.range .over { fill: var(--bad); }
.range .limit { stroke: var(--bound); stroke-width: 2; stroke-dasharray: 3 2; }
.why { max-width: 100ch; }
.bad-samples { display: grid; gap: 0.15rem; font-family: var(--mono); font-size: 0.82rem; }
.bad-samples .moment { color: var(--dim); }

@media (width < 700px) {
  .frame.wide { display: none; }
  .frame.tall { display: grid; }
  .row { grid-template-columns: minmax(0, 1fr); gap: 0.1rem; }
  .row > :first-child:empty { display: none; }
  th, td { padding-right: 0.6rem; }
  .index thead { display: none; }
  .index tr { display: grid; grid-template-columns: auto 1fr; gap: 0.2rem 0.8rem; padding: 0.6rem 0; border-bottom: 1px solid var(--edge); }
  .index tr:last-child { border-bottom: 0; }
  .index tr > * { padding: 0; border: 0; }
  .index th[scope="row"] { order: -1; grid-column: 1 / -1; }
  .index .number { display: none; }
  .index tr > td.reason { grid-column: 1 / -1; padding-left: 0; }
}
@media print {
  :root { color-scheme: light; --paper: #ffffff; }
  @page { margin: 14mm; }
  html { font-size: 12px; }
  main, .top h1, footer { max-width: none; }
  .top { padding: 0 0 0.5rem; }
  main { padding: 0.8rem 0; }
  .card { padding: 0.7rem; }
  .frame.wide { display: grid; }
  .frame.tall { display: none; }
  .row { grid-template-columns: minmax(6rem, 11rem) minmax(0, 1fr); gap: 0 0.9rem; }
  .run + .run { break-before: page; }
  .index { break-after: page; }
  .verdict, .frame, .row, article, tr { break-inside: avoid; }
  h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  a { color: inherit; text-decoration: none; }
}
`;
