/** The routes, held to the contract: one that is missing on either side does not compile. */
import type { z } from "zod";
import { listAgents } from "./agents/list.ts";
import type { Bodies, Handler, RouteName } from "./context.ts";
import { halt, planRun as planRunBody, startRun as startRunBody } from "./contract/index.ts";
import { readMesh } from "./mesh.ts";
import { streamRun } from "./runs/events.ts";
import { haltRun } from "./runs/halt.ts";
import { haltAll } from "./runs/halt-all.ts";
import { readJournal } from "./runs/journal.ts";
import { listRuns } from "./runs/list.ts";
import { planRun } from "./runs/plan.ts";
import { reportRun } from "./runs/report.ts";
import { startRun } from "./runs/start.ts";

export const routes: { readonly [K in RouteName]: Handler<K> } = {
  "POST /api/v1/runs": startRun,
  "GET /api/v1/runs": listRuns,
  "GET /api/v1/runs/:id": reportRun,
  "GET /api/v1/runs/:id/journal": readJournal,
  "GET /api/v1/runs/:id/events": streamRun,
  "POST /api/v1/runs/:id/halt": haltRun,
  "POST /api/v1/halt": haltAll,
  "POST /api/v1/plan": planRun,
  "GET /api/v1/mesh": readMesh,
  "GET /api/v1/agents": listAgents,
};
export const bodies: { readonly [K in keyof Bodies]: z.ZodType<Bodies[K]> } = {
  "POST /api/v1/runs": startRunBody,
  "POST /api/v1/runs/:id/halt": halt,
  "POST /api/v1/halt": halt,
  "POST /api/v1/plan": planRunBody,
};
