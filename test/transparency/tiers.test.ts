/**
 * Transparency on every transport tier, with a loop that is blocked for half of the time, and, in a soak, on every
 * supported Node. The other tests of this folder run on the first tier.
 */
import { join } from "node:path";
import { expect, it } from "vitest";
import { TIERS, type Tier } from "../../agent/transport/transport.ts";
import { PYTHON } from "../../scripts/needs.ts";
import { ensureNode, NODES } from "../../scripts/nodes.mjs";
import { lackOf } from "../../scripts/programs.ts";
import { needing } from "../needing.ts";
import { often } from "../soak.ts";
import { complaintsOf, isExpected } from "./complaints.ts";
import { isNotYet } from "./differences.ts";
import { compareAll, everyNth, PAIRS } from "./pairs.ts";
import { Rig, type RigOptions } from "./rig.ts";
import { PROTOCOLS } from "./row.ts";

const test = needing(it, lackOf(PYTHON));
const LIMIT_MS = often(120_000, 900_000);
const BLOCK_LOOP = join(import.meta.dirname, "../agent/block-loop.mjs");

const complaintsWith = async (options: RigOptions, n: number): Promise<readonly string[]> => {
  const rig = await Rig.start(options);
  try {
    const results = await compareAll(rig, everyNth(PAIRS, n), PROTOCOLS, isExpected);
    return results.filter((result) => !isNotYet(result)).flatMap(complaintsOf);
  } finally {
    await rig.close();
  }
};

test.each(TIERS.slice(1))("the tier %s is transparent", { retry: often(2, 0), timeout: LIMIT_MS }, async (tier) => {
  expect(await complaintsWith({ tier }, often(41, 1))).toEqual([]);
});

test.each(often<readonly Tier[]>(["raw"], TIERS))(
  "an agent on the tier %s whose loop is blocked for 10 ms of each 20 ms is transparent",
  { retry: often(2, 0), timeout: LIMIT_MS },
  async (tier) => {
    expect(await complaintsWith({ tier, preload: [BLOCK_LOOP], slots: 8, pace: 2 }, often(41, 1))).toEqual([]);
  },
);

const elsewhere: readonly (readonly [string, Tier])[] = Object.keys(NODES).flatMap((major) =>
  process.versions.node.startsWith(`${major}.`) ? [] : TIERS.map((tier) => [major, tier] as const),
);
// Each of these Nodes must be installed, and each row takes a minute: in a soak alone.
test.each(often<typeof elsewhere>([], elsewhere))(
  "Node %s is transparent on the tier %s",
  { retry: often(2, 0), timeout: LIMIT_MS },
  async (major, tier) => {
    expect(await complaintsWith({ tier, node: ensureNode(major) }, 1)).toEqual([]);
  },
);
