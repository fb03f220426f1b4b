/** The runs of a term: lets them in, gives them their turns, halts them, and hands on what is left of them. */
import { pickAgents } from "../../experiments/model/instances.ts";
import { edgesTouched } from "../../experiments/model/mesh-diff.ts";
import type { EdgeId } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan.ts";
import type { Issue } from "../../experiments/model/problem.ts";
import type { AgentRef } from "../../experiments/model/run/event.ts";
import { notLeader, Refusal } from "../api/errors.ts";
import { type Alarm, every } from "../clock.ts";
import { logFailure } from "../log.ts";
import { RateLimitedLog } from "../rate-limited-log.ts";
import { LOCAL, type Principal } from "../security/roles.ts";
import { Fenced } from "../store/errors.ts";
import type { Gate } from "../store/gate.ts";
import type { RunsQuery } from "../store/runs.ts";
import { haltedRefusal, queueFull } from "./admission.ts";
import { ClaimsDesk } from "./claims-desk.ts";
import type { Halting, RunsConfig } from "./config.ts";
import { Gatekeeper } from "./gatekeeper.ts";
import { Halts } from "./halts.ts";
import { type Household, takeIn } from "./intake.ts";
import type { Live } from "./live.ts";
import { News } from "./news.ts";
import { Orphans } from "./orphans.ts";
import { OwedHalt } from "./owed-halt.ts";
import { Reading } from "./reading.ts";
import { isWithoutSecrets } from "./requeue.ts";
import { Residue } from "./residue.ts";
import { Rules } from "./rules.ts";
import { Strays } from "./strays.ts";
import type { RunNews, Started, Submission } from "./submission.ts";
import { type Asked, planOf } from "./submit.ts";
import { type Leaving, type SuccessionConfig, serverLost, succeed, takeOverClaims } from "./succession.ts";
import { isOn, obey, upset } from "./surroundings.ts";
import { Turns } from "./turns.ts";

const TICK_MS = 1_000;
/** Queued runs each have a journal, and are halted in turn when the server ends. */
const MOST_QUEUED = 1_000;
const DRAINING = "this server is closing and starts no more runs";
const UNANSWERED: Leaving = {
  because: "server-lost",
  reason: "Its start was written down, but the database's answer was lost: who asked was told that it failed.",
};

const END_LOST: Leaving = {
  because: "journal-lost",
  reason: "The run was over, and the records of its end, which the database had confirmed, are gone from it.",
};

/** What a run would do, to whom as things stand, and what would be said to its start. */
export interface Rehearsed {
  readonly plan: Plan;
  readonly agents: readonly AgentRef[];
  readonly refusals: readonly Issue[];
}

export class Runs {
  readonly #config: RunsConfig;
  /** Under way, waiting, or finished and something of them not written or freed yet. In the order they came. */
  readonly #live = new Map<string, Live>();
  readonly #gate: Gatekeeper;
  readonly #halts: Halts;
  readonly #rules: Rules;
  readonly #turns: Turns;
  readonly #residue: Residue;
  readonly #claims: ClaimsDesk;
  readonly #reading: Reading;
  readonly #news: News;
  readonly #succession: SuccessionConfig;
  readonly #strays: Strays;
  readonly #ends: (() => void)[] = [];
  /** For what is tried again each second while the database is away. */
  readonly #sparse: RateLimitedLog;
  #ticking: Alarm = { cancel() {} };
  #draining = false;
  #lookingAtGate = false;
  /** Starts that are being checked: they will be queued in a moment. */
  #starting = 0;

