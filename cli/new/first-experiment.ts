/** The text of a first experiment, from a template, an edge of the mesh, and a request that crosses the edge. */

import type { Edge, Mesh, Service } from "../../experiments/model/mesh/mesh.ts";
import { pairOf } from "../../experiments/model/names.ts";
import { formatDuration } from "../../experiments/model/units/duration.ts";
import { nameFor, yamlWord } from "../init/draft.ts";
import { TEMPLATE, type TemplateName } from "./templates.ts";

/** The request sent to the application, as the application's clients send requests. */
export interface AskedRequest {
  readonly method: string;
  /** A path of the called service, or a whole URL. */
  readonly target: string;
  /** Parsed JSON; undefined: none is sent. */
  readonly json?: unknown;
}
export interface FirstExperiment {
  readonly template: TemplateName;
  readonly mesh: Mesh;
  /** Path of the mesh relative to the experiment's file. */
  readonly meshPath: string;
  readonly edge: Edge;
  /** The service that the probe calls; null: `request` has a URL, which leads to the caller. */
  readonly to: Service | null;
  readonly request: AskedRequest;
  readonly withinMs: number;
  /** `metadata.name`; null: made of template and edge. */
  readonly name: string | null;
}

const SCHEMA = "https://raw.githubusercontent.com/squall-dev/squall/main/experiments/schema/experiment.schema.json";
const text = (value: unknown): string => JSON.stringify(value);

/** Edges that a fault may be put on, each pair of services once: at the caller where the mesh has the edge there. */
export const openEdges = ({ edges, services }: Mesh): readonly Edge[] => {
  const closed = new Set(services.filter((service) => service.protected).map(({ name }) => name));
  const open = edges.filter(({ from, to }) => !closed.has(from) && !closed.has(to));
  const atCaller = new Set(open.flatMap(({ id, at }) => (at === undefined ? [id] : [])));
  return open.filter(({ id, at }) => at === undefined || !atCaller.has(pairOf(id)));
};
/**
 * Services whose probes cross the edge: the caller itself first, then the services that call the caller, ever farther
 * up.
 */
export const askableFor = ({ edges, services }: Mesh, { from }: Edge): readonly Service[] => {
  const names = [from];
  for (const name of names)
    for (const edge of edges) if (edge.to === name && !names.includes(edge.from)) names.push(edge.from);
  return names.flatMap((name) => services.filter((service) => service.name === name && service.endpoints.length > 0));
};
/** Bytes are sent where every caller of the service speaks bytes. */
const isTcp = ({ edges }: Mesh, { name }: Service): boolean => {
  const callers = edges.filter(({ to }) => to === name);
  return callers.length > 0 && callers.every(({ protocol }) => protocol === "tcp");
};

export const nameOfFirst = ({ template, edge, name }: Pick<FirstExperiment, "template" | "edge" | "name">): string =>
  name ?? nameFor(`${edge.from}-survives-${TEMPLATE[template].word}-${edge.to}`, new Set());

/** Rate high enough that 99% good samples show 99% (docs/verdicts.md). */
const RATE = "20/s";
const expectationLines = ({ mesh, edge, to, request, withinMs }: FirstExperiment): readonly string[] => {
  const within = formatDuration(withinMs);
  const timeout = formatDuration(Math.max(2_000, 2 * withinMs));
  const isUrl = /^https?:\/\//.test(request.target);
  if (to !== null && !isUrl && isTcp(mesh, to))
    return [
      `    - name: ${text(`${to.name} answers`)}`,
      `      tcp: { to: ${yamlWord(to.name)}, rate: ${RATE}, timeout: ${timeout} }     # and \`send: "PING\\n"\`, what makes it call ${edge.to}`,
      `      good: { within: ${within} }`,
    ];
  const place = isUrl
    ? `url: ${text(request.target)}, via: ${yamlWord(edge.from)}`
    : `to: ${yamlWord(to?.name ?? edge.from)}, path: ${text(request.target)}`;
  const method = request.method === "GET" ? "" : `, method: ${request.method}`;
  const json = request.json === undefined ? "" : `, json: ${text(request.json)}`;
  return [
    `    - name: ${text(`${isUrl ? edge.from : (to?.name ?? edge.from)} answers`)}`,
    `      http: { ${place}${method}${json}, rate: ${RATE}, timeout: ${timeout} }`,
    `      good: { status: 2xx, within: ${within} }`,
  ];
};

/** A file for people to review: valid on the mesh as written. */
export const firstExperimentText = (first: FirstExperiment): string => {
  const { template, edge, meshPath, withinMs } = first;
  const { title, lines } = TEMPLATE[template];
  return [
    `# yaml-language-server: $schema=${SCHEMA}`,
    `# Does ${edge.from} do its work while ${title(edge.to)}? \`squall plan\` shows what a run would do, \`squall explain\` says it in words.`,
    "apiVersion: squall.dev/v1",
    "kind: Experiment",
    "metadata:",
    `  name: ${yamlWord(nameOfFirst(first))}`,
    "spec:",
    `  description: ${text(`${edge.from} still answers while ${title(edge.to)}.`)}`,
    `  mesh: ${text(meshPath)}`,
    "  phases: { warmup: 2s, baseline: 10s, during: 20s, recovery: { within: 20s, hold: 5s } }",
    "  hypothesis:                       # what must stay true; the request must make the caller call the dependency",
    ...expectationLines(first),
    `      objective: 99%                # of all answers, within ${formatDuration(withinMs)}`,
    "  faults:                           # what is done to real traffic",
    `    - name: ${text(title(edge.to))}`,
    `      edge: { from: ${yamlWord(edge.from)}, to: ${yamlWord(edge.to)}${edge.at === undefined ? "" : ", at: callee"} }`,
    ...lines(edge.protocol, withinMs).map((line) => `      ${line}`),
    "  limits:                           # how far it may go",
    "    requests: 1000",
    "    deadline: 2m",
    "",
  ].join("\n");
};
