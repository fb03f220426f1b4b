/** Rounds of the bench: every proxy of a row is alive, and each round gives each proxy a window, in shuffled order. */
import type { ProxyFault, ProxyKind, Subject } from "./proxies/proxy.ts";
import type { BenchLoad, BenchRow, Figures, Target } from "./row.ts";
import { shuffled } from "./statistics.ts";
import type { Upstream } from "./upstream.ts";

export interface RoundsPlan {
  readonly kinds: readonly ProxyKind[];
  readonly upstream: Upstream;
  readonly folder: string;
  readonly rounds: number;
  readonly windowMs: number;
  /** Tells the progress to people. */
  tell(line: string): void;
}
/** Figures of each proxy in each round of a load. */
export interface LoadResult {
  readonly load: BenchLoad;
  readonly figures: ReadonlyMap<string, readonly Figures[]>;
}
export interface RowResult {
  readonly row: BenchRow;
  readonly loads: readonly LoadResult[];
  /** Names of proxies with the remark of each. */
  readonly remarks: ReadonlyMap<string, string>;
}

/** The load without a proxy. */
const direct = (upstream: Upstream): Subject => ({
  ...{ name: "direct", port: upstream.port, pid: null, remark: null },
  put: async () => {},
  stop: async () => {},
});
const hasFault = (kind: ProxyKind, row: BenchRow, fault: ProxyFault | null): boolean =>
  fault === null || kind.faults(row.protocol).includes(fault.kind);

const startProxies = async (row: BenchRow, plan: RoundsPlan): Promise<readonly Subject[]> => {
  const { folder, upstream } = plan;
  const faults = [...new Set(row.loads.flatMap(({ fault }) => (fault === null ? [] : [fault.kind])))];
  const setup = { folder, protocol: row.protocol, upstream: upstream.port, edges: row.edges, faults };
  const able = plan.kinds.filter(
    (kind) => kind.protocols.includes(row.protocol) && row.loads.some(({ fault }) => hasFault(kind, row, fault)),
  );
  const proxies: Subject[] = row.direct ? [direct(upstream)] : [];
  for (const kind of able) proxies.push(await kind.start(setup));
  return proxies;
};

/** Measures all loads of a row. Rejects: a proxy answered wrongly, with its name and the load. */
export const measureRow = async (row: BenchRow, plan: RoundsPlan): Promise<RowResult> => {
  const remarks = new Map<string, string>();
  const loads = row.loads.map((load): LoadResult => ({ load, figures: new Map() }));
  const proxies = await startProxies(row, plan);
  try {
    for (const { name, remark } of proxies) if (remark !== null) remarks.set(name, remark);
    for (const { load, figures } of loads) {
      const able = proxies.filter(({ name }) => {
        const kind = plan.kinds.find((each) => each.name === name);
        return kind === undefined || hasFault(kind, row, load.fault);
      });
      await measureLoad(row, load, able, plan, figures as Map<string, Figures[]>);
    }
  } finally {
    for (const proxy of proxies) await proxy.stop();
  }
  return { row, loads, remarks };
};

/** Round 0 warms proxies and load up, and is not kept. */
const measureLoad = async (
  row: BenchRow,
  load: BenchLoad,
  proxies: readonly Subject[],
  plan: RoundsPlan,
  figures: Map<string, Figures[]>,
): Promise<void> => {
  for (const proxy of proxies) if (proxy.pid !== null) await proxy.put(load.fault);
  for (const { name } of proxies) figures.set(name, []);
  for (let round = 0; round <= plan.rounds; round++) {
    plan.tell(`${row.name} ${load.name}: round ${round} of ${plan.rounds}`);
    for (const proxy of shuffled(proxies, round)) {
      const target: Target = { subject: proxy, ...plan };
      try {
        const measured = await load.measure(target);
        if (round > 0) figures.get(proxy.name)!.push(measured);
      } catch (error) {
        throw new Error(`${proxy.name}, ${row.name} ${load.name}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
};