  constructor(config: RunsConfig) {
    const { clock, store, epoch, fleet, log, caps = {}, owedHalt = new OwedHalt() } = config;
    const { db } = store;
    this.#config = config;
    this.#sparse = new RateLimitedLog(log, clock);
    this.#gate = new Gatekeeper(db, epoch, clock, owedHalt);
    this.#halts = new Halts(config, this.#gate, this.#live);
    this.#rules = new Rules(config);
    this.#news = new News(log);
    this.#reading = new Reading(db, this.#live);
    this.#turns = new Turns({ db, epoch, gate: this.#gate, rules: this.#rules, caps, sparse: this.#sparse });
    this.#residue = new Residue({ clock, db, fleet, log, onCleared: () => this.#takeTurns() });
    const onSettled = (live: Live) => {
      // A write that is tried again may find out late.
      if (live.lostJournal !== null) this.#loseJournal(live, live.lostJournal);
      else this.#live.delete(live.id);
    };
    this.#claims = new ClaimsDesk({ db, log, sparse: this.#sparse, residue: this.#residue, onSettled });
    const household: Household = {
      onNews: (news) => this.#news.tell(news),
      onFenced: () => this.#fenced(),
      runs: () => [...this.#live.values()],
      onDoubt: (id) => this.#strays.add(id, UNANSWERED),
    };
    const follow = (live: Live) => this.#follow(live);
    const wait = (live: Live) => {
      follow(live);
      this.#turns.add(live);
    };
    const isHalted = () => this.isHalted;
    this.#succession = { runs: config, household, residue: this.#residue, follow, await: wait, isHalted };
    this.#strays = new Strays(this.#succession);
  }
  /** Nothing may be granted or started: everything was halted, or nobody has looked yet whether it was. */
  get isHalted(): boolean {
    return this.#gate.isShut;
  }
  /** Runs that ended RESIDUE, and whose claims nobody has freed since. */
  get residueOpen(): number {
    return this.#residue.size;
  }
  /** How many wait for their turn. */
  get queued(): number {
    return this.#turns.length;
  }

  /** Reads the gate and takes up what an earlier term left behind; resolves before that is finished. */
  async begin(): Promise<void> {
    const { fleet, clock } = this.#config;
    await this.#gate.begin();
    for (const id of await succeed(this.#succession)) this.#strays.add(id, serverLost(this.#config));
    const unlisten = fleet.onReady((agent) => {
      for (const live of this.#live.values()) live.consider(agent);
    });
    const orphans = new Orphans({
      ...{ clock, db: this.#config.store.db, log: this.#config.log },
      // A run that is being let in may be in the database already, and those that wait are left to the next term by a drain.
      has: (id) =>
        this.#starting > 0 || this.#draining || this.#live.has(id) || this.#strays.has(id) || this.#residue.has(id),
      onRun: (id) => this.#strays.add(id, END_LOST),
      onClaims: (id) => takeOverClaims(id, this.#succession),
    });
    this.#ends.push(unlisten, () => orphans.stop());
    this.#ticking = every(clock, TICK_MS, () => {
      this.#tick().catch(logFailure(this.#config.log, "the tick of the runs"));
    });
  }
  async #tick(): Promise<void> {
    this.#residue.tick();
    this.#lookAtGate();
    await this.#strays.tick();
    for (const live of this.#live.values()) await obey(live, this.#rules, this.#sparse);
    await this.#settle();
  }

  #lookAtGate(): void {
    if (this.#lookingAtGate) return;
    this.#lookingAtGate = true;
    this.#halts
      .look()
      .catch((error: Error) => this.#sparse.warn("the gate", `the gate could not be looked at: ${error.message}`))
      .finally(() => {
        this.#lookingAtGate = false;
      });
  }

  // -- starting ----------------------------------------------------------------------------------------------------------

  /** Checks everything, writes the run down, and lets it wait for its turn. Throws Refusal, and what the store throws. */
  async start(submission: Submission): Promise<Started> {
    if (this.#draining) throw new Refusal("draining", DRAINING);
    // One that was made before answers with its run also while everything is halted: the store knows.
    const isKnown = submission.idempotencyKey !== undefined || submission.instantMs !== undefined;
    if (this.#gate.isShut && !isKnown) throw await this.#halts.refusal();
    const mostQueued = this.#config.caps?.queued ?? MOST_QUEUED;
    const isFull = this.#turns.length + this.#starting >= mostQueued;
    if (isFull && !isKnown) throw queueFull(mostQueued);
    const { count } = this.#halts;
    const { household } = this.#succession;
    this.#starting++;
    const room = { refusal: isFull ? queueFull(mostQueued) : null };
    const taken = await this.#leading(takeIn(submission, this.#config, this.#rules, { ...household, room })).finally(
      () => {
        this.#starting--;
      },
    );
    if ("again" in taken) return taken;
    const { live } = taken;
    this.#follow(live);
    live.tell("queued");
    if (this.#halts.count !== count || this.#gate.isShut) this.#halts.late(live);
    else if (this.#draining) live.post({ type: "halted", because: "interrupted", reason: DRAINING, recover: false });
    else this.#enqueue(live);
    return { id: live.id, again: false };
  }
  #enqueue(live: Live): void {
    const touched = edgesTouched(live.mesh, this.#config.mesh());
    if (isOn(live, touched)) upset(live, "it changed while the run was being let in");
    else this.#turns.add(live);
    this.#takeTurns();
  }
  /** What a start would do and meet. Touches nothing. Throws Refusal. */
  async rehearse(asked: Asked & Pick<Submission, "by">): Promise<Rehearsed> {
    const { fleet, mesh: current, ...ground } = this.#config;
    const instances = fleet.instances().filter(({ ready }) => ready);
    const { plan, mesh } = planOf(asked, { ...ground, mesh: current(), instances }, () => "plan");
    const gate = await this.#gate.read();
    const shut = gate === null ? [] : [{ path: [], message: haltedRefusal(gate).message }];
    const objections = await this.#rules.objections({ plan, mesh, by: asked.by ?? LOCAL });
    return { plan, agents: pickAgents(plan, instances), refusals: [...shut, ...objections] };
  }

  // -- ending ------------------------------------------------------------------------------------------------------------

  #follow(live: Live): void {
    this.#live.set(live.id, live);
    live.done.then(() => this.#ended(live)).catch(logFailure(this.#config.log, `${live.id}: what follows its end`));
  }
  #ended(live: Live): void {
    this.#turns.remove(live.id);
    if (live.crash !== null) {
      const reason = `The run was halted for an error of Squall's own: ${live.crash}`;
      this.#takeOver(live, { because: "server-lost", reason });
    } else if (live.lostJournal !== null && !live.isGivenUp) {
      this.#residue.watch(live.run);
      this.#loseJournal(live, live.lostJournal);
    } else if (live.isGivenUp) this.#live.delete(live.id);
    else {
      this.#claims.add(live);
      this.#settle().catch(logFailure(this.#config.log, `${live.id}: freeing its claims`));
    }
  }
  #loseJournal(live: Live, why: string): void {
    this.#config.log.error(`${live.id}: records that the database had confirmed are gone from it`, { error: why });
    const reason = `Records that the database had confirmed are gone from it: ${why}.`;
    this.#takeOver(live, { because: "journal-lost", reason });
  }
  /** Finishes the run in the store too, from the last record that is there. */
  #takeOver({ id }: Live, why: Leaving): void {
    this.#strays.add(id, why);
    this.#strays.tick().catch(logFailure(this.#config.log, `${id}: taking it over`));
  }
  #takeTurns(): void {
    this.#turns.take().catch(logFailure(this.#config.log, "starting the next run"));
  }
  async #settle(): Promise<void> {
    await this.#claims.settle();
    await this.#turns.take();
  }
  /** Who asks is told that another server leads, and this one lets go. */
  async #leading<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof Fenced)) throw error;
      this.#fenced();
      throw notLeader(null);
    }
  }
  #fenced(): void {
    this.stop();
    this.#config.onFenced?.();
  }

