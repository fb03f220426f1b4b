/** Rounds of the bench: every proxy of a row is alive, and each round gives each proxy a window, in shuffled order. */
import type { ProxyFault, ProxyKind, Subject } from "./proxies/proxy.ts";
import type { BenchLoad, BenchRow, Figures, Target } from "./row.ts";
import { shuffled } from "./statistics.ts";
import type { Upstream, UpstreamKind } from "./upstream.ts";

export interface RoundsPlan {
  /** Kinds that have a part in the row, as far as protocol and faults let them. */
  readonly kinds: readonly ProxyKind[];
  /** Gives an upstream, started when first wanted. */
  upstreamOf(kind: UpstreamKind): Promise<Upstream>;
  readonly folder: string;
  /** Names of the loads to measure; empty: all. */
  readonly loads: readonly string[];
  readonly rounds: number;
  readonly windowMs: number;
  /** Length of the load that warms each proxy up before the first round of a row, ms; 0: none. */
  readonly warmUpMs: number;
  /** Tells the progress to people. */
  tell(line: string): void;
  /** Gets the remark of each proxy that starts. */
  remark(name: string, remark: string): void;
}
/** Figures of each proxy in each round of a load. */
export interface LoadResult {
  readonly load: BenchLoad;
  readonly figures: ReadonlyMap<string, readonly Figures[]>;
}
export interface RowResult {
  readonly row: BenchRow;
  readonly loads: readonly LoadResult[];
}

/** The load without a proxy. */
const direct = (upstream: Upstream): Subject => ({
  ...{ name: "direct", port: upstream.port, pid: null, remark: null },
  put: async () => {},
  stop: async () => {},
});
const hasFault = (kind: ProxyKind, row: BenchRow, fault: ProxyFault | null): boolean =>
  fault === null || kind.faults(row.protocol).includes(fault.kind);

/** Is a load among the named loads? The only load of a row has no name, and is always wanted. */
export const isWanted = ({ name }: BenchLoad, names: readonly string[]): boolean =>
  names.length === 0 || name === "" || names.includes(name);

/** Measures the wanted loads of a row. Rejects: a proxy answered wrongly, with its name and the load. */
export const measureRow = async (row: BenchRow, plan: RoundsPlan): Promise<RowResult> => {
  const loads: LoadResult[] = [];
  const wanted = row.loads.filter((load) => isWanted(load, plan.loads));
  if (row.fresh)
    for (const load of wanted) loads.push({ load, figures: bySubject(await measureFresh(row, load, plan)) });
  else
    await withSubjects(row, plan, async (subjects) => {
      await warmUp(row, subjects, plan);
      for (const load of wanted) loads.push({ load, figures: bySubject(await measureWarm(row, load, subjects, plan)) });
    });
  return { row, loads };
};

/** Rounds with new processes in each. */
const measureFresh = async (row: BenchRow, load: BenchLoad, plan: RoundsPlan): Promise<readonly RoundFigures[]> => {
  const rounds: RoundFigures[] = [];
  for (let round = 1; round <= plan.rounds; round++)
    rounds.push(await withSubjects(row, plan, (subjects) => measureRound(row, load, subjects, plan, round)));
  return rounds;
};
/**
 * Gives every proxy of a row the row's last load, which is its heaviest, for the same time. A sidecar runs for days, and
 * programs that compile while they run serve their first seconds with other code: at 10 requests a second a window of a
 * second would measure little else.
 */
