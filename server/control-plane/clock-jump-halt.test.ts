import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/server/fake-clock.ts";
import { noLog } from "../log.ts";
import type { Runs } from "../runs/runs.ts";
import { haltOnClockJump } from "./clock-jump-halt.ts";

describe("invariant 5: a clock that jumps", () => {
  const stage = () => {
    const clock = new FakeClock();
    const halted: unknown[] = [];
    const runs: Pick<Runs, "haltAll"> = {
      haltAll: async (...given) => {
        halted.push(given);
        return [];
      },
    };
    return { clock, halted, stop: haltOnClockJump(clock, noLog, runs) };
  };
  it("halts every run of the term at once, and latches nothing", async () => {
    for (const jump of [{ wallJumpMs: 5_000 }, { uptimeJumpMs: 60_000 }]) {
      const { clock, halted, stop } = stage();
      await clock.advance(10_000);
      expect(halted).toEqual([]);
      Object.assign(clock, jump);
      await clock.advance(250);
      expect(halted).toEqual([
        [expect.objectContaining({ because: "clock-jump", recover: false }), expect.objectContaining({ latch: false })],
      ]);
      stop();
    }
  });
  it("is nobody's concern once the term has ended", async () => {
    const { clock, halted, stop } = stage();
    stop();
    clock.wallJumpMs += 5_000;
    await clock.advance(1_000);
    expect(halted).toEqual([]);
  });
});
