/**
 * Agent registry: checks each hello against the connection's credential, assigns edges to each agent, and builds the
 * agents' public views.
 */
import { randomUUID } from "node:crypto";
import {
  CLOSED,
  CONTRACT_MINOR,
  CONTRACT_VERSION,
  type ForeignHello,
  LEASE_MS,
  type TransportReport,
} from "../../agent/contract/index.ts";
import { clockOffsetMs, machineClockOf } from "../../agent/contract/machine-clock.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { AgentBoot, EdgeId, FaultId, Instance, ServiceName } from "../../experiments/model/names.ts";
import type { AgentRef } from "../../experiments/model/plan/agents.ts";
import { bootId, timeNamespace } from "../keeper/processes.ts";
import type { PlacedOffer } from "../meshes/meshes.ts";
import { OWN_TOKEN } from "../security/roles.ts";
import { Agent, type AgentIdentity, type AgentSocket, type Hello } from "./agent.ts";
import { type AgentState, instanceState } from "./agent-state.ts";
import { type BootOwner, BootOwners, type CredentialHolder, maxBoots } from "./boot-owners.ts";
import { edgesFor, edgesLost } from "./edges.ts";
import type { FleetState } from "./fleet-state.ts";
import { type ProcessMark, processMarkOf } from "./process-mark.ts";

/** First message of an agent, typed as far as the agent's contract version can be understood. */
export type AnyHello = Hello | ForeignHello;
const isOurs = (hello: AnyHello): hello is Hello => hello.v === CONTRACT_VERSION;

/** View of an agent, as the API shows agents. */
export interface InstanceView {
  readonly instance: Instance;
  readonly boot: AgentBoot;
  /** null: the agent serves every caller of the assigned edges. */
  readonly service: ServiceName | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Edges assigned by the mesh that the agent serves. */
  readonly edges: readonly EdgeId[];
  /** Listen address of each served edge. */
  readonly listens: readonly { readonly id: EdgeId; readonly listen: string }[];
  /** Assigned edges that the agent cannot serve. */
  readonly failed: readonly { readonly id: EdgeId; readonly why: string }[];
  readonly version: string;
  /** Transport tier that carries the edges, with the reason where it is not the fastest; null: not reported. */
  readonly transport: TransportReport | null;
  /** Contract version that the agent speaks. An agent with another version than this server's gets no faults. */
  readonly contract: number;
  readonly pid: number;
  readonly connected: boolean;
  /** The agent's last pulse is recent enough to base an order on. */
  readonly ready: boolean;
  readonly exited: boolean;
  /** `left` also for a process whose instance has a newer or better process. */
  readonly state: AgentState;
  /** Services whose processes the agent can strike. */
  readonly processes: readonly ServiceName[];
  /** The kernel redirects connections to the agent. */
  readonly intercepts: boolean;
  /** Faults that are live in the agent. */
  readonly live: readonly FaultId[];
  /** null: no pulse came over this connection. */
  readonly lastPulseAgoMs: number | null;
}

/** State of an instance that has not left. */
export interface InstanceStanding {
  readonly state: Exclude<AgentState, "left">;
  /** Time since the instance was last heard. */
  readonly silentMs: number;
  /** Transport tier; null: not reported. */
  readonly tier: string | null;
}

/** Agent process known to an earlier server, as recorded in the database. */
export interface KnownBoot {
  readonly boot: AgentBoot;
  readonly instance: Instance;
  readonly mark: ProcessMark;
}

export interface AgentRegistryConfig {
  readonly mesh: Mesh | null;
  /** Identity of this server's database, announced to agents; null: not announced. */
  readonly cluster: string | null;
  /** Records the credential of a boot. The agent is given no fault before the record is durable. */
  readonly onBoot: (agent: Agent, hold: BootOwner) => Promise<void> | void;
  /** Called once the record is durable: an agent that has pulsed can then be given orders. */
  readonly onRecorded: (agent: Agent) => void;
  /** Called with boots that are no longer on record. */
  readonly onForgotten: (boots: readonly AgentBoot[]) => void;
  /** Boot owners recorded by earlier servers. */
  readonly known: readonly BootOwner[];
  readonly onExit: (agent: Agent) => void;
  readonly markOf?: typeof processMarkOf;
}
const NO_PROCESS: ProcessMark = { pid: 0, started: null, machineBoot: null };
/**
 * Least time for which a boot is kept when the credential keeps bringing new boots, unless the process is known to have
 * ended.
 */
