/** Descriptors of an agent that are used up in a run (DATA-PATH.md 1): a gap in the evidence, with limit and remedy. */
import { connect, type Socket } from "node:net";
import { resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  agentReady,
  eventually,
  experimentOf,
  finished,
  type Ground,
  openGround,
  reportOf,
  shows,
  start,
} from "./ground.ts";

const SQUALL = resolve(import.meta.dirname, "../../cli/squall.js");
const LIMIT = 256;
const FLOOD = 200;

let ground: Ground;
const flood: Socket[] = [];
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  for (const socket of flood.splice(0)) socket.destroy();
  await ground.close();
});

it("A run whose agent had no descriptors left is inconclusive, and says which limit to raise", async () => {
  const { url } = await ground.serve("exhausted");
  const limited = `ulimit -n ${LIMIT}; exec "$0" "$@"`;
  const argv = [process.execPath, SQUALL, "agent", "--server", url, "--instance", "caller-1"];
  await shows(ground.run(["sh", "-c", limited, ...argv]), /"event":"listening"/);
  await agentReady(url);
  const id = await start(url, experimentOf(ground, { during: "3s" }));
  await eventually("the fault hits", async () =>
    (await reportOf(url, id)).receipts.some(({ injected }) => injected > 0) ? true : undefined,
  );
  const port = Number(new URL(ground.edge).port);
  for (let i = 0; i < FLOOD; i++) flood.push(connect(port, "127.0.0.1").on("error", () => {}));

  const { verdict, because, reason, receipts } = await finished(url, id);
  expect([verdict, because], reason).toEqual(["INCONCLUSIVE", "gap"]);
  expect(reason).toMatch(
    /The agent caller-1 itself refused \d+ callers of caller → callee for want of file descriptors/,
  );
  expect(reason).toMatch(new RegExp(`its process may have ${LIMIT}: .*LimitNOFILE=`));
  expect(receipts[0]!.refused).toBeGreaterThanOrEqual(FLOOD - LIMIT / 2);
});
