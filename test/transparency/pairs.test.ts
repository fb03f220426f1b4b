/**
 * Transparency of an idle agent (DATA-PATH 1 and 2): each caller with each callee, directly and through edges of both
 * protocols. Both ends must see the same bytes, the same order, the same ends and as many connections.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { PYTHON } from "../../scripts/needs.ts";
import { lackOf } from "../../scripts/programs.ts";
import { needing } from "../needing.ts";
import { often } from "../soak.ts";
import { complaintsOf, isExpected } from "./complaints.ts";
import { ACCEPTED, isNotYet } from "./differences.ts";
import { CALLEE_NAMES, compareAll, everyNth, PAIRS, type RowResult } from "./pairs.ts";
import { Rig } from "./rig.ts";
import { PROTOCOLS } from "./row.ts";

needing(describe, lackOf(PYTHON))("caller and callee see what they see without an agent", { retry: 0 }, () => {
  const pairs = everyNth(PAIRS, often(5, 1));
  let results: readonly RowResult[];
  let log = "";
  beforeAll(async () => {
    const rig = await Rig.start();
    results = await compareAll(rig, pairs, PROTOCOLS, isExpected);
    log = rig.agent.log();
    await rig.close();
  }, 300_000);

  for (const protocol of PROTOCOLS)
    for (const callee of CALLEE_NAMES) {
      const callers = pairs
        .filter((pair) => pair.callee === callee)
        .map(({ caller }) => ({ protocol, caller, callee, tier: "raw" as const }));
      const later = callers.filter(isNotYet);
      const now = callers.length - later.length;
      const resultsOf = (isLater: boolean) =>
        results.filter(
          (result) => result.protocol === protocol && result.callee === callee && isNotYet(result) === isLater,
        );
      if (now > 0)
        it(`${protocol}: a callee that ${callee}, with ${now} callers`, () => {
          expect(resultsOf(false).flatMap(complaintsOf)).toEqual([]);
        });
      if (later.length > 0)
        it.fails(`${protocol}: a callee that ${callee}, with ${later.length} callers, not yet`, () => {
          expect(resultsOf(true).flatMap(complaintsOf)).toEqual([]);
        });
    }

  it("and the agent reports no error", () => {
    expect(log.split("\n").filter((line) => /error/i.test(line))).toEqual([]);
  });
});

describe("accepted differences", () => {
  const documents = readFileSync(join(import.meta.dirname, "../../docs/data-path.md"), "utf8").replace(/\s+/g, " ");
  it.each(ACCEPTED)("are documented: $documented", ({ documented }) => {
    expect(documents).toContain(documented);
  });
});
