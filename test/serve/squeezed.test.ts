/** Memory for held bytes that is full in a run (DATA-PATH.md 5): a gap in the evidence, with the remedy. */
import { request } from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
import { agentReady, eventually, experimentOf, finished, type Ground, openGround, reportOf, start } from "./ground.ts";

const UPLOAD_BYTES = 16 * 2 ** 20;

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

const upload = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const call = request(`${url}/upload`, { method: "POST", headers: { "content-length": UPLOAD_BYTES } }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode!));
    });
    call.on("error", reject).end(Buffer.alloc(UPLOAD_BYTES, "x"));
  });

it("A run whose agent had no memory left for held bytes is inconclusive, and says what to do", async () => {
  const { url } = await ground.serve("squeezed");
  await ground.agent([url], ["--held-memory", "4MiB"]);
  await agentReady(url);
  const id = await start(url, experimentOf(ground, { during: "3s", delay: "400ms" }));
  await eventually("the fault hits", async () =>
    (await reportOf(url, id)).receipts.some(({ injected }) => injected > 0) ? true : undefined,
  );
  expect(await upload(ground.edge)).toBe(200);

  const { verdict, because, reason, receipts } = await finished(url, id);
  expect([verdict, because], reason).toEqual(["INCONCLUSIVE", "gap"]);
  expect(reason).toMatch(
    /slowed \d+ exchanges? of caller → callee down by more than its delay: .*caller-1.*--held-memory/,
  );
  expect(receipts[0]!.squeezed).toBeGreaterThanOrEqual(1);
});
