import type { GateView } from "../contract/index.ts";
import type { GateState } from "../store/gate.ts";
import type { Handler } from "./context.ts";
import { iso } from "./times.ts";

const viewOf = (halted: GateState): GateView => ({
  halted: halted === null ? null : { reason: halted.reason, by: halted.by, at: iso(halted.atMs) },
});
export const readGate: Handler<"GET /api/v1/gate"> = async ({ controlPlane }) =>
  viewOf(await controlPlane().runs.gate());

export const release: Handler<"POST /api/v1/release"> = async ({ controlPlane }, { body, principal, note }) => {
  note(body.reason ?? "");
  await controlPlane().runs.release(principal);
  return viewOf(await controlPlane().runs.gate());
};
