/** The handlers, held to the contract: a handler or a route that is missing does not compile. */

import type { RouteName } from "../contract/index.ts";
import { joinAgent } from "./agents/join.ts";
import { listAgents } from "./agents/list.ts";
import { retireAgent } from "./agents/retire.ts";
import { listAudit } from "./audit.ts";
import { listClaims } from "./claims.ts";
import type { Handler } from "./context.ts";
import { applyDocument } from "./documents/apply.ts";
import { deleteDocument } from "./documents/delete.ts";
import { listDocuments } from "./documents/list.ts";
import { readDocument } from "./documents/read.ts";
import { listVersions } from "./documents/versions.ts";
import { readGate, release } from "./gate.ts";
import { streamBackup, verifyRuns } from "./maintenance.ts";
import { readMesh } from "./mesh.ts";
import { downloadReport } from "./runs/download.ts";
import { streamRun } from "./runs/events.ts";
import { haltRun } from "./runs/halt.ts";
import { haltAll } from "./runs/halt-all.ts";
import { readJournal } from "./runs/journal.ts";
import { listRuns } from "./runs/list.ts";
import { planRun } from "./runs/plan.ts";
import { releaseRun } from "./runs/release.ts";
import { reportRun } from "./runs/report.ts";
import { startRun } from "./runs/start.ts";
import { pauseSchedule, resumeSchedule, triggerSchedule } from "./schedules/control.ts";
import { listSchedules, readSchedule } from "./schedules/list.ts";
import { readOpenApi, readServer } from "./server.ts";
import { endSession } from "./session/end.ts";
import { openSession } from "./session/open.ts";
import { readSession } from "./session/read.ts";
import { makeTicket } from "./session/ticket.ts";
import { createToken } from "./tokens/create.ts";
import { listTokens } from "./tokens/list.ts";
import { revokeToken } from "./tokens/revoke.ts";
import { readEdgeTraffic } from "./traffic/edge.ts";
import { streamTraffic } from "./traffic/events.ts";
import { readTraffic } from "./traffic/now.ts";
import { listTrends } from "./trends.ts";

export const routes: { readonly [K in RouteName]: Handler<K> } = {
  "POST /api/v1/runs": startRun,
  "GET /api/v1/runs": listRuns,
  "GET /api/v1/trends": listTrends,
  "GET /api/v1/runs/:id": reportRun,
  "GET /api/v1/runs/:id/report": downloadReport,
  "GET /api/v1/runs/:id/journal": readJournal,
  "GET /api/v1/runs/:id/events": streamRun,
  "POST /api/v1/runs/:id/halt": haltRun,
  "POST /api/v1/runs/:id/release": releaseRun,
  "POST /api/v1/plan": planRun,
  "POST /api/v1/halt": haltAll,
  "POST /api/v1/release": release,
  "GET /api/v1/gate": readGate,
  "GET /api/v1/mesh": readMesh,
  "GET /api/v1/agents": listAgents,
  "DELETE /api/v1/agents/:instance": retireAgent,
  "POST /api/v1/agents/join": joinAgent,
  "GET /api/v1/documents": listDocuments,
  "GET /api/v1/documents/:kind/:name": readDocument,
  "PUT /api/v1/documents/:kind/:name": applyDocument,
  "DELETE /api/v1/documents/:kind/:name": deleteDocument,
  "GET /api/v1/documents/:kind/:name/versions": listVersions,
  "GET /api/v1/schedules": listSchedules,
  "GET /api/v1/schedules/:name": readSchedule,
  "POST /api/v1/schedules/:name/pause": pauseSchedule,
  "POST /api/v1/schedules/:name/resume": resumeSchedule,
  "POST /api/v1/schedules/:name/trigger": triggerSchedule,
  "GET /api/v1/claims": listClaims,
  "GET /api/v1/tokens": listTokens,
  "POST /api/v1/tokens": createToken,
  "DELETE /api/v1/tokens/:id": revokeToken,
  "GET /api/v1/audit": listAudit,
  "POST /api/v1/session": openSession,
  "POST /api/v1/session/ticket": makeTicket,
  "GET /api/v1/session": readSession,
  "DELETE /api/v1/session": endSession,
  "GET /api/v1/traffic": readTraffic,
  "GET /api/v1/traffic/events": streamTraffic,
  "GET /api/v1/traffic/edges/:edge": readEdgeTraffic,
  "GET /api/v1/server": readServer,
  "GET /api/v1/verify": verifyRuns,
  "GET /api/v1/backup": streamBackup,
  "GET /api/v1/openapi.json": readOpenApi,
};
