/** Who the agents are: their hellos held against their credentials, the edges that each is to serve, and what is shown of them. */
import { randomUUID } from "node:crypto";
import { CLOSED, CONTRACT_VERSION, LEASE_MS } from "../../agent/contract/index.ts";
import type { Mesh } from "../../experiments/model/mesh.ts";
import type { Boot, EdgeId, FaultId, Instance, ServiceName } from "../../experiments/model/names.ts";
import type { AgentRef } from "../../experiments/model/run/event.ts";
import type { Binding } from "../security/roles.ts";
import { Agent, type AgentSocket, type Hello, type Identity } from "./agent.ts";
import type { Books } from "./books.ts";
import { edgesFor, edgesLost } from "./edges.ts";
import { markOf, type ProcessMark } from "./processes.ts";

/** The first message, as far as the version of its agent lets it be understood. */
export type AnyHello = Hello | (Pick<Hello, "v" | "version" | "instance" | "boot" | "pid"> & ForeignTable);
interface ForeignTable {
  readonly type: "hello";
  readonly table: { readonly ids: readonly FaultId[] };
}
const isOurs = (hello: AnyHello): hello is Hello => hello.v === CONTRACT_VERSION;

/** One agent as others see it. */
export interface InstanceView {
  readonly instance: Instance;
  readonly boot: Boot;
  /** null: it stands for every caller of the edges that it serves. */
  readonly service: ServiceName | null;
  readonly labels: Readonly<Record<string, string>>;
  /** What it serves by the mesh's will. */
  readonly edges: readonly EdgeId[];
  /** Where each of them listens. */
  readonly listens: readonly { readonly id: EdgeId; readonly listen: string }[];
  /** What it was given and cannot serve. */
  readonly failed: readonly { readonly id: EdgeId; readonly why: string }[];
  readonly version: string;
  /** Of the contract that it speaks; another than this server's gets no faults. */
  readonly contract: number;
  readonly pid: number;
  readonly connected: boolean;
  /** An order can be based on its last pulse. */
  readonly ready: boolean;
  readonly exited: boolean;
  /** Faults that are live in it. */
  readonly live: readonly FaultId[];
  /** null: none came over this connection. */
  readonly lastPulseAgoMs: number | null;
}

/** An agent that some earlier server knew: its process, as the database has it. */
export interface KnownBoot {
  readonly boot: Boot;
  readonly instance: Instance;
  readonly mark: ProcessMark;
}

export interface RosterConfig {
  readonly mesh: Mesh | null;
  readonly onBoot: (agent: Agent) => void;
  readonly onExit: (agent: Agent) => void;
  readonly markOf?: typeof markOf;
}
const NOBODY: ProcessMark = { pid: 0, started: null, machineBoot: null };

export class Roster {
  readonly #books: Books;
  readonly #config: RosterConfig;
  #mesh: Mesh | null;
  readonly #bindings = new Map<Boot, Binding>();

  constructor(books: Books, config: RosterConfig) {
    this.#books = books;
    this.#config = config;
    this.#mesh = config.mesh;
  }

