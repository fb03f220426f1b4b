/** Rows of the bench as data: the proxies, the load and the figures of a measurement. */
import type { ProxyFault, ProxyProtocol, Subject } from "./proxies/proxy.ts";
import type { Upstream, UpstreamKind } from "./upstream.ts";

/** Figures of a window by key; NaN: the figure does not exist for this proxy. */
export type Figures = Readonly<Record<string, number>>;

/** A proxy under measurement, and the surroundings of the bench. */
export interface Target {
  readonly subject: Subject;
  readonly upstream: Upstream;
  /** Folder for files of the load. */
  readonly folder: string;
  readonly windowMs: number;
}
export interface BenchLoad {
  /** Value of the first column of the table; empty: the row has a single load. */
  readonly name: string;
  /** Fault on all proxies while the load lasts; null: none. */
  readonly fault: ProxyFault | null;
  /** Measures a window. Rejects: the proxy answered wrongly. */
  measure(target: Target): Promise<Figures>;
}
export interface FigureColumn {
  readonly key: string;
  /** Title of the column, with the unit. */
  readonly title: string;
  readonly digits: number;
  /** Title of a second column with the ratio to this checkout's agent, inside each round; null: no ratio. */
  readonly ratio: string | null;
}
export interface BenchRow {
  /** Name on the command line and in the document. */
  readonly name: string;
  readonly title: string;
  /** Sentences above the table: how the figures are measured. */
  readonly note: string;
  readonly protocol: ProxyProtocol;
  readonly upstream: UpstreamKind;
  /** Listeners of each proxy. */
  readonly edges: number;
  /** Kinds of proxies, by name; the agents have a part in every row. */
  readonly proxies: readonly string[];
  /** Whether the load is measured without a proxy, too. */
  readonly direct: boolean;
  /** Whether a measurement spoils the proxy for the next, so that each round starts new processes. */
  readonly fresh: boolean;
  readonly loads: readonly BenchLoad[];
  readonly columns: readonly FigureColumn[];
}
