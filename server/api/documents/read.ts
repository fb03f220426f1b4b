import { getDocument } from "../../store/documents.ts";
import type { Handler } from "../context.ts";
import { etagOf } from "../etag.ts";
import { addressedName } from "./address.ts";
import { noDocument, viewOf } from "./view.ts";

export const readDocument: Handler<"GET /api/v1/documents/:kind/:name"> = async ({ store }, asked) => {
  const { params, query, reply } = asked;
  const { kind } = params;
  const name = addressedName(asked);
  const document = await getDocument(store.db, kind, name, query.version);
  if (document === null) throw noDocument(kind, name);
  // The tag names the content, which a later version may repeat: a cache would then go on showing the author of the
  // earlier version.
  reply.headers({ etag: etagOf(document.digest), "cache-control": "no-store" });
  return { ...viewOf(document), content: document.content };
};