  /** The agent of a hello, welcomed; null: it was refused, and the socket closed. */
  admit(socket: AgentSocket, hello: AnyHello, binding: Binding): { agent: Agent; session: string } | null {
    const identity = this.#identify(hello, binding);
    const known = this.#books.agents.get(hello.boot);
    const problem = misfit(hello, binding) ?? clash(identity, known);
    if (problem !== null) {
      this.#books.log.warn("an agent was refused", { instance: hello.instance, problem });
      socket.close(CLOSED.impostor, problem);
      return null;
    }
    const agent = known ?? new Agent(identity, this.#books.clock.nowMs());
    const wasUnheard = agent.neverHeard;
    agent.identity = identity;
    this.#books.agents.set(agent.boot, agent);
    this.#bindings.set(agent.boot, binding);
    const session = randomUUID();
    agent.close(CLOSED.replaced, "another connection of the same process took over");
    // Whatever was taken for its end was not.
    agent.exited = false;
    agent.welcome({ socket, session }, hello.table.ids.length, this.#books.clock.nowMs());
    this.#welcome(agent, session);
    if (known === undefined || wasUnheard) this.#config.onBoot(agent);
    if (isOurs(hello) && hello.predecessor !== null) this.#succeed(agent, hello.predecessor.boot);
    return { agent, session };
  }
  #identify(hello: AnyHello, binding: Binding): Identity {
    const { boot, instance, version, pid, v: contract } = hello;
    const ours = isOurs(hello) ? hello : null;
    const mark = (this.#config.markOf ?? markOf)(pid, ours?.process ?? null);
    return {
      ...{ boot, instance, version, pid, contract, mark },
      service: binding.service ?? ours?.service ?? null,
      labels: ours?.labels ?? {},
      offers: ours?.offers ?? [],
    };
  }
  /** Without a mesh, and to another version, nothing is said of edges: what it serves, it goes on serving. */
  #welcome(agent: Agent, session: string): void {
    const edges = this.#mesh === null || agent.isForeign ? null : this.#edgesFor(this.#mesh, agent);
    agent.assign(edges ?? agent.assigned);
    agent.say({ type: "welcome", session, epoch: this.#books.epoch, leaseMs: LEASE_MS, edges });
  }
  #edgesFor(mesh: Mesh, { boot, service }: Agent) {
    return edgesFor(mesh, service, this.#bindings.get(boot)!);
  }
  /** The process before this one was seen to have ended, by who took its place. */
  #succeed({ instance, service, boot }: Agent, before: Boot): void {
    const predecessor = this.#books.agents.get(before);
    if (predecessor === undefined || before === boot || predecessor.link !== null) return;
    if (predecessor.instance === instance && predecessor.service === service) this.#config.onExit(predecessor);
  }

  /**
   * Every agent is told what it serves from here on, if that is something else. `onLost`: faults on these edges of this
   * agent are gone, or will be in a moment.
   */
  setMesh(mesh: Mesh, onLost: (agent: Agent, edges: ReadonlySet<EdgeId>) => void): void {
    this.#mesh = mesh;
    for (const agent of this.#books.agents.values()) {
      if (agent.link === null || agent.isForeign) continue;
      const before = agent.assigned;
      const edges = this.#edgesFor(mesh, agent);
      if (JSON.stringify(before) === JSON.stringify(edges)) continue;
      agent.assign(edges);
      this.#books.changed();
      const lost = edgesLost(before, edges);
      if (lost.size > 0) onLost(agent, lost);
      agent.say({ type: "edges", session: agent.link.session, edges });
    }
  }

  /** An agent that a journal names and that has not come yet: whoever led before may have granted it faults until now. */
  expect({ boot, instance }: AgentRef, mark: ProcessMark = NOBODY): void {
    if (this.#books.agents.has(boot)) return;
    const never = { contract: 0, version: "", service: null, labels: {}, offers: [] };
    const nowMs = this.#books.clock.nowMs();
    const agent = new Agent({ boot, instance, pid: mark.pid, mark, ...never }, nowMs);
    agent.grantedBefore(nowMs);
    this.#books.agents.set(boot, agent);
  }

  forget(boot: Boot): void {
    this.#books.agents.delete(boot);
    this.#bindings.delete(boot);
  }

  view(agent: Agent): InstanceView {
    const nowMs = this.#books.clock.nowMs();
    const { instance, boot, service, pulse, exited, serving } = agent;
    const { labels, version, contract, pid } = agent.identity;
    const edges = agent.edges;
    return {
      ...{ instance, boot, service, labels, edges, version, contract, pid, exited },
      listens: serving.edges.filter(({ id }) => edges.includes(id)),
      failed: serving.failed,
      connected: agent.link !== null,
      ready: agent.isReady(nowMs) && !agent.isForeign,
      live: agent.live(),
      lastPulseAgoMs: pulse === null ? null : Math.round(nowMs - pulse.atMs),
    };
  }
}

/** Why a credential does not go with what the agent says of itself, or null. */
const misfit = (hello: AnyHello, binding: Binding): string | null => {
  const service = isOurs(hello) ? hello.service : null;
  if (binding.instance !== null && binding.instance !== hello.instance)
    return `its credential is that of the instance ${binding.instance}, not of ${hello.instance}`;
  if (binding.service !== null && service !== null && binding.service !== service)
    return `its credential is for the service ${binding.service}, not for ${service}`;
  return null;
};
/** A boot names one process: nobody else may answer for what it holds. */
const clash = ({ instance, service }: Identity, known: Agent | undefined): string | null => {
  if (known === undefined) return null;
  const isSame = known.instance === instance && (known.neverHeard || known.service === service);
  return isSame ? null : `its boot is that of the instance ${known.instance}, which is another agent`;
};
