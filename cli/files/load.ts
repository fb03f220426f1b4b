/** Reads texts into experiments with meshes: every problem of every file at once, and no partial result. */

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Document, readDocuments } from "../../experiments/model/document/document.ts";
import type { DocumentPath, FileIssue } from "../../experiments/model/document/issue.ts";
import { isMistyped, mistyped, noExperiment, writtenName } from "../../experiments/model/document/kinds.ts";
import { substituteDocument } from "../../experiments/model/document/variables.ts";
import type { Experiment } from "../../experiments/model/experiment/experiment.ts";
import { meshFitIssues } from "../../experiments/model/experiment/mesh-check.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { ProbeAction } from "../../experiments/model/probes/index.ts";
import { readExperiment } from "../../experiments/model/read/experiment.ts";
import { readMesh } from "../../experiments/model/read/mesh.ts";
import { type Source, shownPath } from "./collect.ts";
import { isForeign, isForeignSource } from "./foreign.ts";
import type { Variables } from "./variables.ts";

export interface LoadedMesh {
  readonly file: string;
  readonly mesh: Mesh;
  /** Digest: equal for the same mesh, regardless of the file. */
  readonly digest: string;
  readonly secrets: readonly string[];
}
export interface LoadedExperiment {
  readonly file: string;
  /** Document after substitution; locates problems. */
  readonly document: Document;
  readonly experiment: Experiment;
  readonly mesh: LoadedMesh;
  /** Substituted values that must appear in no record. */
  readonly secrets: readonly string[];
}
export interface LoadOptions {
  readonly cwd: string;
  readonly variables: Variables;
  /** --mesh: stands in for the mesh that a file names. */
  readonly mesh?: string | undefined;
  readonly allowExec?: boolean;
  /** The mesh of a server that runs already: none is read. */
  readonly meshOfServer?: LoadedMesh | undefined;
}
export type MeshReading =
  | { readonly loaded: LoadedMesh }
  | { readonly problems: readonly FileIssue[] }
  | { readonly message: string };

const digestOf = (mesh: Mesh): string => createHash("sha256").update(JSON.stringify(mesh)).digest("hex");

/**
 * Problems of the commands' working directory, reported before any process starts. A value that is still a variable may
 * become any folder.
 */
export const directoryProblems = async (
  document: Document,
  { directory, services }: Pick<Mesh, "directory" | "services">,
  base: string,
): Promise<FileIssue[]> => {
  const isUsed = services.some(({ command }) => command !== null);
  if (!isUsed || directory === null || directory.includes("${")) return [];
  const path = resolve(base, directory);
  const stats = await stat(path).catch(() => null);
  if (stats?.isDirectory()) return [];
  const what = stats === null ? "does not exist" : "is no folder";
  const message = `the directory ${path} ${what}: the commands of the mesh run there; it is named relative to this file`;
  return [document.locate({ path: ["spec", "directory"], message })];
};
/** Why a mesh file cannot be read. */
const unreadable = (file: string, code: string | undefined): string => {
  if (code === "ENOENT") return `the mesh ${file} does not exist`;
  if (code === "EISDIR") return `the mesh ${file} is a folder: name its file, such as ${join(file, "mesh.yaml")}`;
  return `the mesh ${file} cannot be read (${code})`;
};

type MeshOptions = Pick<LoadOptions, "cwd" | "variables">;
/** Loads a mesh file, with the folder made absolute: the mesh's commands run there, wherever squall was started. */
export const loadMesh = (path: string, options: MeshOptions): Promise<MeshReading> =>
  readMeshAt(path, options, async () => []);
/** Loads a mesh whose commands are run on this machine, which requires the directory of the commands to exist. */
export const loadMeshToStart = (path: string, options: MeshOptions): Promise<MeshReading> =>
  readMeshAt(path, options, directoryProblems);

const readMeshAt = async (
  path: string,
  { cwd, variables }: MeshOptions,
  check: typeof directoryProblems,
): Promise<MeshReading> => {
  const file = shownPath(path, cwd);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== "string") return { message: unreadable(file, text.code) };
  const { documents, problems } = readDocuments(text, file);
  if (problems.length > 0) return { problems };
  const written = documents.find(({ kind }) => kind === "Mesh");
  if (written === undefined) return { message: `${file} has no document of kind Mesh` };
  const substituted = substituteDocument(written, variables);
  if (substituted.problems.length > 0) return { problems: substituted.problems };
  const read = readMesh(substituted.value);
  if ("problems" in read) return read;
  const astray = await check(substituted.value, read.mesh, dirname(path));
  if (astray.length > 0) return { problems: astray };
  const mesh: Mesh = { ...read.mesh, directory: resolve(dirname(path), read.mesh.directory ?? ".") };
  return { loaded: { file, mesh, digest: digestOf(mesh), secrets: substituted.secrets } };
};

/**
 * A `process` probe runs a command of the file, so the user must allow such probes. The server knows or refuses the
 * command.
 */
