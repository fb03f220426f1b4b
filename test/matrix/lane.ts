/**
 * Lane: two servers on a database with an agent, on which faults are tried in sequence. After each fault the invariants
 * are checked, and no outcome is expected: a run may go on, or be halted.
 */
import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { type Caller, experimentOf, openPlane, type Plane, type PlaneAgent, readyAgents } from "../crash/plane.ts";
import { GONE_MS, type Over, untilNoClaims, wholeJournal } from "../crash/proofs.ts";
import { type Pooler, type PoolMode, startPgbouncer } from "../pgbouncer.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { ask, eventually, leads, reportOf, type Serving } from "../serve/ground.ts";
import { sleep } from "../waiting.ts";
import { type Fault, openSmallDisk, type Site } from "./faults.ts";
import { type Gap, journalProblems, linesOf, scheduleProblems, verdictProblems } from "./judge.ts";
import { EDGE, EDGES, type Met, type Phase } from "./phases.ts";
import { openWire, type Wire } from "./wire.ts";

export type Way = "direct" | PoolMode;
export const WAYS: readonly Way[] = ["direct", "session", "transaction"];

/**
 * Time until a server is ready after the database is back. An election takes up to 8 s. PgBouncer gives a connection up
 * that the database does not answer after 15 s (server_connect_timeout), and tries again after 15 s more
 * (server_login_retry).
 */
const READY_MS: Readonly<Record<Way, number>> = { direct: 12_000, session: 45_000, transaction: 45_000 };
/** Time to find ten dead connections of a server, each by a separate timeout. */
const DEAD_MS = 45_000;
/** Duration of the longest run of the lane. */
const DURING_MS = 9_000;
/** Longest duration of a failover and of the rows lost in a failover. */
const LOST_MS = 15_000;
const ENDED_MS = 90_000;
/** Time for a server to write records from memory, once the database takes writes again. */
const WRITTEN_MS = 20_000;
const ROLE = "app";

export interface Cell {
  readonly way: Way;
  readonly fault: Fault;
  readonly phase: Phase;
}
export interface Outcome extends Cell {
  readonly verdicts: readonly string[];
  /** Time from the return of the database until a server was ready again. */
  readonly readyMs: number;
  /** Violated invariants, a sentence each. */
  readonly problems: readonly string[];
}

export class Lane {
  readonly #way: Way;
  readonly #plane: Plane;
  readonly #servers: readonly Serving[];
  readonly #agent: PlaneAgent;
  readonly #site: Site;
  readonly #sinceMs = Date.now();
  readonly #close: () => Promise<void>;
  readonly #checked = new Set<string>();
  readonly #lost: Gap[] = [];

  private constructor(parts: {
    way: Way;
    plane: Plane;
    servers: readonly Serving[];
    agent: PlaneAgent;
    site: Site;
    close: () => Promise<void>;
  }) {
    this.#way = parts.way;
    this.#plane = parts.plane;
    this.#servers = parts.servers;
    this.#agent = parts.agent;
    this.#site = parts.site;
    this.#close = parts.close;
  }

  static async open(way: Way, { smallDisk = false } = {}): Promise<Lane> {
    const undoing: (() => unknown)[] = [];
    const close = async () => {
      for (const undo of undoing.splice(0).reverse()) await undo();
    };
    try {
      const site = await openSite(way, smallDisk, undoing);
      const plane = await openPlane(EDGES);
      undoing.push(() => plane.close());
      const DATABASE_URL = `postgres://${ROLE}@127.0.0.1:${site.front.port}/${site.database}`;
      const servers = await Promise.all(
        plane.ports.map((port, i) => plane.serve(`server-${i}`, port, { DATABASE_URL })),
      );
      const agent = await plane.agent({ servers: servers.map(({ url }) => url) });
      const lane = new Lane({ way, plane, servers, agent, site, close });
      await lane.#schedule();
      return lane;
    } catch (error) {
      await close();
      throw error;
    }
  }
  close(): Promise<void> {
    return this.#close();
  }
  /** Output of the servers. */
  logs(): string {
    return this.#plane.logs();
  }