const warmUp = async (row: BenchRow, subjects: readonly Subject[], plan: RoundsPlan): Promise<void> => {
  const load = row.loads.at(-1)!;
  if (plan.warmUpMs === 0) return;
  for (const subject of ableFor(load, row, subjects, plan)) {
    plan.tell(`${row.name} ${load.name}: warming ${subject.name} up`);
    await measureWindow(row, load, subject, { ...plan, windowMs: plan.warmUpMs });
  }
};
/** Rounds with the same processes; round 0 gets proxies and load used to the row's load, and is not kept. */
const measureWarm = async (
  row: BenchRow,
  load: BenchLoad,
  subjects: readonly Subject[],
  plan: RoundsPlan,
): Promise<readonly RoundFigures[]> => {
  const rounds: RoundFigures[] = [];
  for (let round = 0; round <= plan.rounds; round++) rounds.push(await measureRound(row, load, subjects, plan, round));
  return rounds.slice(1);
};

const withSubjects = async <T>(
  row: BenchRow,
  plan: RoundsPlan,
  use: (subjects: readonly Subject[]) => Promise<T>,
): Promise<T> => {
  const subjects: Subject[] = [];
  try {
    for await (const subject of startSubjects(row, plan)) subjects.push(subject);
    return await use(subjects);
  } finally {
    for (const subject of subjects) await subject.stop();
  }
};
/** Starts the subjects one after the other: those started before a failure have to be stopped. */
async function* startSubjects(row: BenchRow, plan: RoundsPlan): AsyncGenerator<Subject> {
  const upstream = await plan.upstreamOf(row.upstream);
  if (row.direct) yield direct(upstream);
  const faults = [...new Set(row.loads.flatMap(({ fault }) => (fault === null ? [] : [fault.kind])))];
  const setup = { folder: plan.folder, protocol: row.protocol, upstream: upstream.port, edges: row.edges, faults };
  for (const kind of plan.kinds) {
    if (!kind.protocols.includes(row.protocol)) continue;
    if (!row.loads.some(({ fault }) => hasFault(kind, row, fault))) continue;
    const subject = await kind.start(setup);
    if (subject.remark !== null) plan.remark(subject.name, subject.remark);
    yield subject;
  }
}

/** Figures of each subject in a single round. */
type RoundFigures = ReadonlyMap<string, Figures>;
const measureRound = async (
  row: BenchRow,
  load: BenchLoad,
  subjects: readonly Subject[],
  plan: RoundsPlan,
  round: number,
): Promise<RoundFigures> => {
  const able = ableFor(load, row, subjects, plan);
  plan.tell(`${row.name} ${load.name}: round ${round} of ${plan.rounds}`);
  const figures = new Map<string, Figures>(able.map(({ name }) => [name, {}]));
  for (const subject of shuffled(able, round)) figures.set(subject.name, await measureWindow(row, load, subject, plan));
  return figures;
};
/** Subjects that have the fault of a load. */
const ableFor = (load: BenchLoad, row: BenchRow, subjects: readonly Subject[], plan: RoundsPlan): readonly Subject[] =>
  subjects.filter(({ name }) => {
    const kind = plan.kinds.find((each) => each.name === name);
    return kind === undefined ? load.fault === null : hasFault(kind, row, load.fault);
  });
const measureWindow = async (row: BenchRow, load: BenchLoad, subject: Subject, plan: RoundsPlan): Promise<Figures> => {
  const target: Target = { ...plan, subject, upstream: await plan.upstreamOf(row.upstream) };
  try {
    await subject.put(load.fault);
    return await within(plan.windowMs + LONGEST_MS, load.measure(target));
  } catch (error) {
    throw new Error(`${subject.name}, ${row.name} ${load.name}: ${(error as Error).message}`, { cause: error });
  }
};
/** Bound for a window beyond its length: a proxy that never answers fails the row. */
const LONGEST_MS = 120_000;
const within = <T>(ms: number, measured: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${ms} ms`)), ms);
  });
  return Promise.race([measured, late]).finally(() => clearTimeout(timer));
};
const bySubject = (rounds: readonly RoundFigures[]): ReadonlyMap<string, readonly Figures[]> =>
  new Map([...(rounds[0] ?? new Map()).keys()].map((name) => [name, rounds.map((round) => round.get(name)!)]));
