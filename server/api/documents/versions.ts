import { pageVersions } from "../../store/documents.ts";
import type { Handler } from "../context.ts";
import { badCursor, readCursor, writeCursor } from "../paging.ts";
import { addressedName } from "./address.ts";
import { noDocument, viewOf } from "./view.ts";

const versionIn = (cursor: string): number => {
  const place = readCursor(cursor);
  if (!/^\d{1,9}$/.test(place)) throw badCursor(cursor);
  return Number(place);
};

export const listVersions: Handler<"GET /api/v1/documents/:kind/:name/versions"> = async (context, asked) => {
  const { kind } = asked.params;
  const name = addressedName(asked);
  const { limit, cursor } = asked.query;
  const before = cursor === undefined ? {} : { before: versionIn(cursor) };
  const found = await pageVersions(context.store.db, kind, name, { limit: limit + 1, ...before });
  if (found.length === 0 && cursor === undefined) throw noDocument(kind, name);
  const page = found.slice(0, limit);
  return { versions: page.map(viewOf), next: found.length > limit ? writeCursor(String(page.at(-1)!.version)) : null };
};
