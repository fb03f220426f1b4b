/** Policies applied to this server, for the code that starts or watches a run. */

import { formatPath } from "../../experiments/model/document/issue.ts";
import type { Policy } from "../../experiments/model/policy/policy.ts";
import { parsePolicy } from "../../experiments/model/read/policy.ts";
import { ApiError } from "../errors.ts";
import { type DocumentRecord, listDocuments } from "../store/documents.ts";
import type { Db } from "../store/schema.ts";

interface ParsedPolicy {
  readonly version: number;
  readonly policy: Policy;
}

/** A stored policy that cannot be read might forbid any start, and therefore forbids every start. */
const parseStored = ({ name, version, content }: DocumentRecord): ParsedPolicy => {
  const parsed = parsePolicy(content);
  if ("policy" in parsed) return { version, policy: parsed.policy };
  const [first] = parsed.problems;
  const why = first === undefined ? "it is empty" : `${formatPath(first.path)}: ${first.message}`;
  throw new ApiError(
    "policy-refused",
    `the stored policy ${JSON.stringify(name)} cannot be read, so nothing is started: ${why}; apply it anew, or delete it`,
  );
};

export class Policies {
  readonly #db: Db;
  /** Policies by name; parsed once for each version. */
  #byName: ReadonlyMap<string, ParsedPolicy> = new Map();

  constructor(db: Db) {
    this.#db = db;
  }
  /** Policies in force at this moment, by name. Throws ApiError while a policy cannot be read. */
  async all(): Promise<readonly Policy[]> {
    const documents = await listDocuments(this.#db, "Policy");
    const known = this.#byName;
    this.#byName = new Map(
      documents.map((document) => {
        const before = known.get(document.name);
        return [document.name, before?.version === document.version ? before : parseStored(document)];
      }),
    );
    return [...this.#byName.values()].map(({ policy }) => policy);
  }
}
