/** Options that several commands share, with the first evaluation of those options. */
import { type FileIssue, formatIssue } from "../../experiments/model/document/issue.ts";
import { terminal, terminalLines } from "../../experiments/report/escape/terminal.ts";
import type { Context } from "../context.ts";
import { usage } from "../exit.ts";
import { collect } from "../files/collect.ts";
import { passedOver } from "../files/foreign.ts";
import { labelFilter } from "../files/labels.ts";
import { type LoadedMesh, type LoadResult, loadExperiments } from "../files/load.ts";
import { readVariables, type VariableOptions } from "../files/variables.ts";
import type { Client } from "../session/client.ts";

export interface FileOptions extends VariableOptions {
  readonly label?: readonly string[];
  readonly mesh?: string;
  readonly allowExec?: boolean;
}

/** A server that runs already, with the mesh that the server watches. */
export interface ServerSession {
  readonly client: Client;
  readonly mesh: LoadedMesh;
}
export const meshOfServer = async (client: Client, name: string): Promise<LoadedMesh> => {
  const { mesh } = await client.call("GET /api/v1/mesh", {});
  if (mesh === null) throw usage(`${name} watches no mesh yet: \`squall apply -f\` gives it one`);
  return { file: client.url, mesh, digest: client.url, secrets: [] };
};

export const tellPassedOver = ({ output }: Context, foreign: readonly string[]): void => {
  const word = passedOver(foreign);
  if (word !== null) output.err(terminal(word));
};
/** The part of a reading that `key=value` filters keep. Unreadable files are never filtered away. */
const filtered = (reading: LoadResult, selectors: readonly string[]): LoadResult => {
  const wanted = labelFilter(selectors);
  const loaded = reading.loaded.filter(({ experiment }) => wanted(experiment.labels));
  return { ...reading, loaded };
};

/**
 * Every selected experiment, read and checked against the mesh. At least a single experiment, or a usage error: an
 * empty set is not green.
 */
export const readExperiments = async (
  context: Context,
  files: readonly string[],
  options: FileOptions,
  meshOfServer?: LoadedMesh,
): Promise<LoadResult> => {
  const variables = await readVariables(context.environment, options);
  const sources = await collect(files, context.cwd, context.readStdin);
  const { cwd } = context;
  const { mesh, allowExec = false } = options;
  const reading = await loadExperiments(sources, { cwd, variables, mesh, allowExec, meshOfServer });
  tellPassedOver(context, reading.foreign);
  const kept = filtered(reading, options.label ?? []);
  if (kept.loaded.length === 0 && kept.failed.length === 0)
    throw usage(
      reading.loaded.length === 0
        ? `no experiment in ${files.join(" ")}: expected documents of kind Experiment`
        : `no experiment of ${reading.loaded.length} has the labels ${options.label?.join(", ")}`,
    );
  return kept;
};

/** All problems with excerpts, for people. */
export const problemText = (problems: readonly FileIssue[], color: boolean): string => {
  const text = problems.map((problem) => formatIssue(problem, { color })).join("\n");
  return color ? text : terminalLines(text);
};