  /** Tries a fault at a moment. Throws where the lane cannot be brought to that moment. */
  async try({ fault, phase, ...cell }: Cell): Promise<Outcome> {
    const site = this.#site;
    const { url } = await this.#untilReady(30_000);
    await untilNoClaims(url);
    const begin = await fault.prepare(site);
    const marks = this.#servers.map(({ text }) => text().length);
    const strikes = watchStrikes(this.#plane.callers);
    const acknowledged: string[] = [];
    let over: Promise<void> | null = null;
    const meeting = new Promise<Met>((resolve, reject) => {
      const strike = () => {
        over ??= begin();
        over.catch(reject);
      };
      const isStruck = () => (over === null ? undefined : true);
      const scene = { plane: this.#plane, front: site.front, url, strike, isStruck, acknowledged };
      phase.meet(scene).then(resolve, reject);
    });
    const struck = eventually(`the fault begins (${phase.name})`, () => (over === null ? undefined : true), 90_000);
    await Promise.race([struck, meeting.then(() => struck)]);
    await over;
    if (fault.loses === true) this.#lost.push({ fromMs: Date.now() - LOST_MS, toMs: Date.now() });
    const backMs = performance.now();
    const problems: string[] = [];
    const leader = await this.#untilReady(
      READY_MS[this.#way] + (fault.isSilent === true && this.#way !== "direct" ? DEAD_MS : 0),
    ).catch(async (error: Error) => {
      problems.push(error.message);
      return this.#untilReady(120_000);
    });
    const readyMs = performance.now() - backMs;
    const { halted = false, told } = await meeting;
    site.front.watch(null);
    if (halted && fault.loses !== true) problems.push(...(await gateProblems(leader.url)));
    await ask(leader.url, "/api/v1/release", { method: "POST", body: {} });
    const known = fault.loses === true ? [] : acknowledged;
    const runs = await this.#ended(known).catch((error: Error) => {
      problems.push(error.message);
      return [] as Over[];
    });
    const endedMs = performance.now();
    const kept = runs.find(({ id }) => id === told?.id)?.verdict ?? null;
    if (told !== undefined && kept !== told.verdict && fault.loses !== true)
      problems.push(`${told.id} was told to be ${told.verdict}, and is ${kept}`);
    for (const { id } of runs) this.#checked.add(id);
    problems.push(...runs.flatMap(verdictProblems), ...(await this.#storeProblems(runs)));
    problems.push(...strikes.end(endedMs), ...(await this.#leftovers()));
    problems.push(...this.#servers.flatMap(({ url, text }, i) => linesOf(url, text().slice(marks[i]))));
    for (const { url, child } of this.#servers)
      if (child.exitCode !== null || child.signalCode !== null) problems.push(`the server at ${url} has ended`);
    const verdicts = runs.map(({ verdict, report }) => `${verdict}${verdict === "HELD" ? "" : ` ${report.because}`}`);
    return { ...cell, fault, phase, verdicts, readyMs, problems };
  }

  /** Waits until a server leads and has the agent. */
  #untilReady(withinMs: number): Promise<Serving> {
    const sinceMs = performance.now();
    return eventually(
      "a server leads and has its agent",
      async () => {
        for (const server of this.#servers)
          if ((await leads(server)) && (await readyAgents(server.url).catch(() => [])).length > 0) return server;
        await sleep(50);
        return undefined;
      },
      withinMs,
    ).catch(async () => {
      const said = await Promise.all(
        this.#servers.map(async ({ url }) => JSON.stringify((await ask(url, "/readyz").catch(() => null))?.body)),
      );
      throw new Error(`no server was ready ${Math.round(performance.now() - sinceMs)} ms after it was back: ${said}`);
    });
  }
  /** Waits until every unchecked run has ended, whichever server leads meanwhile. `known`: runs that must be listed. */
  async #ended(known: readonly string[]): Promise<readonly Over[]> {
    const over = new Map<string, Over>();
    let waiting = "the list of runs";
    const look = async () => {
      await sleep(80);
      const { url } = await this.#untilReady(ENDED_MS);
      const { body } = await ask(url, "/api/v1/runs?limit=200");
      const { runs } = body as { runs?: readonly { id: string }[] };
      const ids = runs?.map(({ id }) => id).filter((id) => !this.#checked.has(id));
      if (ids === undefined) return undefined;
      waiting = [...ids, ...known].filter((id) => !over.has(id)).join(", ");
      for (const id of ids.filter((each) => !over.has(each))) {
        const report = await reportOf(url, id);
        const records = report.state === "finished" ? await wholeJournal(url, id) : [];
        if (records.at(-1)?.entry.kind === "closed") over.set(id, { id, report, records, verdict: report.verdict });
      }
      return [...ids, ...known].every((id) => over.has(id)) || undefined;
    };
    await eventually("", () => look().catch(() => undefined), ENDED_MS).catch(() => {
      throw new Error(`after ${ENDED_MS / 1_000} s these were not over: ${waiting}`);
    });
    return [...over.values()];
  }
  async #schedule(): Promise<void> {
    const { url } = await this.#untilReady(30_000);
    const put = async (kind: string, name: string, spec: object) => {
      const body = { apiVersion: "squall.dev/v1", kind, metadata: { name }, spec };
      const { status, body: said } = await ask(url, `/api/v1/documents/${kind}/${name}`, { method: "PUT", body });
      if (status >= 300) throw new Error(`${status} ${JSON.stringify(said)}`);
    };
    const { port } = new URL(`http://127.0.0.1:${this.#plane.listens[EDGE.scheduled]}`);
    await put("Experiment", "minutely", experimentOf(EDGE.scheduled, `http://127.0.0.1:${port}/`).spec);
    await put("Schedule", "minutely", {
      ...{ experiment: "minutely", cron: "* * * * *", concurrency: "queue" },
      after: { RESIDUE: "continue" },
    });
  }
  /** Differences between reports and the database: records that never reach the database are lost with the server. */
  async #storeProblems(runs: readonly Over[]): Promise<string[]> {
    let problems: string[] = [];
    const look = async () => {
      problems = await this.#differences(runs);
      return problems.length === 0 || undefined;
    };
    await eventually("", look, WRITTEN_MS).catch(() => {});
    return problems;
  }
  async #differences(runs: readonly Over[]): Promise<string[]> {
    const client = new Client({ connectionString: this.#site.postgres.url(this.#site.database) });
    await client.connect();
    try {
      const instants = await client.query(
        "select instant_ms, outcome, reason, run from instants where schedule = 'minutely'",
      );
      const rows = await client.query("select id, verdict, closed from runs");
      const journal = await client.query("select * from journal where run = any($1) order by run, sequence", [
        runs.map(({ id }) => id),
      ]);
      const stored = new Map(rows.rows.map((row) => [row.id as string, row as { verdict: string; closed: number }]));
      return [
        ...scheduleProblems(instants.rows, { sinceMs: this.#sinceMs, nowMs: Date.now(), lost: this.#lost }),
        ...journalProblems(journal.rows, runs),
        ...runs
          .filter(({ id, verdict }) => stored.get(id)?.verdict !== verdict || stored.get(id)?.closed !== 1)
          .map(
            ({ id, verdict }) =>
              `${id} is ${verdict} by its journal, and ${JSON.stringify(stored.get(id))} in the archive`,
          ),
      ];
    } finally {
      await client.end();
    }
  }
  /** Faults left over; runs of the schedule may be under way, all other runs must leave no fault. */
  async #leftovers(): Promise<string[]> {
    const held = await this.#agent.held();
    return held.filter((id) => !id.includes(`callee-${EDGE.scheduled}`)).map((id) => `the agent still holds ${id}`);
  }
}

const gateProblems = async (url: string): Promise<string[]> => {
  const { body } = await ask(url, "/api/v1/gate");
  const { halted } = body as { halted: unknown };
  return halted === null ? ["a halt of everything was acknowledged, and the gate is open"] : [];
};

/** Measures how long each edge is faulted without a pause of a second. */
const watchStrikes = (callers: readonly Caller[]) => {
  const spans = callers.map(() => ({ fromMs: 0, toMs: 0, longestMs: 0 }));
  const sinceMs = performance.now();
  const look = () => {
    for (const [i, { struckAskedMs: atMs }] of callers.entries()) {
      const span = spans[i]!;
      if (atMs < sinceMs || atMs <= span.toMs) continue;
      if (atMs - span.toMs > 1_000) span.fromMs = atMs;
      span.toMs = atMs;
      span.longestMs = Math.max(span.longestMs, atMs - span.fromMs);
    }
  };
  const alarm = setInterval(look, 50);
  return {
    /** Problems at the end. `endedMs`: time when every run was over. */
    end(endedMs: number): string[] {
      clearInterval(alarm);
      look();
      return spans.flatMap(({ toMs, longestMs }, i) => [
        ...(longestMs > DURING_MS + GONE_MS ? [`edge ${i} was struck for ${Math.round(longestMs)} ms`] : []),
        ...(toMs > endedMs && i !== EDGE.scheduled ? [`edge ${i} was struck after its runs were over`] : []),
      ]);
    },
  };
};

const openSite = async (way: Way, smallDisk: boolean, undoing: (() => unknown)[]): Promise<Site> => {
  // A durable primary: records that are not on the primary's disk are sent to no standby.
  const first = await startPostgres({ durable: true });
  const disk = smallDisk ? openSmallDisk() : null;
  if (disk !== null) undoing.push(() => disk.close());
  const database = `squall_${randomBytes(4).toString("hex")}`;
  const client = new Client({ connectionString: first.url() });
  await client.connect();
  await client.query(`create role ${ROLE} login`);
  if (disk !== null) await client.query(`create tablespace small location '${disk.folder}'`);
  await client.query(`create database ${database} owner ${ROLE}${disk === null ? "" : " tablespace small"}`);
  await client.end();
  const back = await openWire(first.port);
  undoing.push(() => back.stop());
  let pooler: Pooler | null = null;
  let front: Wire = back;
  if (way !== "direct") {
    pooler = await startPgbouncer(back.port, ROLE, way);
    front = await openWire(pooler.port);
    undoing.push(
      () => pooler!.stop(),
      () => front.stop(),
    );
  }
  const site: Site = { postgres: first as Postgres, database, role: ROLE, front, back, pooler };
  undoing.push(() => site.postgres.stop());
  return site;
};
