/** The queue against its plain rule: a run may begin if no run ahead claims the same resource. */
import { describe, expect, it } from "vitest";
import { asRunId, type RunId } from "../../../experiments/model/names.ts";
import type { Plan } from "../../../experiments/model/plan/plan.ts";
import type { ResourceClaim } from "../../store/claims.ts";
import { type QueueEntry, QueueOrder } from "./order.ts";

const PLAN = { mode: "baseline", faults: [] } as never as Plan;
const inTheWay = (a: readonly ResourceClaim[], b: readonly ResourceClaim[]): boolean =>
  a.some((one) =>
    b.some((other) => one.resource === other.resource && (one.mode === "exclusive" || other.mode === "exclusive")),
  );
/** Runs that may begin by the plain rule, which compares every pair. */
const byTheRule = (waiting: readonly QueueEntry[], live: readonly QueueEntry[]): readonly string[] => {
  const taken = live.map(({ claims }) => claims);
  return waiting
    .toSorted((a, b) => b.priority - a.priority || a.age - b.age)
    .filter((one) => {
      const isFree = !taken.some((claims) => inTheWay(claims, one.claims));
      taken.push(one.claims);
      return isFree;
    })
    .map(({ id }) => id);
};

describe("whose turn it is", () => {
  it("is what a look at every pair of claims would say, through 3,000 random comings and goings", () => {
    let state = 7;
    const roll = (most: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * most);
    };
    const queue = new QueueOrder();
    const [waiting, live] = [new Map<RunId, QueueEntry>(), new Map<RunId, QueueEntry>()];
    let began = 0;
    for (let step = 0; step < 3_000; step++) {
      const kind = roll(10);
      const here = [...waiting.keys(), ...live.keys()];
      if (kind < 5 && here.length < 25) {
        const claims = Array.from({ length: 1 + roll(3) }, () => roll(9)).map(
          (resource): ResourceClaim => ({ resource: `r${resource}`, mode: roll(3) === 0 ? "exclusive" : "shared" }),
        );
        const own = [...new Map(claims.map((claim) => [claim.resource, claim])).values()];
        const one = { id: asRunId(`run-${step}`), plan: PLAN, claims: own, priority: roll(3), age: step };
        queue.add(one);
        waiting.set(one.id, one);
      } else if (kind < 8 && here.length > 0) {
        const id = here[roll(here.length)]!;
        queue.remove(id);
        waiting.delete(id);
        live.delete(id);
      }
      const next = queue.next({}).map(({ id }) => id);
      expect(next).toEqual(byTheRule([...waiting.values()], [...live.values()]));
      const [first] = next;
      if (first !== undefined && roll(2) === 0) {
        queue.begin(first);
        live.set(first, waiting.get(first)!);
        waiting.delete(first);
        began++;
      }
      expect(queue.length).toBe(waiting.size);
    }
    expect(began).toBeGreaterThan(200);
  });
  it("is found by looking at the newcomer's claims, however many wait that claim the same 300 services", () => {
    let looks = 0;
    /** Claims of a run; counts each claim that is read. */
    const claimsOf = (run: number): readonly ResourceClaim[] =>
      Array.from({ length: 600 }, (_, i) => ({
        get resource() {
          looks++;
          return i === 0 ? "edge" : `service:${i}`;
        },
        mode: i === 0 || i === run ? ("exclusive" as const) : ("shared" as const),
      }));
    const queue = new QueueOrder();
    const cost = (age: number): number => {
      looks = 0;
      queue.add({ id: asRunId(`run-${age}`), plan: PLAN, claims: claimsOf(age), priority: 0, age });
      queue.next({});
      return looks;
    };
    const first = cost(1);
    queue.begin(asRunId("run-1"));
    for (let age = 2; age < 500; age++) cost(age);
    expect(cost(500)).toBeLessThanOrEqual(first);
  });
});
