/**
 * Requeues runs that were queued when the server ended, and injected no fault: these runs wait on at the next leader.
 */
import type { RunCreated } from "../../../experiments/model/journal/journal.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import type { EdgeId } from "../../../experiments/model/names.ts";
import { watchedEdges } from "../../../experiments/model/plan/agents.ts";
import { type Plan, struckEdges } from "../../../experiments/model/plan/plan.ts";
import { REDACTED } from "../../../experiments/model/secrets/redact.ts";
import { LOCAL, type Principal } from "../../security/roles.ts";
import type { RunRow } from "../../store/runs.ts";
import { ActiveRun } from "../active/active-run.ts";
import type { RunsConfig } from "../config.ts";
import type { RunHooks } from "../start/admit.ts";
import { originOf } from "../summary.ts";
import { adoptRun, foldStoredRun } from "./resume.ts";

/**
 * Longest wait of a queued run across terms: faults of a run submitted longer ago come unexpected, for instance after a
 * weekend without a server.
 */
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** True if no secret was redacted from the record: secrets stay only in the memory of the server that took the run. */
export const isWithoutSecrets = (created: RunCreated): boolean => !JSON.stringify(created).includes(REDACTED);

const isOnMesh = (plan: Plan, mesh: Mesh): boolean => {
  const edges = new Set<EdgeId>(mesh.edges.map(({ id }) => id));
  return [...struckEdges(plan), ...watchedEdges(plan)].every((edge) => edges.has(edge));
};
/**
 * Principal of a requeued run. Policies that bind roles treat the principal as an operator: the original principal is
 * not signed in here.
 */
const askerOf = ({ started_by: name }: RunRow): Principal =>
  name === null || name === LOCAL.name ? LOCAL : { name, role: "operator", token: null };

/**
 * Requeues a run; null: the run must be finished instead, since the run has begun, cannot go on from the record, or was
 * submitted too long ago.
 */
export const requeueRun = async (row: RunRow, config: RunsConfig, hooks: RunHooks): Promise<ActiveRun | null> => {
  const { clock, store } = config;
  const mesh = config.mesh();
  const waitedMs = clock.wallMs() - (row.queued_ms ?? row.started_ms);
  if (config.keepsQueue !== true || row.state !== "queued" || mesh === null || waitedMs > LONGEST_WAIT_MS) return null;
  const { run, created, last } = await foldStoredRun(config, row.id);
  if (run.at !== "queued" || last.sequence > 1 || !isWithoutSecrets(created) || !isOnMesh(run.plan, mesh)) return null;
  await adoptRun(config, row.id);
  return new ActiveRun({
    ...{ ...config, ...hooks, db: store.db, mesh, plan: run.plan, created, run, last },
    ...{ by: askerOf(row), origin: originOf(row, null), secrets: [], attached: created.attached === true },
  });
};
