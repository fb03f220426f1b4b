/**
 * Full disk: the server's disk fills up while several runs are in mid-fault. Removing faults needs no disk, no run is
 * HELD that could not be written down, and once there is space again every record is whole.
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { journalProblems } from "../journals.ts";
import type { Serving } from "../serve/ground.ts";
import { agentsReady, LONG, openPlane, type Plane, type PlaneAgent, patiently, sleepUntil } from "./plane.ts";
import {
  allEnded,
  expectGone,
  expectHeld,
  expectNothingHeld,
  GONE_MS,
  injecting,
  type Mishap,
  metBy,
  now,
  type Over,
  untilNoClaims,
} from "./proofs.ts";

const TIMEOUT_MS = 180_000;
const EDGES = 4;
/** Size of the disk: room for the write-ahead log, which SQLite lets grow to 4 MB, and for the database. */
const SIZE = "24m";
const isRoot = process.getuid?.() === 0;

/** Opens a separate disk below the server's folder, which can be filled. */
const openDisk = (folder: string) => {
  mkdirSync(folder, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE},mode=0700`, "none", folder]);
  const filler = join(folder, "filler");
  return {
    fill() {
      const file = openSync(filler, "a");
      for (const bytes of [65_536, 4_096])
        try {
          for (;;) writeSync(file, Buffer.alloc(bytes));
        } catch (error) {
          expect(error).toMatchObject({ code: "ENOSPC" });
        }
      closeSync(file);
    },
    free: () => rmSync(filler, { force: true }),
    remove: () => execFileSync("umount", [folder]),
  };
};

describe.skipIf(!isRoot)(`a full disk${isRoot ? "" : " (left out: needs root, to mount one of its own)"}`, () => {
  let plane: Plane;
  let disk: ReturnType<typeof openDisk>;
  let serving: Serving;
  let agents: readonly PlaneAgent[];
  const closers: (() => unknown)[] = [];
  const serve = () => plane.serve("server", plane.ports[0]!);
  beforeAll(async () => {
    plane = await openPlane(EDGES);
    closers.unshift(() => plane.close());
    const folder = join(plane.ground.folder, "server");
    disk = openDisk(folder);
    closers.unshift(async () => {
      serving?.child.kill("SIGKILL");
      await serving?.ended;
      disk.free();
      try {
        expect(journalProblems(folder)).toEqual([]);
      } finally {
        disk.remove();
      }
    });
    serving = await serve();
    agents = await Promise.all(plane.callers.map((_, edge) => plane.agent({ edge, name: `caller-${edge}` })));
  });
  // Every closer runs, even when an earlier closer fails: no disk stays mounted, and no process alive.
  afterAll(() => closers.reduce<Promise<unknown>>((after, close) => after.finally(close), Promise.resolve()));

  const names = () => agents.map(({ name }) => name);
  /**
   * Starts a run on each edge, and fills the disk in mid-fault. The restart before that begins a new write-ahead log,
   * which then has no reserved space either.
   */
  const fillUp = async () => {
    serving.child.kill("SIGTERM");
    await serving.ended;
    serving = await serve();
    await agentsReady(serving.url, ...names());
    const { url } = serving;
    const runs = await Promise.all(
      plane.callers.map((caller, edge) => injecting(url, () => plane.start(url, edge, LONG), [caller])),
    );
    const mishap = now();
    disk.fill();
    return { runs, mishap };
  };
  const expectNoneGreen = (runs: readonly Over[], mishap: Mishap) => {
    const open = metBy(runs, mishap);
    expect(open.length).toBeGreaterThanOrEqual(EDGES);
    for (const { id, verdict, report } of open) expect(verdict, `${id}: ${report.reason}`).toBe("HALTED");
  };
  const expectAsNew = async (mishap: Mishap) => {
    await untilNoClaims(serving.url);
    await agentsReady(serving.url, ...names());
    await expectNothingHeld(agents);
    await sleepUntil(mishap.atMs + GONE_MS);
    expectGone(plane.callers, mishap);
    await Promise.all(plane.callers.map((_, edge) => expectHeld(serving.url, () => plane.start(serving.url, edge))));
  };

  it("invariant 10: takes every fault away at once, and each run is HALTED, written down as soon as there is room", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { runs, mishap } = await fillUp();
    await patiently("every fault is gone", async () => {
      const held = await Promise.all(agents.map((agent) => agent.held()));
      return held.flat().length === 0 || undefined;
    });
    // The server ordered the removal: a lease would have taken longer.
    for (const agent of agents) expect(agent.text()).not.toContain("the lease is over");
    await expect(plane.start(serving.url, 0)).rejects.toThrow(/507.*store-full/);
    disk.free();
    const over = await allEnded(serving.url, runs);
    expectNoneGreen(over, mishap);
    for (const { id, report } of over.filter(({ id }) => runs.includes(id))) {
      expect(report.because, id).toBe("journal");
      expect(report.audit.map(({ grade }) => grade)).toEqual(["attested"]);
    }
    await expectAsNew(mishap);
  });

  it("invariants 10 and 18: and a server that is killed there starts again once there is room, and has lost nothing", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { runs, mishap } = await fillUp();
    serving.child.kill("SIGKILL");
    await serving.ended;
    const early = plane.ground.squall(["serve", "--folder", join(plane.ground.folder, "server"), "--port", "0"]);
    const code = await early.ended;
    expect({ code, text: early.text() }).toMatchObject({ code: 2, text: expect.stringMatching(/full|space/) });
    disk.free();
    serving = await serve();
    expectNoneGreen(await allEnded(serving.url, runs), mishap);
    await expectAsNew(mishap);
  });
});
