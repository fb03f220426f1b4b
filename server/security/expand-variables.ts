/** `${NAME}` in documents that came over the API: only what the server's administrator listed with `--env-allow`. */

import type { Issue } from "../../experiments/model/document/issue.ts";
import { type Environment, substitute } from "../../experiments/model/document/variables.ts";
import { limitIssues, MOST_OF_MESH } from "../../experiments/model/form/limits.ts";

export interface ExpandedDocument {
  readonly value: unknown;
  /** Values that must appear in no record. */
  readonly secrets: readonly string[];
}

/** A stored document as it is run; or what keeps it from being run. Never for what a client sent: its CLI has expanded that. */
export const expandStored = (
  content: unknown,
  environment: Environment = {},
): ExpandedDocument | { readonly problems: readonly Issue[] } => {
  // First of all: the rest walks to the bottom of whatever is there.
  const limits = limitIssues(content, MOST_OF_MESH);
  if (limits.length > 0) return { problems: limits };
  const { value, secrets, problems } = substitute(content, environment);
  if (problems.length === 0) return { value, secrets };
  return {
    problems: problems.map(({ path, message }) => ({
      path,
      // Whoever applied it cannot set the variables of the server.
      message: message.replace(/ is not set;.*$/s, " is not one that this server gives to documents (--env-allow)"),
    })),
  };
};
