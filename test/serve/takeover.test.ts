/**
 * Two servers on a shared PostgreSQL: when the leader is killed the other takes over, with no run lost and no fault
 * left.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeOnPostgres, withPostgres } from "../postgres.ts";
import {
  agentReady,
  ask,
  eventually,
  experimentOf,
  finished,
  type Ground,
  leads,
  openGround,
  type Serving,
  start,
  throughEdge,
} from "./ground.ts";

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

/** The two servers, the leader first. */
const inOrder = async (a: Serving, b: Serving): Promise<readonly [Serving, Serving]> =>
  eventually("one of two leads", async () => {
    if (await leads(a)) return [a, b] as const;
    return (await leads(b)) ? ([b, a] as const) : undefined;
  });

/** Starts a run on the leader and waits until the fault slows traffic. */
const startFelt = async ({ url }: Serving, name: string): Promise<string> => {
  await agentReady(url);
  const id = await start(url, experimentOf(ground, { name, during: "60s", delay: "2s" }));
  await expect.poll(() => throughEdge(ground), { timeout: 15_000 }).toBeGreaterThan(1_900);
  return id;
};
/**
 * Checks that the other server leads within the time of invariant 12, and finishes the runs that the first server left.
 */
const takesOver = async (next: Serving, run: string): Promise<void> => {
  const lostMs = performance.now();
  await eventually("the other leads", async () => (await leads(next)) || undefined);
  // The bound: five seconds, plus the delay of a busy machine in answering.
  expect(performance.now() - lostMs).toBeLessThan(8_000);
  expect(await finished(next.url, run)).toMatchObject({ verdict: "HALTED", because: "server-lost" });
  expect(await throughEdge(ground)).toBeLessThan(1_000);
};

describeOnPostgres("invariant 12: two servers on one PostgreSQL", () => {
  it("take over from each other when the leader is frozen, and when it is killed; what it left is finished", async () => {
    await withPostgres(async (DATABASE_URL) => {
      const servers = await Promise.all(["a", "b"].map((name) => ground.serve(name, [], { DATABASE_URL })));
      const [leader, standby] = await inOrder(servers[0]!, servers[1]!);
      const refersTo = async ({ url }: Serving, other: Serving) => {
        const { status, headers, body } = await ask(url, "/api/v1/runs");
        expect({ status, body }).toMatchObject({ status: 421, body: { code: "not-leader" } });
        expect(headers.get("squall-leader")).toBe(other.url);
        const ready = await ask(url, "/readyz");
        expect(ready).toMatchObject({ status: 503, body: { reason: expect.stringContaining(other.url) } });
      };
      // The standby may have read the row before the other server took the lead.
      await eventually("the one that stands by knows who leads", async () => {
        const { status } = await ask(standby.url, "/api/v1/runs");
        return status === 421 || undefined;
      });
      await refersTo(standby, leader);
      await ground.agent([standby.url, leader.url]);

      const first = await startFelt(leader, "first");
      leader.child.kill("SIGSTOP");
      await takesOver(standby, first);
      leader.child.kill("SIGCONT");
      await eventually("the one that woke up stands by", async () => {
        const { status } = await ask(leader.url, "/api/v1/runs");
        return status === 421 || undefined;
      });
      await refersTo(leader, standby);
      // Each server's own log shows when that server led.
      expect(leader.text()).toMatch(/ this server leads epoch=1 url=/);
      expect(leader.text()).toMatch(/ warn: this server lost the lead epoch=1 because=/);
      expect(standby.text()).toMatch(/ this server stands by leader=/);
      expect(standby.text()).toMatch(/ this server leads epoch=2 url=/);

      const second = await startFelt(standby, "second");
      standby.child.kill("SIGKILL");
      await takesOver(leader, second);
      leader.child.kill("SIGTERM");
      expect(await leader.ended).toBe(0);
    });
  });
});
