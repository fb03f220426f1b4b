/**
 * Loss of an agent: of several agents one is killed, or stands still, at some moment of a run. The faults of the lost
 * agent end with the process or with the lease, no run is HELD over the loss, the other agents are cleared and attest,
 * and an agent that comes back late has no fault.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../ports.ts";
import type { Serving } from "../serve/ground.ts";
import {
  agentsReady,
  type Caller,
  LONG,
  openPlane,
  type Plane,
  type PlaneAgent,
  patiently,
  sleepUntil,
  type Wanted,
} from "./plane.ts";
import {
  ended,
  expectGone,
  expectHeld,
  expectNothingHeld,
  GONE_MS,
  injecting,
  LEASE_MS,
  now,
  type Over,
  untilNoClaims,
  untilState,
} from "./proofs.ts";

const TIMEOUT_MS = 180_000;

/** Instance of an edge's caller, and the traffic through the instance's agent. */
interface Instance {
  readonly agent: PlaneAgent;
  readonly caller: Caller;
}
interface Trial {
  readonly instances: readonly Instance[];
  readonly url: string;
  start(wanted?: Wanted): Promise<string>;
  /** Starts a run and waits until every instance's caller has a faulted answer. */
  strike(wanted?: Wanted): Promise<string>;
  /** Starts a new process of that instance. */
  revive(instance: number): Promise<Instance>;
}

let plane: Plane;
let serving: Serving;
const TRIALS = 9;
beforeAll(async () => {
  plane = await openPlane(TRIALS);
  serving = await plane.serve("server", plane.ports[0]!);
});
afterAll(() => plane.close());

const instancesOn = async (edge: number, count: number) => {
  const ports = await freePorts(count - 1);
  const open = async (i: number): Promise<Instance> => {
    // The first agent listens on the address of the mesh, and the run's probe goes through that agent.
    const listen = i === 0 ? {} : { listen: ports[i - 1]! };
    const agent = await plane.agent({ edge, name: `caller-${edge}-${i}`, ...listen });
    return { agent, caller: i === 0 ? plane.callers[edge]! : plane.caller(ports[i - 1]!) };
  };
  return { open, instances: await Promise.all(Array.from({ length: count }, (_, i) => open(i))) };
};

let edges = 0;
const trial = (name: string, instances: number, use: (trial: Trial) => Promise<void>): void => {
  const edge = edges++;
  it(name, { timeout: TIMEOUT_MS }, async () => {
    const { url } = serving;
    const opened = await instancesOn(edge, instances);
    const all = [...opened.instances];
    try {
      await agentsReady(url, ...all.map(({ agent }) => agent.name));
      await use({
        ...{ url, instances: opened.instances },
        start: (wanted) => plane.start(url, edge, wanted),
        strike: (wanted = LONG) => injecting(url, () => plane.start(url, edge, wanted), callersOf(opened.instances)),
        async revive(i) {
          const revived = await opened.open(i);
          all.push(revived);
          return revived;
        },
      });
    } finally {
      for (const { agent } of all) agent.child.kill("SIGKILL");
      await Promise.all(all.map(({ agent }) => agent.ended));
    }
  });
};

const agentsOf = (instances: readonly Instance[]) => instances.map(({ agent }) => agent);
const callersOf = (instances: readonly Instance[]) => instances.map(({ caller }) => caller);
const kill = async ({ agent }: Instance, signal: "SIGKILL" | "SIGSTOP") => {
  agent.child.kill(signal);
  const mishap = now();
  if (signal === "SIGKILL") await agent.ended;
  return mishap;
};
/** Audit grades by instance. */
const gradesIn = ({ report }: Over) => Object.fromEntries(report.audit.map(({ agent, grade }) => [agent, grade]));
const expectHalted = (over: Over): void => {
  const { verdict, because } = over.report;
  expect({ verdict, because }, over.report.reason).toEqual({ verdict: "HALTED", because: "agent-lost" });
};
/** Checks that surviving agents were audited by attestation, not by inference. */
const expectAttested = (over: Over, instances: readonly Instance[]): void => {
  for (const { agent } of instances) expect(gradesIn(over)[agent.name], agent.name).toBe("attested");
};
/** Checks that the ended run's claims are free, and that a new run holds with these agents, which hold no old fault. */
const expectAsNew = async ({ url, start }: Trial, over: Over, instances: readonly Instance[]): Promise<void> => {
  await untilNoClaims(url, [over.id]);
  await expectNothingHeld(agentsOf(instances));
  await agentsReady(url, ...agentsOf(instances).map(({ name }) => name));
  await expectHeld(url, () => start());
};

