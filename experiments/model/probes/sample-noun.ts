/** The noun for samples of a probe in reasons: requests, connections, exchanges or looks. */
import type { ProbeKind } from "./index.ts";

const NOUNS: Readonly<Record<ProbeKind, string>> = {
  http: "requests",
  tcp: "connections",
  traffic: "exchanges",
  ratio: "looks",
  prometheus: "looks",
  process: "looks",
};
export const nounOf = (kind: ProbeKind): string => NOUNS[kind];
