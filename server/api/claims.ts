import { listClaims as readClaims } from "../store/claims.ts";
import type { Handler } from "./context.ts";

export const listClaims: Handler<"GET /api/v1/claims"> = async ({ store }) => ({ claims: await readClaims(store.db) });
