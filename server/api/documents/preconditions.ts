/**
 * If-Match and If-None-Match, RFC 9110 13.1: a write holds only against the version that the writer saw, or against
 * none.
 */
import type { FastifyRequest } from "fastify";
import type { Kind } from "../../contract/index.ts";
import { ApiError } from "../../errors.ts";
import type { DocumentRecord } from "../../store/documents.ts";
import { etagOf, parseEtags } from "../etag.ts";

const isAmong = (header: string, { digest }: DocumentRecord): boolean =>
  parseEtags(header)?.includes(etagOf(digest)) ?? true;

/** Precondition that the store checks; {}: none, any version. */
export const parsePreconditions = (
  { headers }: FastifyRequest,
  current: DocumentRecord | null,
  { kind, name }: { readonly kind: Kind; readonly name: string },
): { readonly expected?: number | null } => {
  const [match, noneMatch] = [headers["if-match"], headers["if-none-match"]];
  if (match === undefined && noneMatch === undefined) return {};
  const isMatched = match === undefined || (current !== null && isAmong(match, current));
  const isNone = noneMatch === undefined || current === null || !isAmong(noneMatch, current);
  if (isMatched && isNone) return { expected: current?.version ?? null };
  const found = current === null ? "does not exist" : `is at version ${current.version}, ${etagOf(current.digest)}`;
  throw new ApiError(
    "changed-meanwhile",
    `${kind} ${JSON.stringify(name)} ${found}: read it again before you change it`,
  );
};
