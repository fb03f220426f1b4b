/** Experiments applied to this server, expanded for a run: variables are filled in from the allowed environment. */
import type { Environment } from "../../../experiments/model/document/variables.ts";
import { ApiError } from "../../errors.ts";
import { expandStored } from "../../security/expand-variables.ts";
import { getDocument } from "../../store/documents.ts";
import type { Db } from "../../store/schema.ts";

export interface StoredExperiment {
  /** Experiment in file form. */
  readonly content: unknown;
  readonly version: number;
  /** Values that must appear in no record. */
  readonly redact: readonly string[];
}

/**
 * Loads a stored experiment. `version` null: the newest. Throws ApiError `no-such-document`, and `invalid-experiment`
 * for a variable that was not allowed.
 */
export const loadStoredExperiment =
  (db: Db, environment: Environment = {}) =>
  async (name: string, version: number | null): Promise<StoredExperiment> => {
    const document = await getDocument(db, "Experiment", name, version ?? undefined);
    if (document === null) {
      const which = version === null ? "" : ` at version ${version}`;
      throw new ApiError(
        "no-such-document",
        `no experiment ${JSON.stringify(name)}${which} was applied to this server`,
      );
    }
    const expanded = expandStored(document.content, environment);
    if (!("problems" in expanded))
      return { content: expanded.value, version: document.version, redact: expanded.secrets };
    throw new ApiError("invalid-experiment", `experiment ${name}: ${expanded.problems[0]!.message}`, expanded.problems);
  };