describe.concurrent("one agent of several", () => {
  trial(
    "invariant 18: is killed in mid-fault: its end is witnessed, the others attest, and its successor is clean",
    3,
    async (trial) => {
      const { instances, url } = trial;
      const [first, second, third] = instances as [Instance, Instance, Instance];
      const run = await trial.strike();
      const mishap = await kill(third, "SIGKILL");
      const over = await ended(url, run);
      expectHalted(over);
      expectAttested(over, [first, second]);
      expect(gradesIn(over)[third.agent.name]).toBe("witnessed");
      await expectNothingHeld(agentsOf([first, second]));
      const successor = await trial.revive(2);
      await sleepUntil(mishap.atMs + GONE_MS);
      expectGone(callersOf(instances), mishap);
      await expectAsNew(trial, over, [first, second, successor]);
    },
  );

  trial("invariant 5: stands still, and goes on when its run is over: it strikes nobody any more", 3, async (trial) => {
    const { instances, url } = trial;
    const [first, second, third] = instances as [Instance, Instance, Instance];
    const run = await trial.strike();
    const mishap = await kill(third, "SIGSTOP");
    const over = await ended(url, run);
    expectHalted(over);
    expectAttested(over, [first, second]);
    expect(gradesIn(over)[third.agent.name]).toBe("inferred");
    await sleepUntil(mishap.atMs + GONE_MS);
    // Requests that arrived during the freeze are the first that the agent decides.
    const { answers } = third.caller;
    const onMs = performance.now();
    third.agent.child.kill("SIGCONT");
    await patiently("it answers again", () => third.caller.answers > answers + 2 || undefined);
    expect(third.caller.struckMs).toBeLessThan(onMs);
    expectGone(callersOf(instances), mishap);
    await expectAsNew(trial, over, instances);
  });

  trial(
    "invariant 5: stands still, and goes on while its run is being ended: it is cleared like the others",
    3,
    async (trial) => {
      const { instances, url } = trial;
      const [first, second, third] = instances as [Instance, Instance, Instance];
      const run = await trial.strike();
      const mishap = await kill(third, "SIGSTOP");
      await sleepUntil(mishap.atMs + LEASE_MS);
      await untilState(url, run, "reverting");
      const onMs = performance.now();
      third.agent.child.kill("SIGCONT");
      const over = await ended(url, run);
      expectHalted(over);
      expectAttested(over, [first, second]);
      expect(["attested", "inferred"]).toContain(gradesIn(over)[third.agent.name]);
      expect(third.caller.struckMs).toBeLessThan(onMs);
      await sleepUntil(mishap.atMs + GONE_MS);
      expectGone(callersOf(instances), mishap);
      await expectAsNew(trial, over, instances);
    },
  );

  trial("invariant 19: stands still for less than its lease, and its run is not disturbed", 2, async (trial) => {
    const { instances, url } = trial;
    const [, second] = instances as [Instance, Instance];
    // A second is less than a tenth of `during`: the agent's own stall, which the run is informed of, is no gap yet.
    const run = await trial.strike({ during: "12s" });
    await kill(second, "SIGSTOP");
    await sleepUntil(performance.now() + 1_000);
    second.agent.child.kill("SIGCONT");
    const over = await ended(url, run);
    expect(over.verdict, over.report.reason).toBe("HELD");
    expectAttested(over, instances);
  });

  trial(
    "invariant 17: is killed and its successor comes at once: together they strike no more than the run may",
    3,
    async (trial) => {
      const { instances, url } = trial;
      const [first, second] = instances as [Instance, Instance];
      const most = 45;
      const run = await trial.strike({ ...LONG, limits: { requests: most } });
      const mishap = await kill(instances[2]!, "SIGKILL");
      const successor = await trial.revive(2);
      const over = await ended(url, run);
      expectHalted(over);
      expectAttested(over, [first, second]);
      await sleepUntil(mishap.atMs + GONE_MS);
      expectGone(callersOf([...instances, successor]), mishap);
      const struck = callersOf(instances).reduce((sum, caller) => sum + caller.struck, 0) + successor.caller.struck;
      expect(struck).toBeLessThanOrEqual(most);
      expect(over.report.receipts.reduce((sum, { injected }) => sum + injected, 0)).toBeLessThanOrEqual(most);
      await expectAsNew(trial, over, [first, second, successor]);
    },
  );

  trial("dies together with all the others: each end is witnessed, and the edge is free", 2, async (trial) => {
    const { instances, url } = trial;
    const run = await trial.strike();
    for (const instance of instances) await kill(instance, "SIGKILL");
    const over = await ended(url, run);
    expectHalted(over);
    expect(Object.values(gradesIn(over))).toEqual(["witnessed", "witnessed"]);
    await expectAsNew(trial, over, await Promise.all(instances.map((_, i) => trial.revive(i))));
  });

  trial("is killed before anything was injected: nothing ever is", 2, async (trial) => {
    const { instances, url } = trial;
    const [first, second] = instances as [Instance, Instance];
    const run = await trial.start(LONG);
    await untilState(url, run, "baseline");
    await kill(second, "SIGKILL");
    const over = await ended(url, run);
    expectHalted(over);
    expect(first.caller.struck).toBe(0);
    await expectAsNew(trial, over, [first, await trial.revive(1)]);
  });

  trial(
    "is killed after the revert: the run is not green although everything went well until then",
    2,
    async (trial) => {
      const { instances, url } = trial;
      const [first, second] = instances as [Instance, Instance];
      const run = await trial.start();
      await untilState(url, run, "recovering");
      await kill(second, "SIGKILL");
      const over = await ended(url, run);
      expectHalted(over);
      expectAttested(over, [first]);
      await expectAsNew(trial, over, [first, await trial.revive(1)]);
    },
  );

  trial("invariant 19: disturbs no run that it has no part in", 1, async (trial) => {
    const { instances, url } = trial;
    await expectHeld(url, () => trial.start({ during: "12s" }));
    await expectNothingHeld(agentsOf(instances));
  });
});
