/** Admits a start: from a request to a run that is written and queued. */
import type { RunId } from "../../../experiments/model/names.ts";
import { begin } from "../../../experiments/model/run/run.ts";
import { ApiError } from "../../errors.ts";
import { LOCAL } from "../../security/roles.ts";
import { chainRecord, digest } from "../../store/chain.ts";
import { Fenced, KeyReused } from "../../store/errors.ts";
import type { IdempotentStart } from "../../store/idempotency-keys.ts";
import { ActiveRun, type ActiveRunConfig } from "../active/active-run.ts";
import type { RunsConfig } from "../config.ts";
import { type Origin, rowOf } from "../summary.ts";
import type { AdmissionRules } from "./admission-rules.ts";
import { commitStart, type StartCommit } from "./commit.ts";
import { planStart } from "./plan.ts";
import type { StartRequest } from "./request.ts";

/** Hooks that all runs of a term share. */
export interface RunHooks extends Pick<ActiveRunConfig, "onLifecycleEvent" | "onFenced" | "runs"> {
  /** Called when a start failed, and may have been written all the same: perhaps only the answer is lost. */
  readonly onUncertainStart: (run: RunId) => void;
}

/** Text of a value with sorted keys, so that equal requests give equal texts. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
const startOf = ({ idempotencyKey, by = LOCAL, ...asked }: StartRequest): IdempotentStart | null =>
  idempotencyKey === undefined
    ? null
    : { key: idempotencyKey, principal: by.token ?? by.name, bodyDigest: digest(canonical(asked)) };

const originOf = (submission: StartRequest, startedMs: number): Origin => {
  const { by = LOCAL, schedule = null, instantMs = null, version = null, priority = 0 } = submission;
  return { by: by.name, schedule, instantMs, version, priority, startedMs };
};

/** Errors thrown only when no record was written. */
const SETTLED = [ApiError, Fenced, KeyReused];

export type AdmittedRun = { readonly active: ActiveRun } | { readonly id: RunId; readonly again: true };

/** Checks a start, then writes the run in a single transaction. Throws ApiError, and errors of the store. */
export const admitRun = async (
  submission: StartRequest,
  config: RunsConfig,
  rules: AdmissionRules,
  { room, ...hooks }: RunHooks & { readonly room: Pick<StartCommit, "refusal"> },
): Promise<AdmittedRun> => {
  const { clock, store, epoch, fleet } = config;
  const { by = LOCAL, schedule, instantMs, redact, attached } = submission;
  const instances = fleet.instances().filter(({ ready }) => ready);
  const { plan, created, mesh } = planStart(submission, { ...config, mesh: config.mesh(), instances });
  await rules.check({ plan, mesh, by }, created.plan);
  const origin = originOf(submission, clock.wallMs());
  const run = begin(created.plan);
  const last = chainRecord(null, origin.startedMs, { kind: "created", created });
  const { id, again } = await commitStart(store.db, epoch, {
    ...room,
    row: rowOf(run, created, origin, epoch),
    created: last,
    start: startOf(submission),
    instant: schedule === undefined || instantMs === undefined ? null : { schedule, instantMs },
  }).catch((error) => {
    if (!SETTLED.some((kind) => error instanceof kind)) hooks.onUncertainStart(plan.run);
    throw error;
  });
  if (again) return { id, again };
  const active = new ActiveRun({
    ...{ ...config, ...hooks, db: store.db, mesh, plan, created, origin, run, last, by, attached },
    secrets: redact,
  });
  return { active };
};
