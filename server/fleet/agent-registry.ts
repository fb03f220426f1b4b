/** The registry of agents: their hellos held against their credentials, the edges that each is to serve, and what is shown of them. */
import { randomUUID } from "node:crypto";
import { CLOSED, CONTRACT_MINOR, CONTRACT_VERSION, LEASE_MS } from "../../agent/contract/index.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Boot, EdgeId, FaultId, Instance, ServiceName } from "../../experiments/model/names.ts";
import type { AgentRef } from "../../experiments/model/run/event.ts";
import { Agent, type AgentIdentity, type AgentSocket, type Hello } from "./agent.ts";
import { type AgentState, instanceState } from "./agent-state.ts";
import { type BootOwner, BootOwners, type CredentialHolder, maxBoots } from "./boot-owners.ts";
import { edgesFor, edgesLost } from "./edges.ts";
import type { FleetState } from "./fleet-state.ts";
import { type ProcessMark, processMarkOf } from "./process-mark.ts";

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
  /** `left` also for a process whose instance has a newer or better process. */
  readonly state: AgentState;
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

export interface AgentRegistryConfig {
  readonly mesh: Mesh | null;
  /** Names the database of this server to agents; null: it is not told. */
  readonly cluster: string | null;
  /** Records the credential of a boot. The agent is given no fault before the record is durable. */
  readonly onBoot: (agent: Agent, hold: BootOwner) => Promise<void> | void;
  /** The record is durable: an agent that has pulsed can be given orders. */
  readonly onRecorded: (agent: Agent) => void;
  /** Boots that are no longer on record. */
  readonly onForgotten: (boots: readonly Boot[]) => void;
  /** What earlier servers wrote down. */
  readonly known: readonly BootOwner[];
  readonly onExit: (agent: Agent) => void;
  readonly markOf?: typeof processMarkOf;
}
const NO_PROCESS: ProcessMark = { pid: 0, started: null, machineBoot: null };
/** So long a boot is kept for a credential that brings ever new ones, unless it is known to have ended. */
const MIN_KEEP_MS = 60_000;

export class AgentRegistry {
  readonly #state: FleetState;
  readonly #config: AgentRegistryConfig;
  #mesh: Mesh | null;
  readonly #owners: BootOwners;
  /** Agents by the name that they go by. */
  readonly #byInstance = new Map<Instance, Set<Agent>>();
  readonly #recording = new Set<Agent>();
  readonly #beganMs: number;

  constructor(state: FleetState, config: AgentRegistryConfig) {
    this.#state = state;
    this.#config = config;
    this.#mesh = config.mesh;
    this.#owners = new BootOwners(config.known);
    this.#beganMs = state.clock.nowMs();
    // Whom the server before this one knew, and who does not come, is missing here too. Of an instance its newest process.
    const newest = new Map(config.known.map((hold) => [hold.instance, hold]));
    for (const hold of newest.values()) if (this.#hasValidCredential(hold)) this.expect(hold);
  }
  #hasValidCredential(hold: Pick<BootOwner, "credential" | "expiresMs">): boolean {
    return this.#owners.isValid(hold, this.#state.clock.wallMs());
  }

