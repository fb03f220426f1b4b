/**
 * Residue watch of runs that ended RESIDUE: the agents are asked again whenever reachable. Late evidence frees the
 * claims and is written to the audit log; the verdict stays (SAFETY.md 3).
 */
import type { Kysely } from "kysely";
import type { AgentBoot, RunId } from "../../../experiments/model/names.ts";
import type { Run } from "../../../experiments/model/run/run.ts";
import type { AuditGrade } from "../../../experiments/model/verdict/verdict.ts";
import type { Clock } from "../../clock.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { Log } from "../../log.ts";
import { insertAudit } from "../../store/audit.ts";
import { releaseClaims } from "../../store/claims.ts";
import type { Schema } from "../../store/schema.ts";

/** Interval between rounds of asking; a round gives up by itself after 30 s. */
const ROUND_MS = 60_000;

interface ResidueRun {
  readonly run: Run;
  /** Agents without good evidence so far. */
  readonly boots: Set<AgentBoot>;
  revision: number;
  askedMs: number;
}
export interface ResidueWatchConfig {
  readonly clock: Clock;
  readonly db: Kysely<Schema>;
  readonly fleet: Fleet;
  readonly log: Log;
  /** Called once the run's claims are free. */
  readonly onCleared: (run: RunId) => void;
}

export class ResidueWatch {
  readonly #config: ResidueWatchConfig;
  readonly #suspects = new Map<RunId, ResidueRun>();

  constructor(config: ResidueWatchConfig) {
    this.#config = config;
  }
  /** Number of runs whose agents are still asked. */
  get size(): number {
    return this.#suspects.size;
  }
  has(run: RunId): boolean {
    return this.#suspects.has(run);
  }
  /** Watches a run that ended RESIDUE. For any other run, all faults were shown to be gone. */
  watch(run: Run): void {
    if (run.at !== "finished" || run.verdict !== "RESIDUE") return;
    const isUnknown = (boot: AgentBoot) => (run.grades[boot]?.grade ?? "unknown") === "unknown";
    const boots = run.agents.map(({ boot }) => boot).filter(isUnknown);
    this.#suspects.set(run.plan.run, { run, boots: new Set(boots), revision: run.revision, askedMs: 0 });
    this.#ask(this.#suspects.get(run.plan.run)!);
  }
  /** Forgets a run: an operator frees the claims by hand, or this server no longer has the run. */
  forget(run: RunId): void {
    if (this.#suspects.delete(run)) this.#config.fleet.unregister(run);
  }
  tick(): void {
    const nowMs = this.#config.clock.nowMs();
    for (const suspect of this.#suspects.values()) if (nowMs - suspect.askedMs >= ROUND_MS) this.#ask(suspect);
  }

  #ask(suspect: ResidueRun): void {
    const { clock, fleet } = this.#config;
    const { run, boots } = suspect;
    const { plan } = run;
    suspect.askedMs = clock.nowMs();
    suspect.revision++;
    fleet.register({
      plan,
      endsAtMs: clock.nowMs(),
      tickedMs: () => clock.nowMs(),
      counted: () => {},
      stalled: () => {},
      post: (happening) => {
        if (happening.type === "graded" && happening.revision === suspect.revision)
          this.#graded(suspect, happening.boot, happening.grade);
      },
    });
    fleet.assign(
      plan.run,
      run.agents.filter(({ boot }) => boots.has(boot)),
    );
    fleet.revert(plan.run, suspect.revision);
  }
  /** Takes a grade. An expired lease proves nothing for an agent that answered with faults left. */
  #graded(suspect: ResidueRun, boot: AgentBoot, grade: AuditGrade): void {
    if (grade !== "attested" && grade !== "witnessed") return;
    suspect.boots.delete(boot);
    const id = suspect.run.plan.run;
    if (suspect.boots.size > 0 || this.#suspects.get(id) !== suspect) return;
    this.forget(id);
    this.#cleared(id, grade).catch((error: Error) =>
      this.#config.log.warn(`${id}: its residue is gone, but that could not be written: ${error.message}`),
    );
  }
  async #cleared(id: RunId, grade: AuditGrade): Promise<void> {
    const { db, clock, log, onCleared } = this.#config;
    log.info(`${id}: its residue is gone`, { grade });
    const detail = `every agent of which nothing was known has ${grade === "attested" ? "attested an empty fault table" : "ended"} since`;
    await db.transaction().execute(async (tx) => {
      await releaseClaims(tx, id);
      await insertAudit(tx, {
        ...{ at_ms: clock.wallMs(), principal: "server", role: "server" },
        ...{ action: "residue-cleared", target: id, outcome: "done", detail },
      });
    });
    onCleared(id);
  }
}
