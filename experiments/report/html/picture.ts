/**
 * The struck neighbourhood as inline SVG: the calls between services, the struck edges, the declared services and the
 * damaged services.
 */
import {
  MAY_WORDS,
  partWord,
  type ServiceState,
  STATE_WORDS,
} from "../../../experiments/model/blast-radius/service-state.ts";
import { type EdgeId, edgeId, pairOf } from "../../model/names.ts";
import type { RadiusReport } from "../../model/report/radius.ts";
import { damagePartOf } from "../../model/report/radius-words.ts";
import type { RunReport } from "../../model/report/report.ts";
import { type Content, html, type Markup } from "../escape/html.ts";
import { clip } from "../terminal/width.ts";
import { type Layers, layersOf } from "./layers.ts";

type Neighbourhood = NonNullable<RunReport["neighbourhood"]>;
interface Form {
  readonly name: "wide" | "tall";
  readonly boxWidth: number;
  readonly gapX: number;
  readonly gapY: number;
  readonly letters: number;
}
const BOX_HEIGHT = 46;
/** Distance around a box for the ring that marks a declared service. */
const RING = 9;
const FORMS: readonly Form[] = [
  { name: "wide", boxWidth: 148, gapX: 84, gapY: 34, letters: 18 },
  // Form for a telephone: layers below each other, three boxes a row at most.
  { name: "tall", boxWidth: 104, gapX: 22, gapY: 50, letters: 12 },
];
const MOST_IN_A_ROW = 3;

interface Point {
  readonly x: number;
  readonly y: number;
}
interface Placed {
  readonly centres: ReadonlyMap<string, Point>;
  readonly width: number;
  readonly height: number;
}
const MARGIN = RING + 6;

const wide = ({ layers }: Layers, { boxWidth, gapX, gapY }: Form): Placed => {
  const rows = Math.max(...layers.map((layer) => layer.length));
  const pitch = BOX_HEIGHT + gapY;
  const centres = new Map(
    layers.flatMap((layer, column) =>
      layer.map(({ key }, row) => {
        const y = MARGIN + 10 + BOX_HEIGHT / 2 + (row + (rows - layer.length) / 2) * pitch;
        return [key, { x: MARGIN + boxWidth / 2 + column * (boxWidth + gapX), y }] as const;
      }),
    ),
  );
  return {
    centres,
    width: 2 * MARGIN + layers.length * boxWidth + (layers.length - 1) * gapX,
    height: 2 * MARGIN + 10 + rows * pitch - gapY,
  };
};
/** Edges that pass through a layer keep to the right of the layer's boxes. */
const tall = ({ layers }: Layers, { boxWidth, gapX, gapY }: Form): Placed => {
  const centres = new Map<string, Point>();
  const width = 2 * MARGIN + MOST_IN_A_ROW * boxWidth + (MOST_IN_A_ROW - 1) * gapX;
  let top = MARGIN + 10;
  for (const layer of layers) {
    const boxes = layer.filter(({ node }) => node !== null);
    const first = top;
    for (let i = 0; i < boxes.length; i += MOST_IN_A_ROW) {
      const row = boxes.slice(i, i + MOST_IN_A_ROW);
      for (const [place, { key }] of row.entries()) {
        const x = width / 2 + (place - (row.length - 1) / 2) * (boxWidth + gapX);
        centres.set(key, { x, y: top + BOX_HEIGHT / 2 });
      }
      top += BOX_HEIGHT + gapY;
    }
    for (const [i, { key }] of layer.filter(({ node }) => node === null).entries())
      centres.set(key, { x: width - 4 - 3 * i, y: (first + top - gapY) / 2 });
  }
  return { centres, width, height: top - gapY + MARGIN };
};

