import { listTokens as readTokens, type TokenRow } from "../../store/tokens.ts";
import type { Handler } from "../context.ts";
import { pageOf } from "../paging.ts";
import { viewOf } from "./view.ts";

/** Unix milliseconds have 13 digits until the year 2286. */
const NEWEST_FIRST = 10 ** 14;
const placeOf = ({ created_ms, id }: TokenRow) => `${NEWEST_FIRST - created_ms} ${id}`;

export const listTokens: Handler<"GET /api/v1/tokens"> = async ({ store }, { query }) => {
  const { items, next } = pageOf(await readTokens(store.db), placeOf, query);
  return { tokens: items.map(viewOf), next };
};
