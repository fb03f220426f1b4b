/** Applied documents of a kind, all of them, by name. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { Api, Kind } from "../../server/contract/index.ts";
import { useWholeList, type WholeList } from "./whole-list.ts";

export type ListedDocument = Api["GET /api/v1/documents"]["reply"]["documents"][number];
interface DocumentsOptions {
  /** With the content of each, in file form. */
  readonly content?: boolean;
  readonly everyMs?: number | null;
}
export const useDocuments = (
  kind: Kind,
  { content = false, everyMs = null }: DocumentsOptions = {},
): UseQueryResult<readonly ListedDocument[]> => {
  const list: WholeList<"GET /api/v1/documents", ListedDocument> = {
    route: "GET /api/v1/documents",
    query: { kind, content },
    pageOf: ({ documents, next }) => ({ items: documents, next }),
  };
  return useWholeList(list, everyMs);
};