const SIGNS: Readonly<Record<ServiceState, string>> = {
  ...{
    unreachable: "⊘",
    failing: "✗",
    slow: "◔",
    struck: "↯",
    contained: "◐",
    healthy: "✓",
    idle: "?",
    unwatched: "?",
  },
};
interface Told {
  readonly standing: ServiceState;
  readonly word: string;
  /** Part in the damage, after the word; empty: none. */
  readonly part: string;
  readonly leak: boolean;
}
const standingAs = (standing: ServiceState, word = STATE_WORDS[standing]): Told => ({
  ...{ standing, word, part: "", leak: false },
});
/** State of a service in the picture; null: the radius was not measured, so no service has a state. */
const toldOf = ({ radius }: RunReport, service: string, { edges }: Neighbourhood): Told | null => {
  if (radius === undefined) return null;
  const felt = radius.services.find((one) => one.service === service);
  if (felt !== undefined) {
    const part = partWord(damagePartOf(felt));
    return { ...standingAs(felt.state), part: part === null ? "" : ` (${part})`, leak: felt.leak };
  }
  // Counts of a struck edge are the fault's, and do not describe the edge's callee.
  if (edges.some(({ to, struck }) => to === service && struck)) return standingAs("struck");
  const into = edges.filter(({ to }) => to === service).map(({ from, to }) => edgeId(from, to));
  // Includes a service that only probes call: no edge in the mesh measures the service's answers.
  return into.every((pair) => isUnseen(radius, pair)) ? standingAs("unwatched", "not measured") : standingAs("healthy");
};

/** True: no agent at either place of the pair measured the calls. */
const isUnseen = ({ unseen, measured }: RadiusReport, pair: EdgeId): boolean =>
  unseen.some((edge) => pairOf(edge) === pair) && !measured.some(({ edge }) => pairOf(edge) === pair);

const box = (run: RunReport, form: Form, at: Point, { service, may }: Neighbourhood["services"][number]): Markup => {
  const told = toldOf(run, service, run.neighbourhood!);
  const { boxWidth: width, letters } = form;
  const [left, top] = [at.x - width / 2, at.y - BOX_HEIGHT / 2];
  const ring = (by: number, className: string) =>
    html`<rect class="${className}" x="${left - by}" y="${top - by}" width="${width + 2 * by}" height="${BOX_HEIGHT + 2 * by}" rx="${8 + by}"/>`;
  return html`<g class="service ${told?.standing ?? "untold"}${told?.leak ? " leak" : ""}"><title>${service}${told === null ? "" : `: ${told.word}${told.part}`}${may === null ? "" : `; ${MAY_WORDS[may]}`}</title>${
    may === null ? null : ring(RING, "ring")
  }${ring(0, "box")}<text class="name" x="${left + 12}" y="${top + (told === null ? BOX_HEIGHT / 2 : 17)}">${clip(service, letters)}</text>${
    told === null
      ? null
      : html`<text class="state" x="${left + 12}" y="${top + 33}">${SIGNS[told.standing]} ${told.word}<tspan>${clip(told.part, Math.max(1, letters + 2 - told.word.length))}</tspan></text>`
  }${
    may === null
      ? null
      : html`<g class="may"><rect x="${left + width - 72}" y="${top - RING - 8}" width="72" height="16" rx="8"/><text x="${left + width - 36}" y="${top - RING}">${MAY_WORDS[may]}</text></g>`
  }</g>`;
};

/** Smooth line through the slots of an edge, from the side of the caller's box to the side of the callee's box. */
const lineOf = (
  form: Form,
  centres: ReadonlyMap<string, Point>,
  way: readonly string[],
): { path: string; mid: Point } => {
  const inner = way.map((key) => centres.get(key)!);
  const isWide = form.name === "wide";
  const half = isWide ? form.boxWidth / 2 : BOX_HEIGHT / 2;
  const [first, last] = [inner[0]!, inner.at(-1)!];
  const second = inner[1]!;
  const ahead = isWide ? second.x >= first.x : second.y >= first.y;
  const away = (point: Point, by: number): Point =>
    isWide ? { ...point, x: point.x + by } : { ...point, y: point.y + by };
  const points = [away(first, ahead ? half : -half), ...inner.slice(1, -1), away(last, ahead ? -half - 3 : half + 3)];
  const curve = points.slice(1).map((to, i) => {
    const from = points[i]!;
    const [a, b] = isWide
      ? [
          { x: (from.x + to.x) / 2, y: from.y },
          { x: (from.x + to.x) / 2, y: to.y },
        ]
      : [
          { x: from.x, y: (from.y + to.y) / 2 },
          { x: to.x, y: (from.y + to.y) / 2 },
        ];
    return `C${a.x} ${a.y} ${b.x} ${b.y} ${to.x} ${to.y}`;
  });
  const at = Math.max(1, Math.floor(points.length / 2));
  const [before, after] = [points[at - 1]!, points[at]!];
  const start = points[0]!;
  return {
    path: `M${start.x} ${start.y}${curve.join("")}`,
    mid: { x: (before.x + after.x) / 2, y: (before.y + after.y) / 2 },
  };
};

