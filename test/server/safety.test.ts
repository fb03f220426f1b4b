/** Failures that must not happen: a fault that stays, a false HELD, a lost run. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkJournal } from "../../experiments/model/journal/journal.ts";
import { digest, findChainBreak } from "../../server/store/chain.ts";
import { FolderLocked } from "../../server/store/open.ts";
import { needing } from "../needing.ts";
import { often } from "../soak.ts";
import { experimentOf, listen, meshOf, newFolder, openHouse, sleep, TOKEN, until } from "./house.ts";
import { readFolder } from "./left-behind.ts";
import { ScriptedAgent } from "./scripted-agent.ts";

const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const open = async (...options: Parameters<typeof openHouse>) => {
  const house = await openHouse(...options);
  closers.push(() => house.close());
  return house;
};
const long = () => experimentOf({ during: "60s" });

describe.concurrent("while the journal cannot be written (invariant 10)", () => {
  const isRoot = process.getuid?.() === 0;
  it.runIf(isRoot)(
    "a full disk takes the fault away, and the run is HALTED, never HELD",
    { timeout: 30_000 },
    async () => {
      const mount = newFolder();
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "none", mount]);
      closers.push(() => execFileSync("umount", [mount]));
      const folder = join(mount, "server");
      mkdirSync(folder);
      const { agent, start, report, call, journal, ended, live } = await open({ folder });
      const id = await start(long());
      await live(id);
      const filler = join(mount, "filler");
      const { bavail, bsize } = statfsSync(mount);
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
      await until("the fault is gone", () => !agent.isLive);
      const over = await ended(id);
      expect(over).toMatchObject({ verdict: "HALTED", because: "journal", audit: [{ grade: "attested" }] });
      expect((await call("POST", "/api/v1/runs", { experiment: long() })).status).toBe(507);
      rmSync(filler);
      await until("the journal is whole", async () => (await journal(id)).at(-1)!.entry.kind === "closed");
      expect(findChainBreak(await journal(id))).toBeNull();
      expect(await report(id)).toMatchObject({ verdict: "HALTED", because: "journal" });
    },
  );
});

describe.concurrent("an agent", () => {
  it("that goes silent under a fault has its run HALTED with the lease inferred to be over", {
    timeout: 30_000,
  }, async () => {
    const { agent, start, ended, live } = await open();
    const id = await start(long());
    await live(id);
    Object.assign(agent.script, { pulses: false, attests: false });
    const report = await ended(id);
    expect(report).toMatchObject({ verdict: "HALTED", because: "agent-lost", audit: [{ grade: "inferred" }] });
  });

  it("that its parent saw end has its run HALTED, witnessed, at once", async () => {
    const stand = spawn("sleep", ["300"]);
    closers.push(() => stand.kill("SIGKILL"));
    const { agent, start, ended, server, live } = await open({ script: { pid: stand.pid! } });
    const id = await start(long());
    await live(id);
    agent.close();
    server.agentExited(stand.pid!);
    expect(await ended(id)).toMatchObject({
      verdict: "HALTED",
      because: "agent-lost",
      audit: [{ grade: "witnessed" }],
    });
  });

  // The same rule is tested in fake time on every change, by server/runs/takeover/takeover.test.ts.
  const inSoak = needing(it, often("an audit gives up after half a minute, which is for a soak", null));
  inSoak("that does not attest leaves a run that is not green", { timeout: 90_000 }, async () => {
    const { agent, start, call, ended, live } = await open();
    const id = await start(long());
    await live(id);
    agent.remains = () => ({ live: 0, held: 0, wounded: 2, external: 0 });
    await call("POST", `/api/v1/runs/${id}/halt`, { reason: "enough" });
    expect(await ended(id)).toMatchObject({ verdict: "RESIDUE", residue: ["scripted"] });
  });

  it("that comes back within its lease goes on, and the run is not disturbed", async () => {
    const { agent, start, ended, live } = await open();
    const id = await start(experimentOf({ during: "3s" }));
    await live(id);
    agent.close();
    await sleep(500);
    await agent.open();
    expect(await ended(id)).toMatchObject({ verdict: "HELD", audit: [{ grade: "attested" }] });
  });
});

describe.concurrent("a second server on the same folder (invariant 19)", () => {
  it("is refused, and the first runs on unharmed", async () => {
    const { folder, start, ended, live } = await open();
    const id = await start(experimentOf());
    await live(id);
    await expect(openHouse({ folder })).rejects.toThrow(FolderLocked);
    await expect(readFolder(folder)).rejects.toThrow(FolderLocked);
    expect(await ended(id)).toMatchObject({ verdict: "HELD" });
  });
});

describe.concurrent("closing a server", () => {
  it("reverts, audits and finishes its runs first", async () => {
    const house = await openHouse();
    const id = await house.start(long());
    const queued = await house.start(long());
    await house.live(id);
    await house.server.close();
    expect(house.agent.isLive).toBe(false);
    await house.close();
    const verdicts = (await readFolder(house.folder)).map(({ id, verdict, because }) => [id, verdict, because]);
    expect(verdicts.sort()).toEqual([id, queued].map((run) => [run, "HALTED", "interrupted"]).sort());
  });
});

describe.concurrent("a server that was killed", () => {
  /** Starts a server process, an upstream, and a process that stands for the agent's process. */
  const stage = async (agentDies: boolean) => {
    const folder = newFolder();
    let agent!: ScriptedAgent;
    const upstream = createServer((_request, response) => {
      agent.pass();
      response.end("ok");
    });
    const address = await listen(upstream);
    const argv = [join(import.meta.dirname, "serve.mjs"), folder, JSON.stringify(meshOf(address)), TOKEN];
    const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
    const stand = spawn("sleep", ["300"]);
    closers.push(() => {
      child.kill("SIGKILL");
      stand.kill("SIGKILL");
      upstream.closeAllConnections();
      upstream.close();
    });
    const [url] = String((await once(child.stdout, "data"))[0])
      .trim()
      .split("\n");
    agent = await ScriptedAgent.connect({ url: url!, token: TOKEN, pid: agentDies ? stand.pid! : process.pid });
    const response = await fetch(`${url}/api/v1/runs`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ experiment: experimentOf({ during: "2s" }), seed: 7 }),
    });
    const { id } = (await response.json()) as { id: string };
    return {
      ...{ folder, id, agent },
      kill: async () => {
        child.kill("SIGKILL");
        agent.close();
        if (agentDies) stand.kill("SIGKILL");
        await once(child, "exit");
        if (agentDies && stand.exitCode === null && stand.signalCode === null) await once(stand, "exit");
      },
    };
  };
  const outcome = async (folder: string, id: string) => {
    const run = (await readFolder(folder)).find((found) => found.id === id);
    if (run === undefined) throw new Error(`run ${id} is lost`);
    return { summary: run, records: run.records };
  };

  for (const afterMs of often([30, 1_300, 2_600, 4_100], [30, 500, 1_300, 2_000, 2_600, 3_300, 4_100, 4_600]))
    it(`after ${afterMs} ms leaves a run that is recovered, never HELD, with a whole journal`, async () => {
      const { folder, id, kill } = await stage(true);
      await sleep(afterMs);
      await kill();
      const { summary, records } = await outcome(folder, id);
      expect(summary).toMatchObject({ id, state: "finished" });
      expect(["HALTED", "BROKEN", "INCONCLUSIVE"]).toContain(summary.verdict);
      expect(checkJournal(records, digest)).toEqual([]);
      expect(findChainBreak(records)).toBeNull();
      const again = await outcome(folder, id);
      expect(again.records).toEqual(records);
    });

  it("while its agent lives on waits out the last lease before it says so", { timeout: 40_000 }, async () => {
    const { folder, id, kill, agent } = await stage(false);
    await until("the fault is live", () => agent.isLive);
    await kill();
    const killedMs = performance.now();
    const { summary, records } = await outcome(folder, id);
    expect(performance.now() - killedMs).toBeGreaterThan(5_000);
    expect(summary).toMatchObject({ verdict: "HALTED", because: "server-lost" });
    const grades = records.flatMap(({ entry }) =>
      entry.kind === "event" && entry.event.type === "graded" ? [entry.event.grade] : [],
    );
    expect(grades).toContain("inferred");
  });
});
