/**
 * Expands `${NAME}` in documents that came over the API: only the variables that the server's administrator listed with
 * `--env-allow`.
 */

import type { Issue } from "../../experiments/model/document/issue.ts";
import { type Environment, substitute } from "../../experiments/model/document/variables.ts";
import { limitIssues, MOST_OF_MESH } from "../../experiments/model/form/limits.ts";

export interface ExpandedDocument {
  readonly value: unknown;
  /** Values that must appear in no record. */
  readonly secrets: readonly string[];
}

/**
 * Expands a stored document for a run, or returns the problems that prevent a run. Never used for a document that a
 * client sent for a run: the client's CLI has expanded that document.
 */
export const expandStored = (
  content: unknown,
  environment: Environment = {},
): ExpandedDocument | { readonly problems: readonly Issue[] } => {
  // The limits come first: the rest walks to the bottom of any nesting.
  const limits = limitIssues(content, MOST_OF_MESH);
  if (limits.length > 0) return { problems: limits };
  const { value, secrets, problems } = substitute(content, environment);
  if (problems.length === 0) return { value, secrets };
  return {
    problems: problems.map(({ path, message }) => ({
      path,
      // The client that applied the document cannot set the server's variables.
      message: message.replace(/ is not set;.*$/s, " is not one that this server gives to documents (--env-allow)"),
    })),
  };
};
