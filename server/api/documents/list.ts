import { listDocuments as readDocuments } from "../../store/documents.ts";
import type { Handler } from "../context.ts";
import { pageOf } from "../paging.ts";
import { isInNamespace } from "./address.ts";
import { viewOf } from "./view.ts";

export const listDocuments: Handler<"GET /api/v1/documents"> = async ({ store }, { query }) => {
  const all = (await readDocuments(store.db, query.kind)).filter(isInNamespace(query.namespace));
  const { items, next } = pageOf(all, ({ kind, name }) => `${kind} ${name}`, query);
  return {
    documents: items.map((item) => (query.content ? { ...viewOf(item), content: item.content } : viewOf(item))),
    next,
  };
};