const execProblems = (document: Document, experiment: Experiment): FileIssue[] => {
  const places: readonly (readonly [DocumentPath, ProbeAction])[] = [
    ...experiment.hypothesis.map(({ probe }, index) => [["spec", "hypothesis", index, "process"], probe] as const),
    ...experiment.halt.map(({ probe }, index) => [["spec", "halt", index, "process"], probe] as const),
  ];
  return places
    .filter(([, { kind, params }]) => kind === "process" && params.command !== undefined)
    .map(([path]) =>
      document.locate({ path, at: "key", message: "a `process` probe runs a command; allow it with --allow-exec" }),
    );
};

/** An experiment that names no mesh, and none was given. */
export const noMesh = (document: Document, otherwise: string): FileIssue =>
  document.locate({
    path: ["spec"],
    at: "key",
    message: `no mesh: name its file, such as \`mesh: ./mesh.yaml\`, or give it with --mesh${otherwise}`,
  });

type MeshOf = (path: string) => Promise<MeshReading>;
const loadOne = async (
  written: Document,
  directory: string,
  meshOf: MeshOf,
  options: LoadOptions,
): Promise<{ loaded: LoadedExperiment } | { problems: readonly FileIssue[] }> => {
  const substituted = substituteDocument(written, options.variables);
  if (substituted.problems.length > 0) return { problems: substituted.problems };
  const document = substituted.value;
  const read = readExperiment(document);
  if ("problems" in read) return read;
  const { experiment } = read;
  const exec = options.allowExec === true ? [] : execProblems(document, experiment);
  const found = { file: written.file, document, experiment, secrets: substituted.secrets };
  const path = options.mesh !== undefined ? resolve(options.cwd, options.mesh) : experiment.mesh;
  if (path === null && options.meshOfServer === undefined) {
    return { problems: [...exec, noMesh(document, "")] };
  }
  const mesh = options.meshOfServer ? { loaded: options.meshOfServer } : await meshOf(resolve(directory, path!));
  if ("problems" in mesh) return { problems: [...exec, ...mesh.problems] };
  if ("message" in mesh)
    return { problems: [...exec, document.locate({ path: ["spec", "mesh"], message: mesh.message })] };
  const wrong = meshFitIssues(experiment, mesh.loaded.mesh).map((issue) => document.locate(issue));
  if (exec.length + wrong.length > 0) return { problems: [...exec, ...wrong] };
  return { loaded: { ...found, mesh: mesh.loaded, secrets: [...substituted.secrets, ...mesh.loaded.secrets] } };
};

/** A file, or a single experiment of the file, that cannot be run. */
export interface LoadFailure {
  readonly file: string;
  /** `metadata.name` where readable, else the file. */
  readonly experiment: string;
  readonly problems: readonly FileIssue[];
}
export interface LoadResult {
  readonly loaded: readonly LoadedExperiment[];
  readonly failed: readonly LoadFailure[];
  /** Problems of all files, without duplicates: a mesh that several experiments name reports problems once. */
  readonly problems: readonly FileIssue[];
  /** Files of other tools in folders and globs. */
  readonly foreign: readonly string[];
}
export const nameOf = (document: Document): string => writtenName(document) ?? document.file;

/**
 * Experiments in the order of the files. A mesh among the files, brought along by the shell's `*.yaml`, is passed over.
 */
export const loadExperiments = async (sources: readonly Source[], options: LoadOptions): Promise<LoadResult> => {
  const meshes = new Map<string, Promise<MeshReading>>();
  const meshOf: MeshOf = (path) => {
    const reading = meshes.get(path) ?? loadMeshToStart(path, options);
    meshes.set(path, reading);
    return reading;
  };
  const loaded: LoadedExperiment[] = [];
  const failed: LoadFailure[] = [];
  const foreign: string[] = [];
  for (const source of sources) {
    const read = readDocuments(source.text, source.file);
    if (isForeignSource(source, read)) {
      foreign.push(source.file);
      continue;
    }
    const { problems } = read;
    const documents = source.named ? read.documents : read.documents.filter((document) => !isForeign(document));
    const astray = [...problems, ...documents.filter(isMistyped).map(mistyped)];
    if (astray.length === 0 && source.named && documents.every(isForeign))
      astray.push(noExperiment(source.file, source.text));
    if (astray.length > 0) failed.push({ file: source.file, experiment: source.file, problems: astray });
    for (const document of documents.filter(({ kind }) => kind === "Experiment")) {
      const one = await loadOne(document, source.directory, meshOf, options);
      if ("loaded" in one) loaded.push(one.loaded);
      else failed.push({ file: source.file, experiment: nameOf(document), problems: one.problems });
    }
  }
  return { loaded, failed, foreign, problems: once(failed.flatMap(({ problems }) => problems)) };
};

const once = (problems: readonly FileIssue[]): FileIssue[] => {
  const seen = new Set<string>();
  return problems.filter(({ file, line, column, message }) => {
    const key = JSON.stringify([file, line, column, message]);
    return !seen.has(key) && seen.add(key);
  });
};
