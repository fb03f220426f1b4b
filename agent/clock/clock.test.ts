import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Timers } from "./alarm-timer.ts";
import { type Clock, clockOf } from "./clock.ts";

/**
 * A loop whose time is moved by hand. Each turn takes time; sleeps count ticks as libuv does, so sleeps ring early or
 * late.
 */
class Loop implements Timers {
  #nowMs: number;
  readonly #turnMs: number;
  readonly #waiting = new Map<object, { readonly atMs: number; readonly then: () => void }>();
  turns = 0;
  sleeps = 0;
  nappedMs = 0;

  constructor(startMs = 0, turnMs = 0.05) {
    this.#nowMs = startMs;
    this.#turnMs = turnMs;
  }
  nowMs = (): number => this.#nowMs;
  sleep(ms: number, then: () => void): () => void {
    if (!Number.isInteger(ms)) throw new RangeError(`whole milliseconds, got ${ms}`);
    this.sleeps++;
    return this.#wait(Math.floor(this.#nowMs) + Math.max(1, ms), then);
  }
  next(then: () => void): () => void {
    this.turns++;
    return this.#wait(this.#nowMs + this.#turnMs, then);
  }
  nap(ms: number): void {
    if (ms <= 0 || ms >= 1) throw new RangeError(`a part of a millisecond, got ${ms}`);
    this.nappedMs += ms;
    this.#nowMs += ms + 0.05;
  }
  run(untilMs: number): void {
    for (;;) {
      const [key, due] = [...this.#waiting].sort(([, a], [, b]) => a.atMs - b.atMs)[0] ?? [];
      if (due === undefined || due.atMs > untilMs) break;
      this.#waiting.delete(key!);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.then();
    }
    this.#nowMs = untilMs;
  }
  /** A callback takes so much time. */
  take(ms: number): void {
    this.#nowMs += ms;
  }
  get idle(): boolean {
    return this.#waiting.size === 0;
  }
  #wait(atMs: number, then: () => void): () => void {
    const key = {};
    this.#waiting.set(key, { atMs, then });
    return () => this.#waiting.delete(key);
  }
}
const rung = (loop: Loop, clock: Clock, atMs: number, untilMs: number): number[] => {
  const at: number[] = [];
  clock.wake(atMs, () => at.push(loop.nowMs()), "exactly");
  loop.run(untilMs);
  return at;
};

