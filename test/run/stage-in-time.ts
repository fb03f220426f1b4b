/** Test stage: a term in fake time with the helpers that the tests share. */
import { afterEach, expect } from "vitest";
import { checkJournal } from "../../experiments/model/journal/journal.ts";
import { asInstance, type RunId } from "../../experiments/model/names.ts";
import type { StartRequest } from "../../server/runs/start/request.ts";
import type { Principal } from "../../server/security/roles.ts";
import { digest } from "../../server/store/chain.ts";
import type { Store } from "../../server/store/open.ts";
import { FakeClock } from "../server/fake-clock.ts";
import { AgentInTime, type AgentOptions } from "./agent-in-time.ts";
import {
  beginInTime,
  experimentInTime,
  openInMemory,
  pass,
  passUntil,
  submissionOf,
  type TermOptions,
  type Wanted,
} from "./term-in-time.ts";

const open: Store[] = [];
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
});
export const ALICE: Principal = { name: "alice", role: "operator", token: "t1" };
export const OPERATOR = { because: "operator", reason: "enough", recover: false } as const;

export const stage = async (options: TermOptions = {}) => {
  const clock = new FakeClock();
  const store = await openInMemory();
  open.push(store);
  const begin = (more: TermOptions = {}) => beginInTime(clock, store, { ...options, ...more });
  const term = await begin();
  const agents: AgentInTime[] = [];
  const agent = async (instance: string, more: AgentOptions = {}) => {
    const made = new AgentInTime(clock, asInstance(instance), more);
    agents.push(made);
    made.connect(term.fleet);
    await pass(clock, 100);
    return made;
  };
  const start = async (wanted: Wanted = {}, more: Partial<StartRequest> = {}) =>
    (await term.runs.start(submissionOf(experimentInTime(wanted), more))).id;
  const report = (id: RunId) => term.runs.report(id);
  const state = (id: RunId) => term.runs.active(id)?.run.at ?? "finished";
  const ended = async (id: RunId, { runs } = term) => {
    // An audit takes two rounds, and long, when no agent answers well.
    await passUntil(clock, `${id} is over, and its claims are settled`, () => runs.active(id) === null, 120_000);
    const records = await runs.records(id);
    expect(checkJournal(records, digest)).toEqual([]);
    return runs.report(id);
  };
  const live = (id: RunId) =>
    passUntil(clock, `a fault of ${id} is live`, () => agents.some(({ live }) => live.some(({ run }) => run === id)));
  return { clock, store, term, begin, agent, agents, start, report, state, ended, live };
};
