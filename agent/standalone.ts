/** An agent without a server: edges from a mesh file, faults from the control socket, each fault with a fixed end. */

import { readFile } from "node:fs/promises";
import { readDocuments } from "../experiments/model/document/document.ts";
import { type FileIssue, formatIssue, formatPath, type Issue } from "../experiments/model/document/issue.ts";
import type { Fault } from "../experiments/model/experiment/experiment.ts";
import { limitIssues } from "../experiments/model/form/limits.ts";
import { callerHosts } from "../experiments/model/mesh/caller-hosts.ts";
import type { Edge, Mesh } from "../experiments/model/mesh/mesh.ts";
import { resolveTargets, serviceOf } from "../experiments/model/mesh/targets.ts";
import { asRunId, carrierOf, type EdgePlace, edgeAt, faultId } from "../experiments/model/names.ts";
import { parseExperiment } from "../experiments/model/read/experiment.ts";
import { readMesh } from "../experiments/model/read/mesh.ts";
import { parseDuration } from "../experiments/model/units/duration.ts";
import type { Agent } from "./agent.ts";
import { checkFaults } from "./contract/check.ts";
import { LONGEST_FAULT_MS } from "./contract/limits.ts";
import type { EdgeOffer, EdgeOrder, FaultOrder } from "./contract/messages.ts";
import type { ControlResponse } from "./control/control-socket.ts";
import type { EdgeSource } from "./flags.ts";
import type { EdgeReader, MeshEdges, Offers } from "./mesh-file.ts";

interface LocalFault {
  readonly fault: Fault;
  readonly forMs: number;
}
/** Default of a fault's `for`: 15 min. */
const USUAL_END_MS = 900_000;

/** Edges of a mesh that this agent carries: the calls of its service, and at the callee the calls to its service. */
const ownEdges = ({ edges }: Mesh, { service, intercepts = false }: EdgeReader): readonly Edge[] =>
  edges.filter(({ id, at }) => (at === undefined || intercepts) && (service === null || carrierOf(id) === service));

/** Mesh of a file, and the orders for its edges. Rejects with every problem of the file. */
export const meshEdgesIn = async (path: string, reader: EdgeReader): Promise<MeshEdges> => {
  const mesh = await meshIn(path);
  // Only the redirect asks for a service: without that, the file alone decides.
  const own = ownEdges(mesh, reader.intercepts === true ? reader : { service: null });
  return { mesh: JSON.stringify(mesh), edges: own.map((edge) => orderOf(mesh, edge)) };
};

/** Edges of a mesh file that this agent offers to the server. */
export const offersIn = async (path: string, reader: EdgeReader): Promise<Offers> => {
  const mesh = await meshIn(path);
  const offered = (at: EdgePlace): readonly EdgeOffer[] =>
    ownEdges(mesh, reader)
      .filter(({ id }) => edgeAt(id) === at)
      .map((edge) => {
        const { listen, protocol, endpoints, healthPath } = orderOf(mesh, edge);
        return { from: edge.from, to: edge.to, listen, protocol, endpoints, healthPath };
      });
  return { offers: offered("caller"), calleeOffers: offered("callee") };
};

/** Edges of a mesh that this agent serves with or without a server. */
export const ownEdgesIn = async (source: EdgeSource, reader: EdgeReader): Promise<readonly EdgeOrder[]> => {
  const mesh = "file" in source ? await meshIn(source.file) : meshInVariable(source.variable);
  const edges = ownEdges(mesh, reader);
  const where = "file" in source ? source.file : `$${source.variable}`;
  if (edges.length === 0)
    throw new Error(`${where}: expected an edge from ${reader.service ?? "some service"}, found none`);
  return edges.map((edge) => orderOf(mesh, edge));
};

const meshInVariable = (variable: string): Mesh => {
  const text = process.env[variable];
  if (!text) throw new Error(`expected a document of kind Mesh in the environment variable ${variable}`);
  return meshOfText(text, `$${variable}`);
};
const meshIn = async (path: string): Promise<Mesh> => meshOfText(await readFile(path, "utf8"), path);
const meshOfText = (text: string, path: string): Mesh => {
  const { documents, problems } = readDocuments(text, path);
  const wrong = (all: readonly FileIssue[]) => new Error(all.map((problem) => formatIssue(problem)).join("\n\n"));
  if (problems.length > 0) throw wrong(problems);
  const document = documents.find(({ kind }) => kind === "Mesh");
  if (document === undefined) throw new Error(`${path}: expected a document of kind Mesh`);
  const read = readMesh(document);
  if ("problems" in read) throw wrong(read.problems);
  return read.mesh;
};

const orderOf = (mesh: Mesh, { id, from, to, at, listen, protocol, balance, limits }: Edge): EdgeOrder => {
  const callee = serviceOf(mesh, to)!;
  const endpoints = callee.endpoints.map(({ address }) => address);
  const healthPath = "http" in callee.ready ? callee.ready.http : null;
  return {
    ...{ id, listen, protocol, endpoints, healthPath },
    ...(at !== undefined && { at, callers: callerHosts(mesh, from) }),
    ...(balance !== undefined && { balance }),
    ...(limits !== undefined && { limits }),
  };
};