  /** The agent of a hello, welcomed; null: it was refused, and the socket closed. */
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
    // Whatever was taken for its end was not.
    agent.exited = false;
    agent.left = false;
    agent.isForgotten = false;
    agent.attach({ socket, session, holder }, hello.table.ids.length, this.#state.clock.nowMs());
    if (hold?.credential !== holder.credential) agent.isRecorded = false;
    this.#owners.set(bootOwnerOf(agent, holder));
    this.#welcome(agent, session, holder);
    this.record(agent);
    if (isOurs(hello) && hello.predecessor !== null) this.#witnessPredecessorExit(agent, hello.predecessor.boot);
    return { agent, session };
  }
  /** Why this credential may not speak for that boot, or go by that name; null: it may. */
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
  /** It is connected, or a run expects it and it may still hold a fault. */
  #inUse(agent: Agent): boolean {
    if (agent.link !== null) return true;
    return !agent.exited && !agent.grantsOver(this.#state.clock.nowMs()) && this.#state.isInRun(agent.boot);
  }
  /** The oldest boots of a credential that brings ever new ones are forgotten; why it may bring no more, or null. */
  #makeRoom({ boot }: AgentIdentity, holder: CredentialHolder): string | null {
    const { credential } = holder;
    const most = maxBoots(holder);
    if (this.#owners.get(boot)?.credential === credential || this.#owners.count(credential) < most) return null;
    const oldest = this.#owners.bootsOf(credential).find((each) => this.#isEvictable(each));
    if (oldest === undefined) return `its credential has ${most} agents already, which is the most of one`;
    this.forget([oldest]);
    return null;
  }
  #isEvictable(boot: Boot): boolean {
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
  /** How long an agent of this name was away, ms; 0: it still is connected; null: none was known. */
  awayMs({ boot, instance }: Pick<Hello, "boot" | "instance">): number | null {
    const known = [...(this.#byInstance.get(instance) ?? [])];
    if (known.some(({ link }) => link !== null)) return 0;
    if (known.length > 0) return this.#state.clock.nowMs() - Math.max(...known.map(({ heardMs }) => heardMs));
    return this.#owners.get(boot) === undefined ? null : 0;
  }
  hasBootsOf(credential: string): boolean {
    return this.#owners.count(credential) > 0;
  }
  /** A credential ended: its connections are closed, and its rightful successor may take its boots over. */
  revoke(credential: string): void {
    const boots = this.#owners.bootsOf(credential);
    this.#owners.revoke(credential);
    for (const boot of boots) this.#state.agents.get(boot)?.close(CLOSED.impostor, "its token was revoked");
  }
  isCredentialValid({ holder }: NonNullable<Agent["link"]>): boolean {
    return this.#owners.isValid(holder, this.#state.clock.wallMs());
  }
  #identify(hello: AnyHello, { service }: CredentialHolder): AgentIdentity {
    const { boot, instance, version, pid, v: contract } = hello;
    const ours = isOurs(hello) ? hello : null;
    const mark = (this.#config.markOf ?? processMarkOf)(pid, ours?.process ?? null);
    return {
      ...{ boot, instance, version, pid, contract, mark },
      service: service ?? ours?.service ?? null,
      labels: ours?.labels ?? {},
      offers: ours?.offers ?? [],
      knows: ours?.knows ?? [],
    };
  }
  /** Without a mesh, and to another version, nothing is said of edges: what it serves, it goes on serving. */
  #welcome(agent: Agent, session: string, holder: CredentialHolder): void {
    const edges = this.#mesh === null || agent.isForeign ? null : edgesFor(this.#mesh, agent.service, holder);
    agent.assign(edges ?? agent.assigned);
    const { cluster } = this.#config;
    const who = { session, epoch: this.#state.epoch, ...(cluster === null ? {} : { cluster }) };
    agent.send({ type: "welcome", ...who, leaseMs: LEASE_MS, edges, minor: CONTRACT_MINOR });
  }
  /** The process before this one was seen to have ended, by who took its place. */
  #witnessPredecessorExit({ instance, service, boot, link }: Agent, before: Boot): void {
    const predecessor = this.#state.agents.get(before);
    const hold = this.#owners.get(before);
    if (predecessor === undefined || hold === undefined || before === boot || predecessor.link !== null) return;
    const { credential } = link!.holder;
    if (this.#owners.mayClaim(hold, { credential, instance, service }, this.#state.clock.wallMs()))
      this.#config.onExit(predecessor);
  }

  /**
   * Every agent is told what it serves from here on, if that is something else. `onLost`: faults on these edges of this
   * agent are gone, or will be in a moment.
   */
  setMesh(mesh: Mesh, onLost: (agent: Agent, edges: ReadonlySet<EdgeId>) => void): void {
    this.#mesh = mesh;
    for (const agent of this.#state.agents.values()) {
      if (agent.link === null || agent.isForeign) continue;
      const before = agent.assigned;
      const edges = edgesFor(mesh, agent.service, agent.link.holder);
      if (JSON.stringify(before) === JSON.stringify(edges)) continue;
      agent.assign(edges);
      this.#state.invalidate();
      const lost = edgesLost(before, edges);
      if (lost.size > 0) onLost(agent, lost);
      agent.send({ type: "edges", session: agent.link.session, edges });
    }
  }

  /** An agent that a journal or a record names and that has not come yet: whoever led before may have granted it faults until now. */
  expect({ boot, instance }: AgentRef, mark: ProcessMark = NO_PROCESS): void {
    const known = this.#state.agents.get(boot);
    if (known?.neverHeard && mark !== NO_PROCESS) known.identity = { ...known.identity, pid: mark.pid, mark };
    if (known !== undefined) return;
    const service = this.#owners.get(boot)?.service ?? null;
    const never = { contract: 0, version: "", service, labels: {}, offers: [], knows: [] };
    const nowMs = this.#state.clock.nowMs();
    const agent = new Agent({ boot, instance, pid: mark.pid, mark, ...never }, nowMs);
    agent.grantedBefore(nowMs);
    this.#add(agent);
  }

  forget(boots: readonly Boot[]): void {
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
  /** Every instance once, but those that left. `silentMs`: since it was heard of. */
  instanceStates(): { readonly state: Exclude<AgentState, "left">; readonly silentMs: number }[] {
    const nowMs = this.#state.clock.nowMs();
    return [...this.#byInstance.keys()].flatMap((instance) => {
      const { agent, state } = this.#instanceStateOf(instance);
      return state === "left" ? [] : [{ state, silentMs: nowMs - agent.heardMs }];
    });
  }
  /** Nobody misses this instance any more. */
  retire(instance: Instance): "retired" | "unknown" | "connected" {
    const processes = [...(this.#byInstance.get(instance) ?? [])];
    if (processes.length === 0) return "unknown";
    if (processes.some(({ link }) => link !== null)) return "connected";
    this.markDeparted(instance);
    return "retired";
  }
  /** Its processes that are not connected will not come back. */
  markDeparted(instance: Instance): void {
    for (const agent of this.#byInstance.get(instance) ?? []) if (agent.link === null) agent.left = true;
    this.forgetDeparted();
  }
  /** Agents that left are deleted from the record once no run asks for it, with all before it: a later server must not miss it. */
  forgetDeparted(): void {
    const departed = [...this.#state.agents.values()].filter(
      ({ left, link, boot, isForgotten }) => left && link === null && !isForgotten && !this.#state.isInRun(boot),
    );
    if (departed.length === 0) return;
    for (const agent of departed) {
      agent.isForgotten = true;
      agent.isRecorded = false;
    }
    const isUnseen = (boot: Boot) => !this.#state.agents.has(boot) && !this.#state.isInRun(boot);
    const before = departed.flatMap(({ instance }) => this.#owners.bootsOfInstance(instance).filter(isUnseen));
    this.forget(before);
    this.#config.onForgotten(departed.map(({ boot }) => boot));
  }

  /** Boots on record that never came to this server and that no run asks for. */
  unseenBoots(): Boot[] {
    return [...this.#owners.boots()].filter((boot) => !this.#state.agents.has(boot) && !this.#state.isInRun(boot));
  }

  view(agent: Agent): InstanceView {
    const nowMs = this.#state.clock.nowMs();
    const { instance, boot, service, pulse, exited, serving } = agent;
    const { labels, version, contract, pid } = agent.identity;
    const edges = agent.edges;
    return {
      ...{ instance, boot, service, labels, edges, version, contract, pid, exited },
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

/** Why a credential does not go with what the agent says of itself, or null. */
const credentialMismatch = (hello: AnyHello, holder: CredentialHolder): string | null => {
  const service = isOurs(hello) ? hello.service : null;
  if (holder.instance !== null && holder.instance !== hello.instance)
    return `its credential is that of the instance ${holder.instance}, not of ${hello.instance}`;
  if (holder.service !== null && service !== null && holder.service !== service)
    return `its credential is for the service ${holder.service}, not for ${service}`;
  return null;
};
