/** Experiment of a start or a plan: included in the request, or applied before. */
import { resolveDocumentName } from "../../../experiments/model/notation/document-name.ts";
import { loadStoredExperiment } from "../../runs/start/stored-experiment.ts";
import type { Context } from "../context.ts";

export interface Source {
  readonly experiment: unknown;
  /** Version of the stored experiment; null: the request included the experiment. */
  readonly version: number | null;
  /** Values that must appear in no record. */
  readonly secrets: readonly string[];
}
interface Asked {
  readonly experiment?: unknown;
  readonly stored?: { readonly name: string; readonly version?: number | undefined } | undefined;
}
export const sourceOf = async ({ store, config }: Context, { experiment, stored }: Asked): Promise<Source> => {
  if (stored === undefined) return { experiment, version: null, secrets: [] };
  const read = loadStoredExperiment(store.db, config.environment);
  const { content, version, redact } = await read(resolveDocumentName(stored.name), stored.version ?? null);
  return { experiment: content, version, secrets: redact };
};
