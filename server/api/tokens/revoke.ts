import { ApiError } from "../../errors.ts";
import type { Handler } from "../context.ts";
import { viewOf } from "./view.ts";

export const revokeToken: Handler<"DELETE /api/v1/tokens/:id"> = async ({ tokens }, { params, note }) => {
  const row = await tokens.revoke(params.id);
  if (row === null) throw new ApiError("no-such-token", `there is no token ${JSON.stringify(params.id)}`);
  note(`${row.name}, ${row.role}`);
  return viewOf(row);
};