const refused = (message: string): ControlResponse => ({ status: 422, body: { message } });

/**
 * Applies the whole set of faults, in the form of an experiment file:
 * `{ "faults": [{ "name": …, "edge": …, "latency": …, "for": "5m" }] }`.
 */
export const apply = (agent: Agent, mesh: Mesh, body: unknown): ControlResponse => {
  const read = faultsIn(body);
  if ("problem" in read) return refused(read.problem);
  // Each order is a separate run: faults that an earlier order ended do not end this order's.
  const run = asRunId(`local-${agent.table.mark.gen + 1}`);
  const orders: FaultOrder[] = [];
  for (const { fault, forMs } of read.wanted) {
    const targets = resolveTargets(mesh, fault.edge);
    if (targets.length === 0) return refused(`fault "${fault.name}": its edge means no edge of the mesh`);
    for (const { edge, endpoints } of targets) {
      const { name, action, match, share, pulse, stealth, existing } = fault;
      const what = { name, edge, endpoints, action, match, share, pulse, stealth, shadow: false };
      const older = existing === undefined ? {} : { existing };
      orders.push({ id: faultId(run, name, edge), run, ...what, seed: read.seed, notAfterMs: forMs, ...older });
    }
  }
  const checked = checkFaults(orders);
  const problem = "problem" in checked ? checked.problem : agent.holdLocally(checked.faults);
  if (problem !== null) return refused(problem);
  const faults = orders.map(({ id, notAfterMs }) => ({ id, endsInMs: notAfterMs }));
  return { status: 200, body: { boot: agent.boot, faults } };
};

/** Reads the faults with the experiment parser, as an experiment whose other fields are placeholders. */
const faultsIn = (
  body: unknown,
): { readonly wanted: readonly LocalFault[]; readonly seed: number } | { problem: string } => {
  const { faults, seed = 0 } = Object(body) as Record<string, unknown>;
  if (!Array.isArray(faults)) return { problem: "expected { faults: [ … ] } with faults as in an experiment file" };
  if (faults.length === 0) return { wanted: [], seed: 0 };
  const ends: number[] = [];
  for (const fault of faults) {
    const { name, start, for: end } = Object(fault) as Record<string, unknown>;
    const forMs = end === undefined ? USUAL_END_MS : parseDuration(String(end));
    if (forMs === null || forMs > LONGEST_FAULT_MS)
      return { problem: `fault "${name}": \`for\`: expected a duration up to 2h, got ${end}` };
    if (start !== undefined)
      return { problem: `fault "${name}": \`start\` counts from a run's phases, and there is no run: leave it out` };
    ends.push(forMs);
  }
  const bare = faults.map((given) => {
    const { for: _, ...fault } = Object(given) as Record<string, unknown>;
    return fault;
  });
  const problems = [...limitIssues({ faults: bare }, Number.POSITIVE_INFINITY), ...repeatedNames(bare)];
  const wanted: LocalFault[] = [];
  for (let first = 0; first < bare.length && problems.length === 0; first += READ_TOGETHER) {
    const read = parseExperiment(experimentWith(bare.slice(first, first + READ_TOGETHER), seed));
    if ("problems" in read) problems.push(...read.problems.map((problem) => inOrder(problem, first)));
    else wanted.push(...read.experiment.faults.map((fault, i) => ({ fault, forMs: ends[first + i]! })));
  }
  if (problems.length > 0)
    return { problem: problems.map(({ path, message }) => `${formatPath(path) || "faults"}: ${message}`).join("; ") };
  return { wanted, seed: seed as number };
};

/**
 * Faults that are read as an experiment. A file has 100 faults and 5,000 values at most, for its readers; an order is
 * bounded by its bytes.
 */
const READ_TOGETHER = 20;
const experimentWith = (faults: readonly unknown[], seed: unknown): object => {
  const hypothesis = [{ name: "local", tcp: { address: "127.0.0.1:1" }, good: { connect: "1s" } }];
  const spec = { seed, phases: { during: "1h" }, limits: { deadline: "2h" }, hypothesis, faults };
  return { apiVersion: "squall.dev/v1", kind: "Experiment", metadata: { name: "local" }, spec };
};
/** Issue of an experiment with the faults of an order from number `first` on, with its path in the order. */
const inOrder = ({ path: [, list = "", number, ...rest], message }: Issue, first: number): Issue => {
  const isFault = list === "faults" && typeof number === "number";
  return { path: [list, ...(isFault ? [first + number] : number === undefined ? [] : [number]), ...rest], message };
};
const repeatedNames = (faults: readonly { readonly name?: unknown }[]): readonly Issue[] => {
  const seen = new Set<unknown>();
  return faults.flatMap(({ name }, i) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ path: ["faults", i, "name"], message: `the name ${JSON.stringify(name)} is used twice` }];
  });
};
