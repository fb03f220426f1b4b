/**
 * `squall new`: a first experiment on a mesh, from a template. Asks on a terminal; elsewhere options give every answer.
 */

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { readDocuments } from "../../experiments/model/document/document.ts";
import { meshFitIssues } from "../../experiments/model/experiment/mesh-check.ts";
import type { Edge, Mesh, Service } from "../../experiments/model/mesh/mesh.ts";
import { validateExperiment } from "../../experiments/model/read/experiment.ts";
import { parseDuration } from "../../experiments/model/units/duration.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Command, Context } from "../context.ts";
import { CommandError, INTERNAL, usage } from "../exit.ts";
import { loadMesh } from "../files/load.ts";
import { type AskedRequest, askableFor, firstExperimentText, nameOfFirst, openEdges } from "../new/first-experiment.ts";
import { type Asker, openAsker, type Question } from "../new/questions.ts";
import { TEMPLATE, TEMPLATES, type TemplateName } from "../new/templates.ts";
import { problemText } from "./options.ts";

export interface NewOptions {
  readonly mesh?: string;
  readonly edge?: string;
  readonly to?: string;
  readonly ask?: string;
  readonly json?: string;
  readonly within?: string;
  readonly name?: string;
  readonly out?: string;
  readonly force?: boolean;
}
const MESH = "mesh.yaml";
const STDOUT = "-";
const [REQUEST, WITHIN] = ["GET /", "1s"];

const readMeshFile = async ({ cwd, environment: variables }: Context, file: string): Promise<Mesh> => {
  const read = await loadMesh(resolve(cwd, file), { cwd, variables });
  if ("message" in read) throw usage(`${read.message}: \`squall init\` writes one, --mesh names another`);
  if ("problems" in read) throw usage(problemText(read.problems, false));
  return read.loaded.mesh;
};

/** The option, else the user's answer, else the default; a null asker: there is no terminal to ask on. */
const answerTo = async (given: string | undefined, asker: Asker | null, question: Question): Promise<string> =>
  given ?? (asker === null ? question.byDefault : await asker.ask(question));

const templateFrom = async (given: string | undefined, asker: Asker | null): Promise<TemplateName> => {
  const choices = TEMPLATES.map((value) => ({ value, summary: TEMPLATE[value].summary }));
  if (given === undefined && asker === null) throw usage(`which template? One of ${TEMPLATES.join(", ")}`);
  const name = await answerTo(given, asker, { words: "What happens to the dependency?", choices, byDefault: "slow" });
  const found = TEMPLATES.find((one) => one === name);
  if (found === undefined) throw usage(`there is no template ${name}; there are ${TEMPLATES.join(", ")}`);
  return found;
};

const spell = ({ from, to }: Edge): string => `${from}:${to}`;
const edgeFrom = async (given: string | undefined, asker: Asker | null, mesh: Mesh, file: string): Promise<Edge> => {
  const edges = openEdges(mesh);
  const [first] = edges;
  if (first === undefined)
    throw usage(`${file} has no edge that a fault may be put on: add one under \`edges\`, or see \`protected\``);
  if (given === undefined && asker === null && edges.length > 1)
    throw usage(`which edge? Name one with --edge: ${edges.map(spell).join(", ")}`);
  const choices = edges.map((edge) => ({ value: spell(edge), summary: "" }));
  const name = await answerTo(given, asker, { words: "Which call, caller:callee?", choices, byDefault: spell(first) });
  const found = edges.find((edge) => spell(edge) === name || edge.id === name);
  if (found === undefined) throw usage(`--edge ${name}: expected caller:callee, one of ${edges.map(spell).join(", ")}`);
  return found;
};

