/**
 * Residue audit of a run: asks each of the run's agents until the agent attested, the process's end was witnessed, or
 * enough time has passed (SAFETY.md 3).
 */
import { randomUUID } from "node:crypto";
import type { Remains } from "../../agent/contract/index.ts";
import type { AgentBoot, RunId } from "../../experiments/model/names.ts";
import { type Plan, struckServices } from "../../experiments/model/plan/plan.ts";
import type { AuditGrade } from "../../experiments/model/verdict/verdict.ts";
import type { Agent } from "./agent.ts";

const ASK_EVERY_MS = 1_000;
/**
 * Retry interval for an agent that was not clean: held bytes leave within a few event-loop turns, and damaged streams
 * are reset.
 */
const ASK_AGAIN_MS = 200;
const GIVE_UP_MS = 30_000;

interface OpenQuestion {
  readonly agent: Agent;
  /** Nonces issued after the revert; an answer to any other nonce is no proof. */
  readonly nonces: Set<string>;
  askedMs: number;
  /** The last answer that was not clean. */
  remains: Remains | null;
}
export type OnGrade = (boot: AgentBoot, grade: AuditGrade, detail: string) => void;

/** Effects outside of the agent's process that may be of a run; of all runs without `run`. */
const externalOf = ({ external, externalRuns }: Remains, run?: RunId): number =>
  run !== undefined && externalRuns !== undefined && !externalRuns.includes(run) ? 0 : external;
/** True for an agent without a remainder of the run; without `run`: of any run. */
export const isClean = (remains: Remains, run?: RunId) =>
  remains.live + remains.held + remains.wounded + externalOf(remains, run) === 0;
const spell = ({ live, held, wounded, external }: Remains) =>
  Object.entries({ live, held, wounded, external })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");

export class ResidueAudit {
  readonly #open = new Map<AgentBoot, OpenQuestion>();
  readonly #plan: Pick<Plan, "run" | "faults">;
  readonly #startedMs: number;
  readonly #onGrade: OnGrade;
  /** Called after each drop: the agent has emptied the fault table and may need the faults that other runs desire. */
  readonly #onDrop: (agent: Agent) => void;

  constructor(
    plan: Pick<Plan, "run" | "faults">,
    agents: readonly Agent[],
    nowMs: number,
    onGrade: OnGrade,
    onDrop: (agent: Agent) => void,
  ) {
    this.#plan = plan;
    this.#startedMs = nowMs;
    this.#onGrade = onGrade;
    this.#onDrop = onDrop;
    for (const agent of agents) {
      this.#open.set(agent.boot, { agent, nonces: new Set(), askedMs: Number.NEGATIVE_INFINITY, remains: null });
    }
    this.tick(nowMs);
  }

  get isOver(): boolean {
    return this.#open.size === 0;
  }

  attested(boot: AgentBoot, nonce: string, remains: Remains): void {
    const question = this.#open.get(boot);
    if (question === undefined || !question.nonces.has(nonce)) return;
    if (isClean(remains, this.#plan.run)) this.#grade(question, "attested", "attested an empty fault table");
    else question.remains = remains;
  }

  tick(nowMs: number): void {
    for (const question of [...this.#open.values()]) {
      this.#judge(question, nowMs);
      if (!this.#open.has(question.agent.boot)) continue;
      const everyMs = question.remains === null ? ASK_EVERY_MS : ASK_AGAIN_MS;
      if (nowMs - question.askedMs >= everyMs) this.#ask(question, nowMs);
    }
  }

  #ask(question: OpenQuestion, nowMs: number): void {
    const { agent, nonces } = question;
    if (agent.link === null) return;
    const nonce = randomUUID();
    nonces.add(nonce);
    question.askedMs = nowMs;
    agent.send({ type: "drop", nonce });
    this.#onDrop(agent);
  }

  #judge(question: OpenQuestion, nowMs: number): void {
    const { agent, remains } = question;
    const sinceMs = nowMs - this.#startedMs;
    // An agent that answers with faults left is never inferred clean by the clock.
    const isSilent = remains === null && (agent.link === null || sinceMs >= ASK_EVERY_MS * 2);
    // A stopped process outlives the agent that ordered the stop: the keeper says when none is left.
    const isShut = struckServices(this.#plan).length === 0 || agent.isClearOutside;
    if (agent.endedEmpty && isShut) this.#grade(question, "attested", "attested an empty fault table when it ended");
    else if (agent.exited && isShut) this.#grade(question, "witnessed", `its process ${agent.pid} has ended`);
    else if (isSilent && isShut && !agent.exited && agent.grantsOver(nowMs))
      this.#grade(question, "inferred", "did not answer, and its last lease is over by the server's clock");
    else if (sinceMs >= GIVE_UP_MS) {
      const left =
        agent.exited && !isShut
          ? "its process has ended, and nobody saw that the processes it had struck go on"
          : remains === null
            ? "it did not answer"
            : `it still had ${spell(remains)}`;
      this.#grade(question, "unknown", `${left} ${GIVE_UP_MS / 1_000} s after the revert`);
    }
  }

  #grade({ agent }: OpenQuestion, grade: AuditGrade, detail: string): void {
    this.#open.delete(agent.boot);
    this.#onGrade(agent.boot, grade, detail);
  }
}
