/** Two process tables (pid_namespaces(7)) that share a `$SQUALL_HOME`, like two containers with a shared volume. */
import { join } from "node:path";
import { describe } from "vitest";
import { it, type PairYard, pairExperiment, SQUALL } from "../cli/squall.ts";
import { type Cell, canHaveCells, LEFT_OUT, openCell } from "../stop/cell.ts";
import { type Launched, launch } from "../stop/launch.ts";
import { until } from "../waiting.ts";

const squallIn = (cell: Cell, yard: PairYard, argv: readonly string[]): Launched =>
  launch(yard.folder, cell.within([process.execPath, SQUALL, ...argv], yard.folder), { SQUALL_HOME: yard.home });
const ask = async (cell: Cell, yard: PairYard, argv: readonly string[]) => {
  const { child, closed, said } = squallIn(cell, yard, argv);
  await closed;
  return { code: child.exitCode, said: said() };
};
const withCells = async (use: (first: Cell, second: Cell) => Promise<void>): Promise<void> => {
  const cells = [await openCell(), await openCell()] as const;
  try {
    await use(...cells);
  } finally {
    for (const cell of cells) cell.close();
  }
};

describe.skipIf(!canHaveCells)(`a home that two process namespaces share${LEFT_OUT}`, () => {
  it("shows the run of the other, and halts it", { timeout: 90_000 }, ({ yard, expect }) =>
    withCells(async (first, second) => {
      yard.put("long.yaml", pairExperiment({ name: "long", during: "60s" }));
      const run = squallIn(first, yard, ["run", "long.yaml"]);
      await until("it injects", () => run.said().includes("faults ordered") || run.child.exitCode !== null, 40_000);
      const { runs } = JSON.parse((await ask(second, yard, ["runs", "--json"])).said);
      expect(runs).toMatchObject([{ experiment: "long", state: "injecting" }]);
      expect(await ask(second, yard, ["halt", runs[0].id])).toMatchObject({ code: 0 });
      await run.closed;
      expect(run.child.exitCode).toBe(4);
      // The run's server is gone now; the second namespace reads the run's journal from the shared home.
      const after = JSON.parse((await ask(second, yard, ["runs", "--json"])).said);
      expect(after.runs).toMatchObject([{ experiment: "long", verdict: "HALTED" }]);
    }),
  );

  it(
    "keeps the record of a mesh that is up in the other, and tells what it cannot reach",
    { timeout: 90_000 },
    ({ yard, expect }) =>
      withCells(async (first, second) => {
        const up = squallIn(first, yard, ["up", "mesh.yaml"]);
        await until("it is up", () => up.said().includes("is up") || up.child.exitCode !== null, 40_000);
        const refused = await ask(second, yard, ["down", "pair"]);
        expect(refused).toMatchObject({
          code: 77,
          said: expect.stringMatching(/mesh pair is up in another process name/),
        });
        expect(await ask(second, yard, ["up", "mesh.yaml"])).toMatchObject({ code: 2 });
        const apart = second.within(["unshare", "--net", process.execPath, SQUALL, "runs"], yard.folder);
        const told = launch(yard.folder, apart, { SQUALL_HOME: yard.home });
        await told.closed;
        expect(told.said()).toContain(`${join(yard.home, "runs")}/`);
        expect(told.said()).toContain(
          "its server runs in another process namespace (a container), and does not answer",
        );
        expect(await ask(first, yard, ["down", "pair"])).toMatchObject({ code: 0 });
        await up.closed;
        expect(await ask(second, yard, ["down"])).toMatchObject({ code: 0, said: "nothing was up\n" });
      }),
  );
});