const readJson = (given: string | undefined): unknown => {
  if (given === undefined) return undefined;
  try {
    return JSON.parse(given);
  } catch (error) {
    throw usage(`--json ${given}: not JSON: ${(error as Error).message}`);
  }
};
/** `POST /checkout`, `/checkout`, or either with a URL. */
const requestFrom = (written: string, json: string | undefined): AskedRequest => {
  const [, method = json === undefined ? "GET" : "POST", target = ""] =
    /^(?:([A-Z]+) +)?(\S+)$/.exec(written.trim()) ?? [];
  if (!/^(\/|https?:\/\/)/.test(target))
    throw usage(
      `--ask ${written}: expected a path or a URL, such as "POST /checkout" or http://127.0.0.1:8080/checkout`,
    );
  return { method, target, json: readJson(json) };
};
const serviceFrom = async (
  { to }: NewOptions,
  asker: Asker | null,
  mesh: Mesh,
  edge: Edge,
  { target }: AskedRequest,
): Promise<Service | null> => {
  if (!target.startsWith("/")) return null;
  const askable = askableFor(mesh, edge);
  const [first] = askable;
  if (first === undefined)
    throw usage(
      `nobody in the mesh who leads to ${edge.from} has an endpoint: give --ask a whole URL, where users reach it`,
    );
  const choices = askable.map(({ name }) => ({ value: name, summary: "" }));
  const question = { words: "Which service is asked?", choices, byDefault: first.name };
  const name = choices.length === 1 ? (to ?? first.name) : await answerTo(to, asker, question);
  const found = askable.find((service) => service.name === name);
  if (found === undefined)
    throw usage(
      `--to ${name}: expected a service that leads to ${edge.from}: ${askable.map((one) => one.name).join(", ")}`,
    );
  return found;
};

/** A draft of ours that does not fit is a bug of ours, unless an option caused the misfit. */
const check = (text: string, mesh: Mesh): void => {
  const { documents, problems } = readDocuments(text, "the new experiment");
  const [document] = documents;
  if (document === undefined) throw new CommandError(INTERNAL, problemText(problems, false));
  const { experiment, problems: wrong } = validateExperiment(document);
  const misfits = experiment === null ? [] : meshFitIssues(experiment, mesh).map((issue) => document.locate(issue));
  const all = [...problems, ...wrong, ...misfits];
  if (all.length > 0) throw usage(problemText(all, false));
};

export const newExperiment: Command<NewOptions, [template: string | undefined]> = async (
  context,
  options,
  template,
) => {
  const { cwd, output } = context;
  const { mesh: meshFile = MESH, force = false } = options;
  const taken = (file: string) => usage(`${file} is there already: --force replaces it, --out names another file`);
  if (options.out !== undefined && options.out !== STDOUT && !force && existsSync(resolve(cwd, options.out)))
    throw taken(options.out);
  const withinMs = parseDuration(options.within ?? WITHIN);
  if (withinMs === null || withinMs <= 0)
    throw usage(`--within: expected a duration such as 500ms, got ${options.within}`);
  const mesh = await readMeshFile(context, meshFile);
  const asker = output.attended && process.stdin.isTTY === true ? openAsker() : null;
  try {
    const named = await templateFrom(template, asker);
    const edge = await edgeFrom(options.edge, asker, mesh, meshFile);
    const words = `A request that makes ${edge.from} call ${edge.to}?`;
    const asked = await answerTo(options.ask, asker, { words, choices: [], byDefault: REQUEST });
    const request = requestFrom(asked, options.json);
    const to = await serviceFrom(options, asker, mesh, edge, request);
    const name = nameOfFirst({ template: named, edge, name: options.name ?? null });
    const byDefault = `${name}.yaml`;
    const out = await answerTo(options.out, asker, { words: "Into which file?", choices: [], byDefault });
    const path = resolve(cwd, out);
    const folder = out === STDOUT ? cwd : dirname(path);
    const shown = relative(folder, resolve(cwd, meshFile));
    const meshPath = shown.startsWith(".") ? shown : `./${shown}`;
    const text = firstExperimentText({ template: named, mesh, meshPath, edge, to, request, withinMs, name });
    check(text, mesh);
    if (out === STDOUT) output.out(text.trimEnd());
    else
      await writeFile(path, text, { flag: force ? "w" : "wx" }).catch((error: NodeJS.ErrnoException) => {
        throw error.code === "EEXIST" ? taken(out) : usage(`${out}: cannot be written (${error.code})`);
      });
    if (options.ask === undefined && asker === null)
      output.err(`it asks ${REQUEST}: put a request there that makes ${edge.from} call ${edge.to} (--ask)`);
    if (out !== STDOUT)
      output.err(
        terminal(`${name} in ${out}: \`squall plan ${out}\` shows what a run would do, \`squall run ${out}\` does it`),
      );
    return 0;
  } finally {
    asker?.close();
  }
};
