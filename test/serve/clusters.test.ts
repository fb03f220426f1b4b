/**
 * Agents between servers of two databases: a copied database with a control plane beside the original, or a server that
 * was set up anew.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { expectHeld } from "../crash/proofs.ts";
import {
  agentReady,
  eventually,
  experimentOf,
  finished,
  type Ground,
  openGround,
  shows,
  start,
  throughEdge,
} from "./ground.ts";

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

it("an agent drops what the servers of one database ordered when it turns to another's, obeys those, and comes back", async () => {
  // Both servers lead in epoch 1 of separate databases, and number orders from 1.
  const [first, second] = await Promise.all([ground.serve("first"), ground.serve("second")]);
  const agent = await ground.agent([first.url, second.url]);
  await agentReady(first.url);
  await finished(first.url, await start(first.url, experimentOf(ground, { name: "before" })));
  const id = await start(first.url, experimentOf(ground, { during: "60s", delay: "1500ms", within: "1900ms" }));
  await eventually("the fault is felt", async () => ((await throughEdge(ground)) ?? 0) > 1_400 || undefined);
  // The agent's connections to the first server end with the server; grants would live for five seconds more.
  first.child.kill("SIGKILL");
  await agentReady(second.url);
  expect(await throughEdge(ground)).toBeLessThan(1_000);
  // On a busy machine the lease may end first.
  await shows(agent, /dropped all faults: (a server of another database has taken over|the lease is over)/);
  await expectHeld(second.url, () => start(second.url, experimentOf(ground, { during: "2s" })));
  expect(agent.text()).not.toMatch(/refused order/);

  second.child.kill("SIGKILL");
  const again = await ground.serve("first", ["--listen", new URL(first.url).host]);
  await agentReady(again.url);
  expect(await finished(again.url, id)).toMatchObject({ verdict: "HALTED", because: "server-lost" });
  await expectHeld(again.url, () => start(again.url, experimentOf(ground, { during: "2s" })));
  expect(agent.text()).not.toMatch(/refused order/);
});
