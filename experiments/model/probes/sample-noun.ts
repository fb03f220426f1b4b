/** The noun for samples of a probe in reasons: requests, connections, exchanges or samples. */
import type { ProbeKind } from "./index.ts";

const NOUNS: Readonly<Record<ProbeKind, string>> = {
  http: "requests",
  tcp: "connections",
  traffic: "exchanges",
  ratio: "samples",
  prometheus: "samples",
  process: "samples",
};
export const nounOf = (kind: ProbeKind): string => NOUNS[kind];
