/** Who the agents are: their hellos held against their credentials, the edges that each is to serve, and what is shown of them. */
import { randomUUID } from "node:crypto";
import { CLOSED, CONTRACT_MINOR, CONTRACT_VERSION, LEASE_MS } from "../../agent/contract/index.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Boot, EdgeId, FaultId, Instance, ServiceName } from "../../experiments/model/names.ts";
import type { AgentRef } from "../../experiments/model/run/event.ts";
import { Agent, type AgentSocket, type Hello, type Identity } from "./agent.ts";
import { type AgentState, attendance } from "./attendance.ts";
import type { Books } from "./books.ts";
import { edgesFor, edgesLost } from "./edges.ts";
import { type Hold, type Holder, Holds, mostBoots } from "./holds.ts";
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

export interface RosterConfig {
  readonly mesh: Mesh | null;
  /** Names the database of this server to agents; null: it is not told. */
  readonly cluster: string | null;
  /** Records the credential of a boot. The agent is given no fault before the record is durable. */
  readonly onBoot: (agent: Agent, hold: Hold) => Promise<void> | void;
  /** The record is durable: an agent that has pulsed can be given orders. */
  readonly onRecorded: (agent: Agent) => void;
  /** Boots that are no longer on record. */
  readonly onForgotten: (boots: readonly Boot[]) => void;
  /** What earlier servers wrote down. */
  readonly known: readonly Hold[];
  readonly onExit: (agent: Agent) => void;
  readonly markOf?: typeof markOf;
}
const NOBODY: ProcessMark = { pid: 0, started: null, machineBoot: null };
/** So long a boot is kept for a credential that brings ever new ones, unless it is known to have ended. */
const KEPT_MS = 60_000;

export class Roster {
  readonly #books: Books;
  readonly #config: RosterConfig;
  #mesh: Mesh | null;
  readonly #holds: Holds;
  /** Agents by the name that they go by. */
  readonly #named = new Map<Instance, Set<Agent>>();
  readonly #recording = new Set<Agent>();
  readonly #beganMs: number;

  constructor(books: Books, config: RosterConfig) {
    this.#books = books;
    this.#config = config;
    this.#mesh = config.mesh;
    this.#holds = new Holds(config.known);
    this.#beganMs = books.clock.nowMs();
    // Whom the server before this one knew, and who does not come, is missing here too. Of an instance its newest process.
    const newest = new Map(config.known.map((hold) => [hold.instance, hold]));
    for (const hold of newest.values()) if (this.#isGoodHold(hold)) this.expect(hold);
  }
  #isGoodHold(hold: Pick<Hold, "credential" | "expiresMs">): boolean {
    return this.#holds.isGood(hold, this.#books.clock.wallMs());
  }

