/** Two schedulers on a shared PostgreSQL, where the database alone prevents a double start. */
import { setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import { listScheduledRuns } from "../../server/store/scheduled-runs.ts";
import { itOnPostgres, withPostgres } from "../postgres.ts";
import { Stage } from "./stage.ts";

const MINUTE_MS = 60_000;
const NAMES = ["a", "b", "c"];

/** Number of instants that each schedule has had. */
const counts = async (stage: Stage): Promise<readonly number[]> =>
  Promise.all(NAMES.map(async (name) => (await listScheduledRuns(stage.store.db, name, 100)).length));
/** Waits until each schedule has had `count` instants; the database answers in real time. */
const settled = async (stage: Stage, count: number): Promise<void> => {
  for (let i = 0; i < 2_000; i++) {
    await stage.clock.advance(0);
    if ((await counts(stage)).every((each) => each === count)) return;
    await setTimeout(5);
  }
  throw new Error(`${count} were expected, there are ${await counts(stage)}: ${stage.log.slice(-20).join("\n")}`);
};

itOnPostgres(
  "invariant 22: on PostgreSQL, two servers of one epoch start each instant once, at the same moment",
  async () => {
    await withPostgres(async (url) => {
      const stage = await Stage.open("2026-10-25T00:00:30Z", url);
      for (const name of NAMES)
        await stage.apply(name, { cron: "*/5 * * * *", timeZone: "Europe/Berlin", concurrency: "queue" });
      await stage.elect("first");
      await stage.elect("second", { asBefore: true });
      for (let instant = 1; instant <= 11; instant++) {
        await stage.clock.advance(5 * MINUTE_MS);
        await settled(stage, instant);
      }
      // The hour comes a second time: the times of that hour have already started.
      await stage.clock.advance(59 * MINUTE_MS);
      await settled(stage, 11);
      await stage.clock.advance(6 * MINUTE_MS);
      await settled(stage, 12);
      expect(stage.instants("a").at(-1)).toBe("10-25T02:00");
      expect(stage.started).toHaveLength(NAMES.length * 12);
      await stage.close();
    });
  },
);
