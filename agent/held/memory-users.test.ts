import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MemoryUser, MemoryUsers } from "./memory-users.ts";

const userThat = (changed: () => void): MemoryUser => ({ before: null, after: null, memoryChanged: changed });

describe("the users of memory", () => {
  it("are told in the order in which they joined, once each, whatever was added twice or left", () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(7)), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (joins) => {
        const told: number[] = [];
        const all = Array.from({ length: 8 }, (_, i) => userThat(() => told.push(i)));
        const users = new MemoryUsers();
        const expected = new Set<number>();
        for (const [isIn, i] of joins) {
          if (isIn) users.add(all[i]!);
          else users.delete(all[i]!);
          if (isIn) expected.add(i);
          else expected.delete(i);
        }
        users.tell();
        expect(told).toEqual([...expected]);
      }),
    );
  });
  it("may leave, and others join, while they are told", () => {
    const told: string[] = [];
    const users = new MemoryUsers();
    const late = userThat(() => told.push("late"));
    const first = userThat(() => {
      told.push("first");
      for (const user of [first, second]) users.delete(user);
      users.add(late);
    });
    const second = userThat(() => told.push("second"));
    users.add(first);
    users.add(second);
    users.tell();
    expect(told).toEqual(["first", "second"]);
    users.tell();
    expect(told.slice(2)).toEqual(["late"]);
  });
});
