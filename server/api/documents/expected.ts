/** If-Match, RFC 9110 13.1.1: a write holds only against the version that its writer saw. */
import type { FastifyRequest } from "fastify";
import type { StoredDocument } from "../../store/documents.ts";
import type { Kind } from "../contract/index.ts";
import { Refusal } from "../errors.ts";
import { tagOf, tagsIn } from "../tagged.ts";

/** What the store is to hold the write against; {}: whatever is there. */
export const expectedOf = (
  { headers }: FastifyRequest,
  current: StoredDocument | null,
  { kind, name }: { readonly kind: Kind; readonly name: string },
): { readonly expected?: number | null } => {
  const header = headers["if-match"];
  if (header === undefined) return {};
  const tags = tagsIn(header);
  const holds = current !== null && (tags === null || tags.includes(tagOf(current.digest)));
  if (holds) return { expected: current.version };
  const found = current === null ? "does not exist" : `is at version ${current.version}, ${tagOf(current.digest)}`;
  throw new Refusal(
    "changed-meanwhile",
    `${kind} ${JSON.stringify(name)} ${found}: read it again before you change it`,
  );
};
