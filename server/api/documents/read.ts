import { getDocument } from "../../store/documents.ts";
import type { Handler } from "../context.ts";
import { tagOf } from "../tagged.ts";
import { noDocument, viewOf } from "./view.ts";

export const readDocument: Handler<"GET /api/v1/documents/:kind/:name"> = async (
  { store },
  { params, query, reply },
) => {
  const { kind, name } = params;
  const document = await getDocument(store.db, kind, name, query.version);
  if (document === null) throw noDocument(kind, name);
  reply.header("etag", tagOf(document.digest));
  return { ...viewOf(document), content: document.content };
};
