/**
 * The HTTP API under /api/v1: one source for validation, OpenAPI, handlers and clients. Web and CLI import types only.
 */
import { agents } from "./agents.ts";
import { audit } from "./audit.ts";
import { claims } from "./claims.ts";
import { documents } from "./documents.ts";
import { gates } from "./gate.ts";
import { meshes } from "./meshes.ts";
import type { ClientRoute } from "./route.ts";
import { runs } from "./runs.ts";
import { schedules } from "./schedules.ts";
import { server } from "./server.ts";
import { session } from "./session.ts";
import { tokens } from "./tokens.ts";
import { traffic } from "./traffic.ts";
import { trends } from "./trends.ts";

/** Every route: method, path, inputs and reply. Errors are `ErrorBody`. */
export const api = {
  ...runs,
  ...trends,
  ...gates,
  ...meshes,
  ...agents,
  ...documents,
  ...schedules,
  ...claims,
  ...tokens,
  ...audit,
  ...session,
  ...traffic,
  ...server,
} as const;
export type RouteName = keyof typeof api;
/** The routes in the client's view. */
export type Api = { readonly [K in RouteName]: ClientRoute<(typeof api)[K]> };

export type { AgentView } from "./agents.ts";
export type { AuditRecord } from "./audit.ts";
export type { ClaimView } from "./claims.ts";
export { type Change, type DocumentView, type FullDocument, KINDS, type Kind } from "./documents.ts";
export { apiError, type ErrorBody, type ErrorCode } from "./error.ts";
export type { GateView } from "./gate.ts";
export type { Halt, HaltAll } from "./halt.ts";
export type { DiscoveredEdge, MeshSource } from "./meshes.ts";
export { isTextReply, type ParsedRequest, type Route, type StreamType } from "./route.ts";
export {
  type PlanReply,
  type PlanRun,
  planRun,
  type RunSummary,
  type StartRun,
  startRun,
} from "./runs.ts";
export type { ScheduleInstant, ScheduleNext, ScheduleView } from "./schedules.ts";
export type { JournalVerification, JournalVerificationEnd, ServerInfo } from "./server.ts";
export type { Whoami } from "./session.ts";
export type { CreateToken, TokenView } from "./tokens.ts";
export type { DamagedEdge, EdgeTraffic, LiveFault, Radius, TrafficNow, TrafficSecond } from "./traffic.ts";
export type { ExperimentTrend } from "./trends.ts";