  // -- halting -----------------------------------------------------------------------------------------------------------

  /** Ids of the runs that were halted. Throws Refusal. */
  async halt(id: string, halting: Halting): Promise<string[]> {
    const live = this.live(id);
    await this.#reading.check(id);
    return this.#halts.one(live, id, halting);
  }
  /**
   * Takes every fault away first, then shuts the gate in the store if it is to stay shut (`latch`). Resolves once the
   * agents have attested, or their time is over, and the gate is durable; rejects where it is not, and then this server
   * starts nothing all the same.
   */
  haltAll(halting: Halting, how: { latch: boolean; by: Principal } = { latch: false, by: LOCAL }): Promise<string[]> {
    return this.#leading(this.#halts.everything(halting, how));
  }
  /** Opens the gate. Answers what it was shut for; null: it was open. */
  async release(by: Principal): Promise<Gate> {
    const before = await this.#leading(this.#halts.release(by));
    this.#takeTurns();
    return before;
  }
  /** null: open. */
  gate(): Promise<Gate> {
    return this.#gate.read();
  }
  /** Frees what a finished run still claims because its faults could not be shown gone. Answers the resources. */
  async releaseClaims(id: string, by: Principal): Promise<string[]> {
    await this.#reading.check(id);
    if (this.#live.has(id)) throw new Refusal("run-not-over", `run ${id} is not over: its claims are freed with it`);
    const resources = await this.#claims.release(id, by.name);
    this.#takeTurns();
    return resources;
  }
  /** After an error of which nobody knows whose it is: every run is halted, for none can be trusted any more. */
  fail(error: unknown): void {
    for (const live of this.#live.values()) live.fail(error, ", of which nobody knows to which run it belongs");
  }
  /** A service ended by itself: each run under way on its mesh notes that, from its preparing on. */
  serviceExited(service: string, how: string): void {
    for (const live of this.#live.values())
      if (!live.isQueued && !live.isOver && live.mesh?.services.some(({ name }) => name === service) === true)
        live.post({ type: "service-exited", service, how });
  }
  /** Halts the runs on these edges: they are no longer what the plans say. */
  meshChanged(touched: ReadonlySet<EdgeId>, why: string): void {
    for (const live of this.#live.values()) if (isOn(live, touched)) upset(live, why);
  }

  // -- reading -----------------------------------------------------------------------------------------------------------

  /** Newest first. Those under way as they stand, not as they were last written. */
  list = (query: RunsQuery) => this.#reading.list(query);
  report = (id: string) => this.#reading.report(id);
  /** Those with a greater number than `after`, at most `limit`: from the store, and from memory what could not be written. */
  records = (id: string, after?: number, limit?: number) => this.#reading.records(id, after, limit);
  /** A run that is not over, or of which something is not written yet; null: there is none. */
  live(id: string): Live | null {
    return this.#live.get(id) ?? null;
  }
  /** The run that a queued one waits for; null: none. */
  blockerOf(id: string): Live | null {
    return this.#turns.blockerOf(id);
  }
  /** All of those, in the order they came. */
  all(): readonly Live[] {
    return [...this.#live.values()];
  }
  /** Calls for each piece of news until the answer is called. */
  onNews(listener: (news: RunNews) => void): () => void {
    return this.#news.listen(listener);
  }
  /** Of runs that are finished, their journals closed. */
  onFinished(listener: (news: RunNews) => void): () => void {
    return this.onNews((news) => news.what === "finished" && listener(news));
  }

  // -- the end of the term -------------------------------------------------------------------------------------------------

  /** Takes no more runs, halts those there are, and resolves when all are finished and their claims free. */
  async drain(halting: Halting): Promise<void> {
    this.#draining = true;
    if (this.#config.keepsQueue === true)
      for (const live of this.#live.values()) if (live.isQueued && isWithoutSecrets(live.created)) live.abandon();
    this.#halts.all(halting);
    await this.settled();
  }
  /** Once every run that there is now is over, and its claims are free. */
  async settled(): Promise<void> {
    await Promise.all([...this.#live.values()].map(({ done }) => done));
    await this.#settle();
  }
  /** Ends at once: faults are dropped, nothing more is granted or written. */
  stop(): void {
    this.#draining = true;
    this.#ticking.cancel();
    this.#turns.stop();
    this.#strays.stop();
    this.#sparse.close();
    for (const end of this.#ends.splice(0)) end();
    for (const live of this.#live.values()) live.abandon();
  }
}
