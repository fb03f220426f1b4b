/** Checks that hold after any mishap: no fault lives on, no run and no record is lost, no run is HELD without proof. */
import { expect } from "vitest";
import { checkJournal, type Entry, foldJournal, type JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { State } from "../../experiments/model/run/run.ts";
import type { Verdict } from "../../experiments/model/verdict/verdict.ts";
import { digest } from "../../server/store/chain.ts";
import type { Schema } from "../../server/store/schema.ts";
import { ask, reportOf } from "../serve/ground.ts";
import { type PlaneAgent, patiently, type Traffic } from "./plane.ts";

export const LEASE_MS = 5_000;
/** Longest life of a fault after a mishap (SAFETY.md): a lease after the last answered pulse, plus a second. */
export const GONE_MS = LEASE_MS + 1_000;

/** Time of a mishap: Unix ms, and by performance.now(). */
export interface Mishap {
  readonly wallMs: number;
  readonly atMs: number;
}
export const now = (): Mishap => ({ wallMs: Date.now(), atMs: performance.now() });

/** Reads all records of a run, page by page. */
export const wholeJournal = async (url: string, id: string): Promise<readonly JournalRecord[]> => {
  const records: JournalRecord[] = [];
  for (;;) {
    const after = records.at(-1)?.sequence ?? 0;
    const { body } = await ask(url, `/api/v1/runs/${id}/journal?after=${after}`);
    const { records: page, next } = body as { records: JournalRecord[]; next: number | null };
    records.push(...page);
    if (next === null) return records;
  }
};
/** State of a run at that time; null: the run did not exist. */
export const stateAt = (records: readonly JournalRecord[], wallMs: number): State | null =>
  foldJournal(records.filter((record) => record.wallMs <= wallMs))?.at ?? null;

const IN_ORDER: readonly string[] = [
  "queued",
  "preparing",
  "warming",
  "baseline",
  "injecting",
  "reverting",
  "recovering",
  "auditing",
  "finished",
];
/** Waits until the run is in the state, or beyond that state, where a busy machine polled too late. */
export const untilState = (url: string, id: string, wanted: State): Promise<true> =>
  patiently(`run ${id} is ${wanted}`, async () => {
    const { state } = await reportOf(url, id);
    return IN_ORDER.indexOf(state) >= IN_ORDER.indexOf(wanted) || undefined;
  });

export interface Over {
  readonly id: string;
  readonly report: RunReport;
  readonly records: readonly JournalRecord[];
  readonly verdict: Verdict | null;
}
/**
 * Waits until the run has ended, and checks the journal: no gap, an unbroken hash chain, and HELD only with proof
 * (invariant 14).
 */
export const ended = async (url: string, id: string): Promise<Over> => {
  const report = await patiently(`run ${id} is finished`, async () => {
    const found = await reportOf(url, id).catch(() => null);
    return found?.state === "finished" ? found : undefined;
  });
  // The run's row may say finished a moment before the record that closes the journal is written.
  const records = await patiently(`the journal of ${id} is closed`, async () => {
    const read = await wholeJournal(url, id).catch(() => []);
    return read.at(-1)?.entry.kind === "closed" ? read : undefined;
  });
  expect(checkJournal(records, digest), id).toEqual([]);
  return { id, report, records, verdict: report.verdict };
};
/**
 * Waits until every run has ended, except runs `checked` before. `started`: runs whose start was answered, which must
 * be listed.
 */
export const allEnded = async (
  url: string,
  started: readonly string[],
  checked: ReadonlySet<string> = new Set(),
): Promise<readonly Over[]> => {
  const known = await patiently("the runs are listed", async () => {
    const { body } = await ask(url, "/api/v1/runs?limit=200");
    return (body as { runs?: { id: string }[] }).runs?.map(({ id }) => id);
  });
  expect(known).toEqual(expect.arrayContaining([...started]));
  const runs: Over[] = [];
  for (const id of known) if (!checked.has(id)) runs.push(await ended(url, id));
  return runs;
};
/** Runs that were not over at the mishap. */
export const metBy = (runs: readonly Over[], { wallMs }: Mishap): readonly Over[] =>
  runs.filter(({ records }) => !["finished", null].includes(stateAt(records, wallMs)));

/**
 * Checks that no request sent later than a lease and a second after the mishap was faulted. To be called when that time
 * has passed.
 */
export const expectGone = (callers: readonly Traffic[], { atMs }: Mishap): void => {
  for (const { struckAskedMs } of callers) expect(struckAskedMs - atMs).toBeLessThan(GONE_MS);
};
export const expectNothingHeld = async (agents: readonly Pick<PlaneAgent, "name" | "held">[]): Promise<void> => {
  for (const agent of agents) expect(await agent.held(), agent.name).toEqual([]);
};

interface Claim {
  readonly run: string;
  readonly resource: string;
}
/** Waits until these runs have no claims; absent: all runs. */
export const untilNoClaims = async (url: string, runs?: readonly string[]): Promise<void> => {
  let left: readonly Claim[] = [];
  const look = async () => {
    const { claims } = (await ask(url, "/api/v1/claims")).body as { claims?: readonly Claim[] };
    left = claims?.filter(({ run }) => runs === undefined || runs.includes(run)) ?? left;
    return (claims !== undefined && left.length === 0) || undefined;
  };
  await patiently("no edge is claimed any more", look).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify(left)}`);
  });
};
/**
 * Allows a retry after INCONCLUSIVE: on a busy machine samples or pulses may be missing, which is no HELD. So may a run's
 * loop, or its database, stand still for 2 s (HALTED `journal`). Any other verdict fails the test at once.
 */
const tryAgain = (tries: number, { id, verdict, because, reason }: RunReport): void => {
  const isDoubt = (verdict === "INCONCLUSIVE" || because === "journal") && tries < 20;
  expect(isDoubt, `try ${tries}: ${id} is ${verdict}: ${reason}`).toBe(true);
};
/** Checks that a run holds on the edges where earlier mishaps happened. */
export const expectHeld = async (url: string, begin: () => Promise<string>): Promise<void> => {
  for (let tries = 1; ; tries++) {
    const { report } = await ended(url, await begin());
    if (report.verdict === "HELD") return;
    tryAgain(tries, report);
  }
};
/** Journals in the database at this moment; a record that only the server's memory has is lost with the server. */
const written = async (url: string): Promise<ReadonlyMap<string, readonly JournalRecord[]>> => {
  const { body } = await ask(url, "/api/v1/backup");
  const journals = new Map<string, JournalRecord[]>();
  for (const line of String(body).trimEnd().split("\n")) {
    const told: unknown = JSON.parse(line);
    // The head and the end of a backup are no rows.
    if (!Array.isArray(told) || told[0] !== "journal") continue;
    const { run, sequence, wall_ms, entry, hash } = told[1] as Schema["journal"];
    const records = journals.get(run) ?? [];
    records.push({ sequence, wallMs: wall_ms, entry: JSON.parse(entry) as Entry, hash });
    journals.set(run, records);
  }
  return journals;
};
/** Waits until the durable journals show each run in the wanted state: removing a fault does not wait for the write. */
export const untilWritten = async (url: string, wanted: ReadonlyMap<string, State>): Promise<void> => {
  let states = new Map<string, State | undefined>();
  const look = async () => {
    const journals = await written(url);
    states = new Map([...wanted.keys()].map((id) => [id, foldJournal(journals.get(id) ?? [])?.at]));
    return [...wanted].every(([id, state]) => states.get(id) === state) || undefined;
  };
  await patiently("every run is in its state", look).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify([...states])}, expected ${JSON.stringify([...wanted])}`);
  });
};
/** Starts a run that reaches exactly that state, and stays in the state. */
export const reached = async (url: string, begin: () => Promise<string>, wanted: State): Promise<string> => {
  for (let tries = 1; ; tries++) {
    const id = await begin();
    await untilState(url, id, wanted);
    if ((await reportOf(url, id)).state === wanted) return id;
    tryAgain(tries, (await ended(url, id)).report);
  }
};
/**
 * Starts a run and waits for mid-fault: each caller has a faulted answer, and the server knows that the agents applied
 * the order. Ahead of that, the server orders anew where an agent drops the faults, and the run may rightly hold.
 */
export const injecting = async (
  url: string,
  begin: () => Promise<string>,
  callers: readonly Traffic[],
): Promise<string> => {
  for (let tries = 1; ; tries++) {
    const sinceMs = performance.now();
    const id = await begin();
    const over = await patiently(`${id} strikes`, async () => {
      const report = await reportOf(url, id);
      if (report.state === "finished") return report;
      const isStruck = callers.every(({ struckAskedMs }) => struckAskedMs > sinceMs);
      return isStruck && report.spans.during !== undefined ? "struck" : undefined;
    });
    if (over === "struck") return id;
    tryAgain(tries, over);
  }
};
