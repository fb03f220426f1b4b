/** Mesh documents that people apply to a server. */

import type { Issue } from "../../experiments/model/document/issue.ts";
import type { Environment } from "../../experiments/model/document/variables.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { parseMesh } from "../../experiments/model/read/mesh.ts";
import { expandStored } from "../security/expand-variables.ts";

/** The document as applied, in file form. */
export interface StoredMesh {
  readonly name: string;
  readonly content: unknown;
}

/** Parses an applied mesh, or returns every problem that prevents a server from using the mesh. */
export const meshOfDocument = (
  content: unknown,
  environment: Environment,
): { readonly mesh: Mesh } | { readonly problems: readonly Issue[] } => {
  const expanded = expandStored(content, environment);
  if ("problems" in expanded) return expanded;
  const read = parseMesh(expanded.value);
  if ("problems" in read) return read;
  const commanded = read.mesh.services.filter(({ command }) => command !== null);
  if (commanded.length === 0) return read;
  return {
    problems: commanded.map(({ name }) => ({
      path: ["spec", "services", name, "command"],
      at: "key",
      message: "a server starts no service: leave `command` out of what is applied to it",
    })),
  };
};
