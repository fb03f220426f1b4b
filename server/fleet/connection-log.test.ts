import { expect, it } from "vitest";
import { CLOSED } from "../../agent/contract/index.ts";
import { asAgentBoot, asInstance } from "../../experiments/model/names.ts";
import { HARMFUL } from "../../experiments/model/text/printable.ts";
import { Puppet, stage } from "../../test/fleet/puppet.ts";
import { lineLog } from "../log.ts";

const logged = () => {
  const lines: string[] = [];
  const house = stage({ log: lineLog((line) => lines.push(line)) });
  return { ...house, lines, told: () => lines.splice(0) };
};

it("tells of an agent that joins, falls silent, is closed and comes back, once each", async () => {
  const { agent, fleet, clock, live, told } = logged();
  await live(2);
  expect(told()).toEqual(["an agent joined agent=b1 boot=b1 version=0"]);
  await clock.advance(14_000);
  expect(told()).toEqual(["warn: an agent fell silent agent=b1 boot=b1 silentMs=5250"]);
  agent.pulse();
  expect(told()).toEqual(['an agent came back agent=b1 boot=b1 because="it was silent" silentMs=14000']);
  await clock.advance(16_000);
  expect(agent.closes).toEqual([CLOSED.stalled]);
  expect(told().at(-1)).toBe(
    `warn: an agent's connection closed agent=b1 boot=b1 because="it was silent for too long" code=${CLOSED.stalled}`,
  );
  await clock.advance(2_000);
  agent.connect(fleet);
  agent.pulse();
  expect(told()).toEqual([expect.stringMatching(/^an agent came back agent=b1 boot=b1 version=0 awayMs=\d+$/)]);
});

it("tells a goodbye from a loss", () => {
  const { agent, fleet, told } = logged();
  told();
  agent.line.closed();
  expect(told()).toEqual([
    'warn: an agent\'s connection closed agent=b1 boot=b1 because="it was cut, without a goodbye" code=1006',
  ]);
  agent.connect(fleet);
  agent.pulse();
  told();
  agent.line.closed({ code: 1000, why: "the agent ends" });
  expect(told()).toEqual(['an agent left agent=b1 boot=b1 because="the agent ends"']);
});

it("tells of a new process of an agent that was lost as one that came back", async () => {
  const { agent, fleet, clock, told } = logged();
  agent.line.closed();
  await clock.advance(3_000);
  told();
  const next = new Puppet(asAgentBoot("b2"), { instance: asInstance("b1") });
  next.connect(fleet);
  next.pulse();
  expect(told()).toEqual(["an agent came back agent=b1 boot=b2 version=0 awayMs=3000"]);
});

it("keeps quiet of whoever only knocks, and when the server itself closes all connections", () => {
  const { fleet, told } = logged();
  told();
  for (let i = 0; i < 50; i++) {
    const knocking = new Puppet(asAgentBoot(`k${i}`));
    knocking.connect(fleet);
    knocking.line.closed();
  }
  fleet.close();
  expect(told()).toEqual([]);
});

it("does not let an agent, or a credential with names without end, fill the log", async () => {
  const { agent, fleet, clock, told } = logged();
  for (let i = 0; i < 500; i++) {
    agent.line.closed();
    agent.connect(fleet);
    agent.pulse();
  }
  // Six lines of the agent's own, and six under the credential.
  expect(told()).toHaveLength(12);
  await clock.advance(60_000);
  expect(told().filter((line) => / more=\d+$/.test(line))).toHaveLength(2);
  for (let i = 0; i < 900; i++) {
    const one = new Puppet(asAgentBoot(`n${i}`), {}, { credential: "t1" });
    one.connect(fleet);
    one.pulse();
  }
  expect(told().length).toBeLessThan(210);
});

it("keeps hostile words of an agent on one line of visible text", () => {
  const { fleet, told } = logged();
  told();
  const hostile = new Puppet(asAgentBoot("b\n2"), {
    instance: asInstance("x\u001b[31m\nerror: forged"),
    version: '9" level=error \u202e',
  });
  hostile.connect(fleet);
  hostile.pulse();
  hostile.line.closed({ code: 4_999, why: "bye\r\n<0>forged" });
  const lines = told();
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).not.toMatch(HARMFUL);
});