const draw = (run: RunReport, form: Form, id: string): Markup => {
  const { services, edges } = run.neighbourhood!;
  // Self-edges, from a service to itself, have no way through layers.
  const drawn = edges.filter(({ from, to }) => from !== to);
  const layers = layersOf(
    services.map(({ service }) => service),
    drawn,
  );
  const { centres, width, height } = (form.name === "wide" ? wide : tall)(layers, form);
  const arrow = (kind: string): Markup =>
    html`<marker id="${id}-${kind}" class="arrow ${kind}" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5L7 4L0 7.5z"/></marker>`;
  const lines: Content[] = [];
  const bolts: Content[] = [];
  for (const [i, { from, to, struck }] of drawn.entries()) {
    const kind = struck ? "struck" : "calm";
    const { path, mid } = lineOf(form, centres, layers.ways[i]!);
    const faults = run.faults
      .filter((fault) => fault.edges.some((edge) => pairOf(edge) === edgeId(from, to)))
      .map(({ name }) => name);
    lines.push(
      html`<path class="edge ${kind}" d="${path}" marker-end="url(#${id}-${kind})"><title>${from} → ${to}${faults.length === 0 ? "" : `: ${faults.join(", ")}`}</title></path>`,
    );
    if (struck)
      bolts.push(
        html`<g class="bolt" transform="translate(${mid.x} ${mid.y})"><circle r="10"/><path d="M1 -6l-5 7h4l-1 5l5 -7h-4z"/></g>`,
      );
  }
  const boxes = services.map((one) => box(run, form, centres.get(`node ${one.service}`)!, one));
  const label = "The mesh around the struck edges";
  return html`<svg class="picture ${form.name}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}"><defs>${arrow("calm")}${arrow("struck")}</defs>${lines}${bolts}${boxes}</svg>`;
};

const keyOf = (state: ServiceState): Markup =>
  html`<span class="health ${state}">${SIGNS[state]} ${STATE_WORDS[state]}</span>`;
const KEY = html`<ul class="key"><li><svg viewBox="-11 -11 22 22" width="16" height="16" aria-hidden="true"><g class="bolt"><circle r="10"/><path d="M1 -6l-5 7h4l-1 5l5 -7h-4z"/></g></svg>a fault lay here</li><li><span class="swatch ring"></span>declared: may suffer</li><li><span class="swatch failing"></span>${keyOf("failing")}, ${keyOf("unreachable")}</li><li><span class="swatch slow"></span>${keyOf("slow")}</li><li><span class="swatch contained"></span>${keyOf("contained")}</li></ul>`;

/** `id`: unique in the page. null: the plan strikes no edge. */
export const picture = (run: RunReport, id: string): Markup | null => {
  const { neighbourhood } = run;
  if (neighbourhood === undefined) return null;
  const { beyond } = neighbourhood;
  const rest =
    beyond === 0
      ? null
      : html`<p class="small">Not drawn: ${beyond} more service${beyond === 1 ? "" : "s"} of the mesh.</p>`;
  return html`${FORMS.map((form) => html`<div class="frame ${form.name}">${draw(run, form, `${id}-${form.name}`)}</div>`)}${KEY}${rest}`;
};
