/** Connects and disconnects of agents, logged once each. `agent-state.ts` decides if an agent is missing. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { RateLimitedLog } from "../rate-limited-log.ts";
import type { Agent } from "./agent.ts";

/** Lines of a flapping connection that are logged at once; the rest is summed up once a minute. */
const BURST = 6;
/** Most lines a minute of all agents of a credential: a credential can bring a thousand invented names. */
const MAX_LINES_OF_CREDENTIAL = 200;
const MINUTE_MS = 60_000;
/** RFC 6455, 7.4.1: close code of an agent that ends on purpose. */
const NORMAL_CLOSURE = 1000;

/** The end of a connection. */
export interface ConnectionClose {
  /** Close code of RFC 6455 or of the contract; 1006: the connection was cut. */
  readonly code: number;
  readonly why: string;
}
export const ABNORMAL_CLOSE: ConnectionClose = { code: 1006, why: "" };
export const isCleanClose = ({ code }: ConnectionClose): boolean => code === NORMAL_CLOSURE;

const fieldsOf = ({ instance, service, boot }: Agent) => ({
  ...{ agent: instance, ...(service === null ? {} : { service }), boot },
});

export class ConnectionLog {
  readonly #clock: Clock;
  readonly #sparse: RateLimitedLog;
  readonly #spent = new Map<string, number>();
  #minute = 0;

  constructor({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#clock = clock;
    this.#sparse = new RateLimitedLog(log, clock, BURST);
  }
  close(): void {
    this.#sparse.close();
  }

  /**
   * Notes an agent's hello, logged once the agent is ready: a mere hello makes no agent. `awayMs` null: a new agent.
   */
  arrived(agent: Agent, awayMs: number | null): void {
    agent.arrival = { awayMs };
    // An agent of another version never gets ready.
    if (agent.isForeign) this.ready(agent);
  }
  ready(agent: Agent): void {
    const { arrival, identity } = agent;
    if (arrival === null) return;
    agent.arrival = null;
    agent.isPresent = true;
    const { version, contract } = identity;
    const fields = { version, ...(agent.isForeign ? { contract } : {}) };
    if (arrival.awayMs === null) this.#tell(agent, "info", "an agent joined", fields);
    else this.#tell(agent, "info", "an agent came back", { ...fields, awayMs: Math.round(arrival.awayMs) });
  }
  /** Notes that a silent agent was heard. Call before `heardMs` is updated. */
  heard(agent: Agent): void {
    if (!agent.isSilent) return;
    agent.isSilent = false;
    const silentMs = Math.round(this.#clock.nowMs() - agent.heardMs);
    this.#tell(agent, "info", "an agent came back", { because: "it was silent", silentMs });
  }
  /** Notes that the agent was silent for a lease while the connection stands. */
  silent(agent: Agent): void {
    if (agent.isSilent || !agent.isPresent) return;
    agent.isSilent = true;
    const silentMs = Math.round(this.#clock.nowMs() - agent.heardMs);
    this.#tell(agent, "warn", "an agent fell silent", { silentMs });
  }
  closed(agent: Agent, closing: ConnectionClose): void {
    agent.arrival = null;
    agent.isSilent = false;
    if (!agent.isPresent) return;
    agent.isPresent = false;
    const { code, why } = closing;
    if (isCleanClose(closing)) this.#tell(agent, "info", "an agent left", { because: why });
    else
      this.#tell(agent, "warn", "an agent's connection closed", {
        ...{ because: why === "" ? "it was cut, without a goodbye" : why, code },
      });
  }

  #tell(agent: Agent, level: "info" | "warn", message: string, fields: Readonly<Record<string, unknown>>): void {
    this.#sparse.write(this.#about(agent), { level, message, fields: { ...fieldsOf(agent), ...fields } });
  }
  #about({ instance, credential }: Agent): string {
    const minute = Math.floor(this.#clock.nowMs() / MINUTE_MS);
    if (minute !== this.#minute) this.#spent.clear();
    this.#minute = minute;
    const spent = this.#spent.get(credential) ?? 0;
    this.#spent.set(credential, spent + 1);
    return spent < MAX_LINES_OF_CREDENTIAL ? `agent ${instance}` : `credential ${credential}`;
  }
}