  /** The agent of a hello, welcomed; null: it was refused, and the socket closed. */
  admit(socket: AgentSocket, hello: AnyHello, holder: Holder): { agent: Agent; session: string } | null {
    const identity = this.#identify(hello, holder);
    const problem = misfit(hello, holder) ?? this.#problemOf(identity, holder) ?? this.#makeRoom(identity, holder);
    if (problem !== null) {
      socket.close(CLOSED.impostor, problem);
      return null;
    }
    const known = this.#books.agents.get(hello.boot);
    const hold = this.#holds.get(hello.boot);
    const agent = known ?? new Agent(identity, this.#books.clock.nowMs());
    if (known?.neverHeard) agent.isUnproven = hold === undefined;
    agent.identity = identity;
    this.#add(agent);
    const session = randomUUID();
    agent.close(CLOSED.replaced, "another connection of the same process took over");
    // Whatever was taken for its end was not.
    agent.exited = false;
    agent.left = false;
    agent.isStruck = false;
    agent.welcome({ socket, session, holder }, hello.table.ids.length, this.#books.clock.nowMs());
    if (hold?.credential !== holder.credential) agent.isRecorded = false;
    this.#holds.set(holdOf(agent, holder));
    this.#welcome(agent, session, holder);
    this.record(agent);
    if (isOurs(hello) && hello.predecessor !== null) this.#succeed(agent, hello.predecessor.boot);
    return { agent, session };
  }
  /** Why this credential may not speak for that boot, or go by that name; null: it may. */
  #problemOf({ boot, instance, service }: Identity, { credential }: Holder): string | null {
    const wallMs = this.#books.clock.wallMs();
    const known = this.#books.agents.get(boot);
    const hold = this.#holds.get(boot);
    const isOther = `its boot is that of the instance ${known?.instance ?? hold?.instance}, which is another agent`;
    if (known !== undefined && known.instance !== instance) return isOther;
    if (hold !== undefined && !this.#holds.maySpeak(hold, { credential, instance, service }, wallMs))
      return hold.credential === credential ? isOther : "its boot is that of another credential";
    for (const other of this.#named.get(instance) ?? []) {
      const theirs = this.#holds.get(other.boot);
      if (other.boot === boot || theirs === undefined || theirs.credential === credential) continue;
      if (this.#inUse(other) && this.#holds.isGood(theirs, wallMs))
        return `${instance} is in use by another credential: take another --instance, or revoke token ${theirs.credential}`;
    }
    return null;
  }
  /** It is connected, or a run expects it and it may still hold a fault. */
  #inUse(agent: Agent): boolean {
    if (agent.link !== null) return true;
    return !agent.exited && !agent.grantsOver(this.#books.clock.nowMs()) && this.#books.isWanted(agent.boot);
  }
  /** The oldest boots of a credential that brings ever new ones are forgotten; why it may bring no more, or null. */
  #makeRoom({ boot }: Identity, holder: Holder): string | null {
    const { credential } = holder;
    const most = mostBoots(holder);
    if (this.#holds.get(boot)?.credential === credential || this.#holds.count(credential) < most) return null;
    const oldest = this.#holds.bootsOf(credential).find((each) => this.#isDispensable(each));
    if (oldest === undefined) return `its credential has ${most} agents already, which is the most of one`;
    this.forget([oldest]);
    return null;
  }
  #isDispensable(boot: Boot): boolean {
    if (this.#books.isWanted(boot)) return false;
    const agent = this.#books.agents.get(boot);
    if (agent === undefined || agent.neverHeard) return true;
    return agent.link === null && (agent.exited || this.#books.clock.nowMs() - agent.heardMs > KEPT_MS);
  }
  #add(agent: Agent): void {
    this.#books.agents.set(agent.boot, agent);
    const beside = this.#named.get(agent.instance);
    if (beside === undefined) this.#named.set(agent.instance, new Set([agent]));
    else beside.add(agent);
  }
  /** Records the credential of a boot, once; a failed write is repeated with each pulse. An unproven boot is not recorded. */
  record(agent: Agent): void {
    if (agent.isRecorded || agent.isUnproven || agent.link === null || this.#recording.has(agent)) return;
    const { holder } = agent.link;
    const done = this.#config.onBoot(agent, holdOf(agent, holder));
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
    const known = [...(this.#named.get(instance) ?? [])];
    if (known.some(({ link }) => link !== null)) return 0;
    if (known.length > 0) return this.#books.clock.nowMs() - Math.max(...known.map(({ heardMs }) => heardMs));
    return this.#holds.get(boot) === undefined ? null : 0;
  }
  hasBootsOf(credential: string): boolean {
    return this.#holds.count(credential) > 0;
  }
  /** A credential ended: its connections are closed, and its rightful successor may take its boots over. */
  revoke(credential: string): void {
    const boots = this.#holds.bootsOf(credential);
    this.#holds.revoke(credential);
    for (const boot of boots) this.#books.agents.get(boot)?.close(CLOSED.impostor, "its token was revoked");
  }
  isGood({ holder }: NonNullable<Agent["link"]>): boolean {
    return this.#holds.isGood(holder, this.#books.clock.wallMs());
  }
  #identify(hello: AnyHello, { service }: Holder): Identity {
    const { boot, instance, version, pid, v: contract } = hello;
    const ours = isOurs(hello) ? hello : null;
    const mark = (this.#config.markOf ?? markOf)(pid, ours?.process ?? null);
    return {
      ...{ boot, instance, version, pid, contract, mark },
      service: service ?? ours?.service ?? null,
      labels: ours?.labels ?? {},
      offers: ours?.offers ?? [],
      knows: ours?.knows ?? [],
    };
  }
  /** Without a mesh, and to another version, nothing is said of edges: what it serves, it goes on serving. */
  #welcome(agent: Agent, session: string, holder: Holder): void {
    const edges = this.#mesh === null || agent.isForeign ? null : edgesFor(this.#mesh, agent.service, holder);
    agent.assign(edges ?? agent.assigned);
    const { cluster } = this.#config;
    const who = { session, epoch: this.#books.epoch, ...(cluster === null ? {} : { cluster }) };
    agent.say({ type: "welcome", ...who, leaseMs: LEASE_MS, edges, minor: CONTRACT_MINOR });
  }
  /** The process before this one was seen to have ended, by who took its place. */
  #succeed({ instance, service, boot, link }: Agent, before: Boot): void {
    const predecessor = this.#books.agents.get(before);
    const hold = this.#holds.get(before);
    if (predecessor === undefined || hold === undefined || before === boot || predecessor.link !== null) return;
    const { credential } = link!.holder;
    if (this.#holds.maySpeak(hold, { credential, instance, service }, this.#books.clock.wallMs()))
      this.#config.onExit(predecessor);
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
      const edges = edgesFor(mesh, agent.service, agent.link.holder);
      if (JSON.stringify(before) === JSON.stringify(edges)) continue;
      agent.assign(edges);
      this.#books.changed();
      const lost = edgesLost(before, edges);
      if (lost.size > 0) onLost(agent, lost);
      agent.say({ type: "edges", session: agent.link.session, edges });
    }
  }

  /** An agent that a journal or a record names and that has not come yet: whoever led before may have granted it faults until now. */
  expect({ boot, instance }: AgentRef, mark: ProcessMark = NOBODY): void {
    const known = this.#books.agents.get(boot);
    if (known?.neverHeard && mark !== NOBODY) known.identity = { ...known.identity, pid: mark.pid, mark };
    if (known !== undefined) return;
    const service = this.#holds.get(boot)?.service ?? null;
    const never = { contract: 0, version: "", service, labels: {}, offers: [], knows: [] };
    const nowMs = this.#books.clock.nowMs();
    const agent = new Agent({ boot, instance, pid: mark.pid, mark, ...never }, nowMs);
    agent.grantedBefore(nowMs);
    this.#add(agent);
  }

  forget(boots: readonly Boot[]): void {
    for (const boot of boots) {
      const agent = this.#books.agents.get(boot);
      this.#books.agents.delete(boot);
      this.#holds.delete(boot);
      if (agent === undefined) continue;
      const beside = this.#named.get(agent.instance);
      beside?.delete(agent);
      if (beside?.size === 0) this.#named.delete(agent.instance);
    }
    if (boots.length > 0) this.#config.onForgotten(boots);
  }
  #attendanceOf(instance: Instance) {
    const moment = { nowMs: this.#books.clock.nowMs(), beganMs: this.#beganMs };
    return attendance([...(this.#named.get(instance) ?? [])], moment, (agent) => {
      const hold = this.#holds.get(agent.boot);
      return hold !== undefined && this.#isGoodHold(hold);
    });
  }
  stateOf(agent: Agent): AgentState {
    const { agent: spokesman, state } = this.#attendanceOf(agent.instance);
    return spokesman === agent ? state : "left";
  }
  /** Every instance once, but those that left. `silentMs`: since it was heard of. */
  present(): { readonly state: Exclude<AgentState, "left">; readonly silentMs: number }[] {
    const nowMs = this.#books.clock.nowMs();
    return [...this.#named.keys()].flatMap((instance) => {
      const { agent, state } = this.#attendanceOf(instance);
      return state === "left" ? [] : [{ state, silentMs: nowMs - agent.heardMs }];
    });
  }
  /** Nobody misses this instance any more. */
  retire(instance: Instance): "retired" | "unknown" | "connected" {
    const processes = [...(this.#named.get(instance) ?? [])];
    if (processes.length === 0) return "unknown";
    if (processes.some(({ link }) => link !== null)) return "connected";
    this.leave(instance);
    return "retired";
  }
  /** Its processes that are not connected will not come back. */
  leave(instance: Instance): void {
    for (const agent of this.#named.get(instance) ?? []) if (agent.link === null) agent.left = true;
    this.strike();
  }
  /** What left is struck off the record once no run asks for it, with all before it: a later server must not miss it. */
  strike(): void {
    const struck = [...this.#books.agents.values()].filter(
      ({ left, link, boot, isStruck }) => left && link === null && !isStruck && !this.#books.isWanted(boot),
    );
    if (struck.length === 0) return;
    for (const agent of struck) {
      agent.isStruck = true;
      agent.isRecorded = false;
    }
    const isStranger = (boot: Boot) => !this.#books.agents.has(boot) && !this.#books.isWanted(boot);
    const before = struck.flatMap(({ instance }) => this.#holds.bootsOfInstance(instance).filter(isStranger));
    this.forget(before);
    this.#config.onForgotten(struck.map(({ boot }) => boot));
  }

  /** Boots on record that never came to this server and that no run asks for. */
  strangers(): Boot[] {
    return [...this.#holds.boots()].filter((boot) => !this.#books.agents.has(boot) && !this.#books.isWanted(boot));
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
      state: this.stateOf(agent),
      live: agent.live(),
      lastPulseAgoMs: pulse === null ? null : Math.round(nowMs - pulse.atMs),
    };
  }
}

const holdOf = ({ boot, instance, service }: Agent, { credential, expiresMs }: Holder): Hold => ({
  ...{ boot, instance, service, credential, expiresMs },
});

/** Why a credential does not go with what the agent says of itself, or null. */
const misfit = (hello: AnyHello, holder: Holder): string | null => {
  const service = isOurs(hello) ? hello.service : null;
  if (holder.instance !== null && holder.instance !== hello.instance)
    return `its credential is that of the instance ${holder.instance}, not of ${hello.instance}`;
  if (holder.service !== null && service !== null && holder.service !== service)
    return `its credential is for the service ${holder.service}, not for ${service}`;
  return null;
};