describe("the clock", () => {
  it("rings once and never early, whatever the timers do and however many wait", () => {
    const waits = fc.array(
      fc.tuple(fc.double({ min: 0, max: 40, noNaN: true }), fc.double({ min: -5, max: 30, noNaN: true })),
    );
    const ways = fc.constantFrom("exactly" as const, "roughly" as const);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 5, noNaN: true }),
        waits,
        ways,
        fc.constantFrom(1, 0.05),
        (startMs, asked, how, cpus) => {
          const loop = new Loop(startMs);
          const clock = clockOf(loop, cpus);
          const late: number[] = [];
          for (const [fromMs, ms] of asked.toSorted(([a], [b]) => a - b)) {
            loop.run(Math.max(loop.nowMs(), startMs + fromMs));
            const atMs = loop.nowMs() + ms;
            clock.wake(atMs, () => late.push(loop.nowMs() - atMs), how);
          }
          loop.run(startMs + 100);
          return late.length === asked.length && late.every((ms) => ms >= 0) && loop.idle;
        },
      ),
    );
  });
  it("rings behind the first read after the time, not with the next tick", () => {
    const loop = new Loop(0.3);
    const at: number[] = [];
    const clock = clockOf(loop, 0.05);
    clock.wake(5.2, () => at.push(loop.nowMs()), "exactly");
    for (const readMs of [5.1, 5.21]) {
      loop.run(readMs);
      clock.ringDue();
    }
    expect(at).toEqual([5.21]);
    loop.run(20);
    expect([at.length, loop.idle]).toEqual([1, true]);
  });
  it("naps for the last quarter of a millisecond of a short wait, and is exact to a turn then", () => {
    const loop = new Loop(0.3);
    const [at] = rung(loop, clockOf(loop), 5.2, 20);
    expect(at! - 5.2).toBeLessThanOrEqual(0.101);
    expect(loop.nappedMs).toBeGreaterThan(0);
  });
  it("is late by less than a millisecond where no event comes, and never naps for longer than a quarter of one", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.double({ min: 0.01, max: 90, noNaN: true }),
        (startMs, ms) => {
          const loop = new Loop(startMs, 0.01);
          const [at] = rung(loop, clockOf(loop), startMs + ms, startMs + 200);
          return at! - (startMs + ms) < 1.07 && loop.nappedMs <= 0.25 && loop.turns <= 8 && loop.idle;
        },
      ),
    );
  });
  it("sleeps once for many waits that are due together, and not at all for a wait behind others", () => {
    const loop = new Loop(0.3);
    const clock = clockOf(loop, 0.05);
    const at: number[] = [];
    for (let flow = 0; flow < 100; flow++) clock.wake(5.2, () => at.push(loop.nowMs()), "exactly");
    clock.wake(9.2, () => at.push(loop.nowMs()), "exactly");
    expect(loop.sleeps).toBe(1);
    loop.run(20);
    expect([at.length, loop.sleeps <= 4]).toEqual([101, true]);
  });
  it("rings waits of the same time in the order in which they were set", () => {
    const order = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(order, (waits) => {
        const loop = new Loop();
        const clock = clockOf(loop);
        const rings: number[] = [];
        const alarms = waits.map(([ms], i) => clock.wake(ms, () => rings.push(i), "exactly"));
        for (const [i, [, isCancelled]] of waits.entries()) if (isCancelled) alarms[i]!.cancel();
        loop.run(20);
        const kept = waits.flatMap(([ms, isCancelled], i) => (isCancelled ? [] : [{ ms, i }]));
        expect(rings).toEqual(kept.toSorted((a, b) => a.ms - b.ms || a.i - b.i).map(({ i }) => i));
        return loop.idle;
      }),
    );
  });
  it("rings for two milliseconds in a turn at most, and the rest in the next turns", () => {
    const loop = new Loop();
    const clock = clockOf(loop);
    let [rung, most, inTurn] = [0, 0, 0];
    const work = () => {
      rung++;
      most = Math.max(most, ++inTurn);
      loop.take(0.1);
    };
    for (let flow = 0; flow < 1_000; flow++) clock.wake(5, work, "exactly");
    const next = loop.next.bind(loop);
    loop.next = (then) => {
      inTurn = 0;
      return next(then);
    };
    loop.run(1_000);
    expect([rung, most <= 32]).toEqual([1_000, true]);
  });
  it("rings the other waits, too, when a ring throws", () => {
    const loop = new Loop();
    const clock = clockOf(loop);
    let rung = 0;
    clock.wake(5, () => {
      throw new Error("broken");
    });
    clock.wake(5, () => rung++);
    expect(() => loop.run(20)).toThrow("broken");
    loop.run(20);
    expect([rung, loop.idle]).toEqual([1, true]);
  });
  it("rings behind no read what need not be exact", () => {
    const loop = new Loop();
    const clock = clockOf(loop);
    let rung = 0;
    clock.wake(5.5, () => rung++);
    loop.run(5.6);
    clock.ringDue();
    expect(rung).toBe(0);
    loop.run(20);
    expect([rung, loop.idle]).toEqual([1, true]);
  });
  it("rings what is due behind a read within a ring no second time, and in order", () => {
    const loop = new Loop();
    const clock = clockOf(loop);
    const order: number[] = [];
    for (const i of [1, 2, 3])
      clock.wake(
        5,
        () => {
          order.push(i);
          clock.ringDue();
        },
        "exactly",
      );
    loop.run(20);
    expect([order, loop.idle]).toEqual([[1, 2, 3], true]);
  });
  it("naps for a twentieth of the time at most, and is late by two ticks at most beyond that", () => {
    const TURN_MS = 0.01;
    const loop = new Loop(0, TURN_MS);
    const clock = clockOf(loop);
    let most = 0;
    for (let ms = 0; ms < 1_000; ms += 0.37) {
      loop.run(ms);
      const atMs = ms + 4.9;
      clock.wake(
        atMs,
        () => {
          most = Math.max(most, loop.nowMs() - atMs);
        },
        "exactly",
      );
    }
    loop.run(2_000);
    expect(loop.nappedMs).toBeGreaterThan(0);
    expect(loop.nappedMs + loop.turns * TURN_MS).toBeLessThan(1_000 * 0.05 * 1.1);
    expect(most).toBeLessThanOrEqual(2);
  });
  it("does not nap where many wait: events are frequent then", () => {
    const loop = new Loop(0.3);
    const clock = clockOf(loop);
    for (let flow = 0; flow < 20; flow++) clock.wake(5.2 + flow, () => {}, "exactly");
    loop.run(7);
    expect(loop.nappedMs).toBe(0);
    loop.run(100);
    expect(loop.nappedMs).toBeGreaterThan(0);
  });
  it("naps for its share of what the process may use, where that is less than a CPU", () => {
    const TURN_MS = 0.01;
    const loop = new Loop(0, TURN_MS);
    const clock = clockOf(loop, 0.5);
    for (let ms = 0; ms < 1_000; ms += 0.37) {
      loop.run(ms);
      clock.wake(ms + 4.9, () => {}, "exactly");
    }
    loop.run(2_000);
    expect(loop.nappedMs).toBeGreaterThan(0);
    expect(loop.nappedMs + loop.turns * TURN_MS).toBeLessThan(1_000 * 0.05 * 0.5 * 1.3);
  });
  it("neither naps nor spends turns in a process that may use a twentieth of a CPU, nor on what need not be exact", () => {
    const loop = new Loop(0.5);
    rung(loop, clockOf(loop, 0.05), 5.2, 20);
    clockOf(loop).wake(25.2, () => {});
    loop.run(40);
    expect([loop.turns, loop.nappedMs, loop.idle]).toEqual([0, 0, true]);
  });
  it("sleeps once for what need not be exact, and is late by 2 ms at most", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.double({ min: 0.01, max: 300, noNaN: true }),
        (startMs, ms) => {
          const loop = new Loop(startMs);
          const atMs = startMs + ms;
          const late: number[] = [];
          clockOf(loop).wake(atMs, () => late.push(loop.nowMs() - atMs));
          loop.run(startMs + 400);
          return loop.sleeps === 1 && late.length === 1 && late[0]! >= 0 && late[0]! <= 2;
        },
      ),
    );
  });
  it("spends no turns on long waits", () => {
    const loop = new Loop(0.5);
    expect(rung(loop, clockOf(loop), 100.7, 6_000)).toHaveLength(1);
    expect(loop.turns).toBe(0);
  });
  it.each([0.5, 5.5, 5_000])("does not ring when it was cancelled, with %d ms to go", (ms) => {
    const loop = new Loop();
    const clock = clockOf(loop);
    const alarm = clock.wake(ms, () => expect.unreachable());
    loop.run(ms - 0.2);
    alarm.cancel();
    // No timer is left that would keep the process alive.
    expect(loop.idle).toBe(true);
    loop.run(ms + 10);
    expect(loop.idle).toBe(true);
  });
  it("never rings within the call, though the time has come", () => {
    const loop = new Loop(10);
    const clock = clockOf(loop);
    let isIn = true;
    clock.wake(3, () => expect(isIn).toBe(false));
    isIn = false;
    loop.run(20);
    expect(loop.idle).toBe(true);
  });
  it("refuses NaN, and waits for ever for infinity", () => {
    const loop = new Loop();
    const clock = clockOf(loop);
    expect(() => clock.wake(Number.NaN, () => {})).toThrow(RangeError);
    expect(rung(loop, clock, Number.POSITIVE_INFINITY, 1e9)).toEqual([]);
  });
});
