/** Mesh file that may change under the server: read repeatedly, and taken once complete and valid. */

import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { readDocuments } from "../../experiments/model/document/document.ts";
import { formatIssue } from "../../experiments/model/document/issue.ts";
import { type Environment, substituteDocument } from "../../experiments/model/document/variables.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { readMesh } from "../../experiments/model/read/mesh.ts";
import { type Alarm, type Clock, every } from "../clock.ts";
import { type Log, logFailure } from "../log.ts";

export type MeshReading = { readonly mesh: Mesh } | { readonly problems: readonly string[] };

/** `file`: name shown in problems. `environment`: variables for `${NAME}`. */
const parse = (text: string, file: string, environment: Environment): MeshReading => {
  const { documents, problems } = readDocuments(text, file);
  if (problems.length > 0) return { problems: problems.map((problem) => formatIssue(problem)) };
  const [written, ...more] = documents.filter(({ kind }) => kind === "Mesh");
  if (written === undefined) return { problems: [`${file}: expected a document of kind Mesh`] };
  if (more.length > 0) return { problems: [`${file}: expected one document of kind Mesh, found ${more.length + 1}`] };
  const substituted = substituteDocument(written, environment);
  if (substituted.problems.length > 0) return { problems: substituted.problems.map((problem) => formatIssue(problem)) };
  const read = readMesh(substituted.value);
  if ("problems" in read) return { problems: read.problems.map((problem) => formatIssue(problem)) };
  return { mesh: { ...read.mesh, directory: resolve(dirname(file), read.mesh.directory ?? ".") } };
};

const describeReadError = (path: string, { code, message }: NodeJS.ErrnoException): string =>
  code === "ENOENT" ? `${path} does not exist` : `${path} cannot be read: ${code ?? message}`;

/**
 * Polling instead of file events: a mounted file in a cluster is swapped by a link two folders up, and network file
 * systems have no events. A poll reads a few kilobytes.
 */
const POLL_MS = 1_000;

export interface MeshFileDeps {
  readonly clock: Clock;
  readonly path: string;
  readonly log: Log;
  /** Variables for `${NAME}`. */
  readonly environment: Environment;
}

export class MeshFile {
  readonly #deps: MeshFileDeps;
  readonly #onRead: (read: MeshReading) => void;
  /** Content at the last poll, and content last passed on: the text, or the reason why there is no text. */
  #seen: string | null = null;
  #emitted: string | null = null;
  #isPolling = false;

  /** `onRead`: called with each new content, valid or not. */
  constructor(deps: MeshFileDeps, onRead: (read: MeshReading) => void) {
    this.#deps = deps;
    this.#onRead = onRead;
  }

  /** Passes on the present content, if new. */
  async read(): Promise<void> {
    await this.#poll();
    this.#emit();
  }
  /**
   * Passes on content that was the same in two polls: a writer that does not rename leaves half a file for a moment,
   * and half a mesh may well be valid.
   */
  watch(): Alarm {
    return every(this.#deps.clock, POLL_MS, () => {
      // A read may hang as long as a network file system does.
      if (this.#isPolling) return;
      this.#isPolling = true;
      const before = this.#seen;
      this.#poll()
        .then(() => {
          if (this.#seen === before) this.#emit();
        })
        .catch(logFailure(this.#deps.log, `taking on ${this.#deps.path}`))
        .finally(() => {
          this.#isPolling = false;
        });
    });
  }

  /** Reads the file. A leading mark keeps a file's text from being mistaken for the reason that there is no text. */
  async #poll(): Promise<void> {
    const { path } = this.#deps;
    this.#seen = await readFile(path, "utf8").then(
      (text) => `+${text}`,
      (error: NodeJS.ErrnoException) => `-${describeReadError(path, error)}`,
    );
  }
  #emit(): void {
    const seen = this.#seen;
    if (seen === null || seen === this.#emitted) return;
    this.#emitted = seen;
    const { path, environment } = this.#deps;
    this.#onRead(seen.startsWith("+") ? parse(seen.slice(1), path, environment) : { problems: [seen.slice(1)] });
  }
}
