/**
 * Matrix: each fault of a database at each moment of a run, with two servers on the database, directly and through
 * PgBouncer. No fault stays on, no run is lost, no run is HELD without proof, and the servers recover without help.
 * `npm run test:soak` tries all combinations; each change of the code tries a sample, always the same. TEST_MATRIX, a
 * regular expression for names such as `session: away for 3 s`, narrows the soak.
 */
import { afterAll, describe, expect, it } from "vitest";
import { findPgbouncer } from "../../scripts/pgbouncer.ts";
import { findPostgres } from "../../scripts/postgres.ts";
import { often } from "../soak.ts";
import { DISK_FULL, FAULTS } from "./faults.ts";
import { type Cell, Lane, type Outcome, WAYS, type Way } from "./lane.ts";
import { PHASES } from "./phases.ts";

interface Wanted {
  readonly name: string;
  readonly way: Way;
  /** Cells in sequence, on the same servers. */
  readonly cells: readonly Cell[];
}
const cellOf = (way: Way, faultName: string, phaseName: string): Cell => {
  const fault = FAULTS.find(({ name }) => name === faultName);
  const phase = PHASES.find(({ name }) => name === phaseName);
  if (fault === undefined || phase === undefined) throw new Error(`there is no ${faultName} at ${phaseName}`);
  return { way, fault, phase };
};
/** Sample: a fault of each kind (process, network, pooler, refusal by the database), each at another moment. */
const SAMPLE: readonly Wanted[] = [
  {
    ...{ name: "direct", way: "direct" },
    cells: [
      cellOf("direct", "kill -9 of the postmaster", "just granted"),
      cellOf("direct", "connections reset and refused for 3 s", "a halt of everything"),
    ],
  },
  {
    ...{ name: "transaction", way: "transaction" },
    cells: [
      cellOf("transaction", "kill -9 of PgBouncer", "its verdict is committed"),
      cellOf("transaction", "read-only for 4 s", "reverting"),
    ],
  },
];
const EVERYTHING: readonly Wanted[] = WAYS.flatMap((way) =>
  FAULTS.filter(({ pooled }) => pooled !== true || way !== "direct").map((fault) => ({
    ...{ name: `${way}: ${fault.name}`, way },
    cells: PHASES.map((phase) => ({ way, fault, phase })),
  })),
).filter(({ name }) => new RegExp(process.env.TEST_MATRIX ?? "").test(name));

const lackOf = ({ way, cells }: Wanted): string | null => {
  if (findPostgres() === null) return "there is no PostgreSQL";
  if (way !== "direct" && findPgbouncer() === null) return "there is no PgBouncer";
  return cells.map(({ fault }) => fault.lack?.() ?? null).find((lack) => lack !== null) ?? null;
};
const lanes = often(SAMPLE, EVERYTHING).map((wanted) => {
  const lack = lackOf(wanted);
  return { ...wanted, lack, title: lack === null ? wanted.name : `${wanted.name} (left out: ${lack})` };
});

const HEAD = "way | fault | moment | verdicts | ready again | problems";
const rowOf = ({ way, fault, phase, verdicts, readyMs, problems }: Outcome) =>
  [
    ...[way, fault.name, phase.name, verdicts.join(", "), `${(readyMs / 1_000).toFixed(1)} s`],
    problems.join("; ") || "-",
  ].join(" | ");

describe("a fault of the database costs no more than the run it meets", () => {
  const rows: string[] = [];
  afterAll(() => {
    const left = lanes.filter(({ lack }) => lack !== null).map(({ title }) => title);
    process.stdout.write([HEAD, ...rows, ...left, ""].join("\n"));
  });
  for (const { title, way, cells, lack } of lanes)
    it.skipIf(lack !== null).concurrent(title, { timeout: often(240_000, 1_800_000), retry: often(1, 0) }, async () => {
      const lane = await Lane.open(way, { smallDisk: cells.some(({ fault }) => fault.name === DISK_FULL) });
      const problems: string[] = [];
      try {
        for (const cell of cells) {
          const outcome = await lane.try(cell);
          rows.push(rowOf(outcome));
          if (often(false, true)) process.stdout.write(`${rows.at(-1)}\n`);
          problems.push(...outcome.problems.map((problem) => `${cell.fault.name}, ${cell.phase.name}: ${problem}`));
        }
        expect(problems).toEqual([]);
      } catch (error) {
        process.stderr.write(`${title}: what the servers said\n${lane.logs()}\n`);
        throw error;
      } finally {
        await lane.close();
      }
    });
});