const MIN_KEEP_MS = 60_000;

export class AgentRegistry {
  readonly #state: FleetState;
  readonly #config: AgentRegistryConfig;
  #mesh: Mesh | null;
  readonly #owners: BootOwners;
  /** Agents by instance name. */
  readonly #byInstance = new Map<Instance, Set<Agent>>();
  readonly #recording = new Set<Agent>();
  readonly #beganMs: number;

  constructor(state: FleetState, config: AgentRegistryConfig) {
    this.#state = state;
    this.#config = config;
    this.#mesh = config.mesh;
    this.#owners = new BootOwners(config.known);
    this.#beganMs = state.clock.nowMs();
    // An agent that the previous server knew and that does not return is missing here too: expect the newest process of
    // each instance.
    const newest = new Map(config.known.map((hold) => [hold.instance, hold]));
    for (const hold of newest.values()) if (this.#hasValidCredential(hold)) this.expect(hold);
  }
  #hasValidCredential(hold: Pick<BootOwner, "credential" | "expiresMs">): boolean {
    return this.#owners.isValid(hold, this.#state.clock.wallMs());
  }

  /** Admits the agent of a hello and sends the welcome; null: the hello was refused, and the socket closed. */
  admit(socket: AgentSocket, hello: AnyHello, holder: CredentialHolder): { agent: Agent; session: string } | null {
    const identity = this.#identify(hello, holder);
    const problem =
      credentialMismatch(hello, holder) ?? this.#ownershipProblem(identity, holder) ?? this.#makeRoom(identity, holder);
    if (problem !== null) {
      socket.close(CLOSED.impostor, problem);
      return null;
    }
    const known = this.#state.agents.get(hello.boot);
    const hold = this.#owners.get(hello.boot);
    const agent = known ?? new Agent(identity, this.#state.clock.nowMs());
    if (known?.neverHeard) agent.isUnproven = hold === undefined;
    agent.identity = identity;
    this.#add(agent);
    const session = randomUUID();
    agent.close(CLOSED.replaced, "another connection of the same process took over");
    // Any earlier conclusion that this process had ended or left was wrong.
    agent.exited = false;
    agent.left = false;
    agent.isEnding = false;
    agent.endedEmpty = false;
    agent.isForgotten = false;
    agent.attach({ socket, session, holder }, hello.table.ids.length, this.#state.clock.nowMs());
    if (hold?.credential !== holder.credential) agent.isRecorded = false;
    this.#owners.set(bootOwnerOf(agent, holder));
    this.#welcome(agent, session, holder);
    this.record(agent);
    if (isOurs(hello) && hello.predecessor !== null) this.#witnessPredecessorExit(agent, hello.predecessor.boot);
    return { agent, session };
  }
  /** Reason why this credential may not speak for the boot or use the instance name; null: allowed. */
  #ownershipProblem({ boot, instance, service }: AgentIdentity, { credential }: CredentialHolder): string | null {
    const wallMs = this.#state.clock.wallMs();
    const known = this.#state.agents.get(boot);
    const hold = this.#owners.get(boot);
    const isOther = `its boot is that of the instance ${known?.instance ?? hold?.instance}, which is another agent`;
    if (known !== undefined && known.instance !== instance) return isOther;
    if (hold !== undefined && !this.#owners.mayClaim(hold, { credential, instance, service }, wallMs))
      return hold.credential === credential ? isOther : "its boot is that of another credential";
    for (const other of this.#byInstance.get(instance) ?? []) {
      const theirs = this.#owners.get(other.boot);
      if (other.boot === boot || theirs === undefined || theirs.credential === credential) continue;
      if (this.#inUse(other) && this.#owners.isValid(theirs, wallMs))
        return `${instance} is in use by another credential: take another --instance, or revoke token ${theirs.credential}`;
    }
    return null;
  }
  /** True while the agent is connected, or while a run expects the agent and a fault may still be held there. */
  #inUse(agent: Agent): boolean {
    if (agent.link !== null) return true;
    return !agent.exited && !agent.grantsOver(this.#state.clock.nowMs()) && this.#state.isInRun(agent.boot);
  }
  /**
   * Makes room for another boot of a credential: at the limit, forgets the oldest evictable boot. Returns the reason
   * why the credential may bring no more boots, or null.
   */
  #makeRoom({ boot }: AgentIdentity, holder: CredentialHolder): string | null {
    const { credential } = holder;
    const most = maxBoots(holder);
    if (this.#owners.get(boot)?.credential === credential || this.#owners.count(credential) < most) return null;
    const oldest = this.#owners.bootsOf(credential).find((each) => this.#isEvictable(each));
    if (oldest === undefined) return `its credential has ${most} agents already, which is the most of one`;
    this.forget([oldest]);
    return null;
  }
  #isEvictable(boot: AgentBoot): boolean {
    if (this.#state.isInRun(boot)) return false;
    const agent = this.#state.agents.get(boot);
    if (agent === undefined || agent.neverHeard) return true;
    return agent.link === null && (agent.exited || this.#state.clock.nowMs() - agent.heardMs > MIN_KEEP_MS);
  }
  #add(agent: Agent): void {
    this.#state.agents.set(agent.boot, agent);
    const beside = this.#byInstance.get(agent.instance);
    if (beside === undefined) this.#byInstance.set(agent.instance, new Set([agent]));
    else beside.add(agent);
  }
  /** Records the credential of a boot, once; a failed write is repeated with each pulse. An unproven boot is not recorded. */
  record(agent: Agent): void {
    if (agent.isRecorded || agent.isUnproven || agent.link === null || this.#recording.has(agent)) return;
    const { holder } = agent.link;
    const done = this.#config.onBoot(agent, bootOwnerOf(agent, holder));
    if (done === undefined) {
      agent.isRecorded = true;
      return;
    }
    this.#recording.add(agent);
    const settle = (isDone: boolean) => {
      this.#recording.delete(agent);
      if (agent.link?.holder.credential !== holder.credential) return;
      agent.isRecorded = isDone;
      if (isDone) this.#config.onRecorded(agent);
    };
    done.then(
      () => settle(true),
      () => settle(false),
    );
  }
  /** Milliseconds since the last agent of this name was heard; 0: still connected; null: no such agent was known. */
  awayMs({ boot, instance }: Pick<Hello, "boot" | "instance">): number | null {
    const known = [...(this.#byInstance.get(instance) ?? [])];
    if (known.some(({ link }) => link !== null)) return 0;
    if (known.length > 0) return this.#state.clock.nowMs() - Math.max(...known.map(({ heardMs }) => heardMs));
    return this.#owners.get(boot) === undefined ? null : 0;
  }
  hasBootsOf(credential: string): boolean {
    return this.#owners.count(credential) > 0;
  }
  /** Ends a credential: the connections are closed, and the rightful successor may take over the boots. */
  revoke(credential: string): void {
    const boots = this.#owners.bootsOf(credential);
    this.#owners.revoke(credential);
    for (const boot of boots) this.#state.agents.get(boot)?.close(CLOSED.impostor, "its token was revoked");
  }
  isCredentialValid({ holder }: NonNullable<Agent["link"]>): boolean {
    return this.#owners.isValid(holder, this.#state.clock.wallMs());
  }
  #identify(hello: AnyHello, { service, credential }: CredentialHolder): AgentIdentity {
    const { boot, instance, version, pid, v: contract } = hello;
    const ours = isOurs(hello) ? hello : null;
    const mark = (this.#config.markOf ?? processMarkOf)(pid, ours?.process ?? null);
    return {
      ...{ boot, instance, version, pid, contract, mark },
      clockOffsetMs: this.#offsetOf(ours?.clock),
      service: service ?? ours?.service ?? null,
      labels: ours?.labels ?? {},
      offers: ours === null ? [] : offersOf(ours),
      knows: ours?.knows ?? [],
      transport: ours?.transport ?? null,
      // Only the agent that the keeper of this server's own mesh started has a hand on processes.
      processes: credential === OWN_TOKEN ? (ours?.processes ?? []) : [],
    };
  }
  /** Server clock less agent clock, ms; null: unknown. Read at each hello, which is rare. */
  #offsetOf(theirs: Hello["clock"]): number | null {
    const zeroMs = this.#state.clock.zeroMs?.();
    return zeroMs === undefined ? null : clockOffsetMs(machineClockOf(bootId(), timeNamespace(), zeroMs), theirs);
  }
  /**
   * Without a mesh, and to an agent with another contract version, the welcome names no edges: the agent keeps serving
   * the present edges.
   */
  #welcome(agent: Agent, session: string, holder: CredentialHolder): void {
    const edges = this.#mesh === null || agent.isForeign ? null : edgesFor(this.#mesh, agent, holder);
    agent.assign(edges ?? agent.assigned);
    const { cluster } = this.#config;
    const who = { session, epoch: this.#state.epoch, ...(cluster === null ? {} : { cluster }) };
    agent.send({ type: "welcome", ...who, leaseMs: LEASE_MS, edges, minor: CONTRACT_MINOR });
  }
  /** Marks the predecessor process as ended, on the word of the successor. */
  #witnessPredecessorExit({ instance, service, boot, link }: Agent, before: AgentBoot): void {
    const predecessor = this.#state.agents.get(before);
    const hold = this.#owners.get(before);
    if (predecessor === undefined || hold === undefined || before === boot || predecessor.link !== null) return;
    const { credential } = link!.holder;
    if (this.#owners.mayClaim(hold, { credential, instance, service }, this.#state.clock.wallMs()))
      this.#config.onExit(predecessor);
  }

  /**
   * Sends each agent new edges if the assignment changed. `onLost`: faults on these edges of this agent are gone, or
   * will be in a moment.
   */
  setMesh(mesh: Mesh, onLost: (agent: Agent, edges: ReadonlySet<EdgeId>) => void): void {
    this.#mesh = mesh;
    for (const agent of this.#state.agents.values()) {
      if (agent.link === null || agent.isForeign) continue;
      const before = agent.assigned;
      const edges = edgesFor(mesh, agent, agent.link.holder);
      if (JSON.stringify(before) === JSON.stringify(edges)) continue;
      agent.assign(edges);
      this.#state.invalidate();
      const lost = edgesLost(before, edges, agent.followsEndpoints);
      if (lost.size > 0) onLost(agent, lost);
      agent.send({ type: "edges", session: agent.link.session, edges });
    }
  }

  /**
   * Adds an agent that a journal or a record names and that has not connected yet. The previous leader may have granted
   * the agent faults until now.
   */
  expect({ boot, instance }: AgentRef, mark: ProcessMark = NO_PROCESS): void {
    const known = this.#state.agents.get(boot);
    if (known?.neverHeard && mark !== NO_PROCESS) known.identity = { ...known.identity, pid: mark.pid, mark };
    if (known !== undefined) return;
    const service = this.#owners.get(boot)?.service ?? null;
    const never = {
      contract: 0,
      version: "",
      service,
      labels: {},
      offers: [],
      knows: [],
      transport: null,
      clockOffsetMs: null,
      processes: [],
    };
    const nowMs = this.#state.clock.nowMs();
    const agent = new Agent({ boot, instance, pid: mark.pid, mark, ...never }, nowMs);
    agent.grantedBefore(nowMs);
    this.#add(agent);
  }

  forget(boots: readonly AgentBoot[]): void {
    for (const boot of boots) {
      const agent = this.#state.agents.get(boot);
      this.#state.agents.delete(boot);
      this.#owners.delete(boot);
      if (agent === undefined) continue;
      const beside = this.#byInstance.get(agent.instance);
      beside?.delete(agent);
      if (beside?.size === 0) this.#byInstance.delete(agent.instance);
    }
    if (boots.length > 0) this.#config.onForgotten(boots);
  }
  #instanceStateOf(instance: Instance) {
    const moment = { nowMs: this.#state.clock.nowMs(), beganMs: this.#beganMs };
    return instanceState([...(this.#byInstance.get(instance) ?? [])], moment, (agent) => {
      const hold = this.#owners.get(agent.boot);
      return hold !== undefined && this.#hasValidCredential(hold);
    });
  }
  stateOf(agent: Agent): AgentState {
    const { agent: primary, state } = this.#instanceStateOf(agent.instance);
    return primary === agent ? state : "left";
  }
  /** State of every instance, without those that left. */
  instanceStates(): InstanceStanding[] {
    const nowMs = this.#state.clock.nowMs();
    return [...this.#byInstance.keys()].flatMap((instance) => {
      const { agent, state } = this.#instanceStateOf(instance);
      const tier = agent.identity.transport?.tier ?? null;
      return state === "left" ? [] : [{ state, silentMs: nowMs - agent.heardMs, tier }];
    });
  }
  /** Retires an instance: the absence no longer counts as missing. */
  retire(instance: Instance): "retired" | "unknown" | "connected" {
    const processes = [...(this.#byInstance.get(instance) ?? [])];
    if (processes.length === 0) return "unknown";
    if (processes.some(({ link }) => link !== null)) return "connected";
    this.markDeparted(instance);
    return "retired";
  }
  /** Marks the instance's processes that are not connected as gone for good. */
  markDeparted(instance: Instance): void {
    for (const agent of this.#byInstance.get(instance) ?? []) if (agent.link === null) agent.left = true;
    this.forgetDeparted();
  }
  /**
   * Deletes departed agents from the record once no run expects such an agent, with all earlier boots of the instance:
   * a later server must not report the instance as missing.
   */
  forgetDeparted(): void {
    const departed = [...this.#state.agents.values()].filter(
      ({ left, link, boot, isForgotten }) => left && link === null && !isForgotten && !this.#state.isInRun(boot),
    );
    if (departed.length === 0) return;
    for (const agent of departed) {
      agent.isForgotten = true;
      agent.isRecorded = false;
    }
    const isUnseen = (boot: AgentBoot) => !this.#state.agents.has(boot) && !this.#state.isInRun(boot);
    const before = departed.flatMap(({ instance }) => this.#owners.bootsOfInstance(instance).filter(isUnseen));
    this.forget(before);
    this.#config.onForgotten(departed.map(({ boot }) => boot));
  }

  /** Boots on record that never connected to this server and that no run expects. */
  unseenBoots(): AgentBoot[] {
    return [...this.#owners.boots()].filter((boot) => !this.#state.agents.has(boot) && !this.#state.isInRun(boot));
  }

  view(agent: Agent): InstanceView {
    const nowMs = this.#state.clock.nowMs();
    const { instance, boot, service, pulse, exited, serving, intercepts } = agent;
    const { labels, version, contract, pid, transport, processes } = agent.identity;
    const edges = agent.edges;
    return {
      ...{ instance, boot, service, labels, edges, version, contract, pid, exited, transport, processes },
      intercepts,
      listens: serving.edges.filter(({ id }) => edges.includes(id)),
      failed: serving.failed,
      connected: agent.link !== null,
      ready: agent.isReady(nowMs) && !agent.isForeign,
      state: this.stateOf(agent),
      live: agent.liveFaults(),
      lastPulseAgoMs: pulse === null ? null : Math.round(nowMs - pulse.atMs),
    };
  }
}

const bootOwnerOf = ({ boot, instance, service }: Agent, { credential, expiresMs }: CredentialHolder): BootOwner => ({
  ...{ boot, instance, service, credential, expiresMs },
});

const offersOf = ({ offers, calleeOffers = [] }: Hello): readonly PlacedOffer[] => [
  ...offers,
  ...calleeOffers.map((offer) => ({ ...offer, at: "callee" as const })),
];

/** Reason why a credential contradicts the agent's hello, or null. */
const credentialMismatch = (hello: AnyHello, holder: CredentialHolder): string | null => {
  const service = isOurs(hello) ? hello.service : null;
  if (holder.instance !== null && holder.instance !== hello.instance)
    return `its credential is that of the instance ${holder.instance}, not of ${hello.instance}`;
  if (holder.service !== null && service !== null && holder.service !== service)
    return `its credential is for the service ${holder.service}, not for ${service}`;
  return null;
};
