/** `--select SERVICE:WHAT`: the instances of a service that a run may affect. */
import type { StartRun } from "../../server/contract/index.ts";
import { usage } from "../exit.ts";

export type Select = NonNullable<StartRun["select"]>;
type Selected = Select[string];
const EXPECTED = "expected SERVICE:WHAT, such as checkout:track=canary,instances=50%";
const COUNT = /^[1-9]\d*$/;
const SHARE = /^\d+(\.\d+)?%$/;

const instancesOf = (value: string, given: string): number | string => {
  if (COUNT.test(value)) return Number(value);
  if (SHARE.test(value) && Number.parseFloat(value) > 0 && Number.parseFloat(value) <= 100) return value;
  throw usage(`--select ${given}: instances is a number such as 2 or a share such as 50%, got ${value}`);
};
const selectedOf = (what: string, given: string): Selected => {
  const labels: Record<string, string> = {};
  let instances: number | string | undefined;
  for (const term of what.split(",")) {
    const at = term.indexOf("=");
    const [key, value] = [term.slice(0, at), term.slice(at + 1)];
    if (at < 1 || value === "") throw usage(`--select ${given}: ${EXPECTED}`);
    if (key === "instances") instances = instancesOf(value, given);
    else labels[key] = value;
  }
  return {
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(instances === undefined ? {} : { instances }),
  };
};

export const readSelect = (given: readonly string[]): Select => {
  const select = new Map<string, Selected>();
  for (const one of given) {
    const at = one.indexOf(":");
    if (at < 1) throw usage(`--select ${one}: ${EXPECTED}`);
    const service = one.slice(0, at);
    if (select.has(service)) throw usage(`--select names ${service} twice; join what is meant by commas`);
    select.set(service, selectedOf(one.slice(at + 1), one));
  }
  return Object.fromEntries(select);
};
