/** Admission rules beside an experiment's own file: caps, policies, freezes, and other systems that are asked. */
import type { Issue } from "../../../experiments/model/document/issue.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import type { Plan } from "../../../experiments/model/plan/plan.ts";
import { type ActiveFreeze, frozenAt, isFrozen, judgePolicies } from "../../../experiments/model/policy/judge.ts";
import { ApiError } from "../../errors.ts";
import type { Principal } from "../../security/roles.ts";
import { capViolation } from "../caps.ts";
import type { RunsConfig } from "../config.ts";

/** Subject of admission rules: the parts of a run that the rules inspect. */
export interface AdmissionSubject {
  readonly plan: Plan;
  readonly mesh: Mesh;
  readonly by: Principal;
}
type RuleViolation = { readonly because: "freeze" | "policy"; readonly reason: string };

const spellFreeze = ({ policy, reason, untilMs }: ActiveFreeze): string =>
  `Policy ${policy} freezes this until ${new Date(untilMs).toISOString()}: ${reason}`;

export class AdmissionRules {
  readonly #config: Pick<RunsConfig, "clock" | "caps" | "policies" | "preflight">;

  constructor(config: Pick<RunsConfig, "clock" | "caps" | "policies" | "preflight">) {
    this.#config = config;
  }

  async #freezes(subject: AdmissionSubject): Promise<readonly ActiveFreeze[]> {
    const { policies, clock } = this.#config;
    if (policies === undefined) return [];
    return frozenAt(await policies(), clock.wallMs()).filter((frozen) => isFrozen(frozen, subject));
  }
  /** Lists every objection to a start at this moment, without asking other systems. */
  async listIssues(subject: AdmissionSubject): Promise<readonly Issue[]> {
    const { caps = {}, policies, clock } = this.#config;
    const cap = capViolation(subject.plan, caps);
    const judged = policies === undefined ? [] : judgePolicies(await policies(), { ...subject, atMs: clock.wallMs() });
    return [...(cap === null ? [] : [{ path: [], message: cap }]), ...judged];
  }
  /** Checks all rules. `recorded`: the plan free of secrets, for other systems. Throws ApiError. */
  async check(subject: AdmissionSubject, recorded: Plan): Promise<void> {
    const [first, ...more] = await this.listIssues(subject);
    if (first !== undefined) {
      const rest = more.length > 0 ? ` (and ${more.length} more)` : "";
      throw new ApiError("policy-refused", `${first.message}${rest}`, [first, ...more]);
    }
    const answer = await this.#config.preflight?.(recorded, subject.by);
    if (answer === undefined || answer.allowed) return;
    throw new ApiError("preflight-refused", `the webhook ${answer.webhook} refused this start: ${answer.reason}`);
  }
  /**
   * Reason why an admitted run must end after all; null: none. `waits`: the run has not begun, so that policies bind it
   * too.
   */
  async findViolation(subject: AdmissionSubject, waits: boolean): Promise<RuleViolation | null> {
    if (this.#config.policies === undefined) return null;
    const [frozen] = await this.#freezes(subject);
    if (frozen !== undefined) return { because: "freeze", reason: spellFreeze(frozen) };
    const [issue] = waits ? await this.listIssues(subject) : [];
    return issue === undefined ? null : { because: "policy", reason: issue.message };
  }
}
