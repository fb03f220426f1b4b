/**
 * The gate by itself, under `sh`, in networks of its own: the traps of a redirect in the kernel, and hostile lines on
 * stdin. A process of group 4780 stands for the agent.
 */
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, test } from "vitest";
import { findProgram } from "../../scripts/programs.ts";
import { needing } from "../needing.ts";
import { sleep, until } from "../waiting.ts";
import { HOSTILE_LINES } from "./hostile-lines.ts";
import { House, isCut, lackOfRedirect, rulesetOf, runIn } from "./house.ts";

const GATE = "agent/redirect/gate.sh";
const GROUP = 4_780;
const lack = lackOfRedirect();
/** Shells that stand behind `sh` on some system, as far as this machine has them. */
const SHELLS = ["sh", "bash --posix", "busybox sh"].filter((shell) => findProgram(shell.split(" ")[0]!) !== null);

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
const openHouse = async (callers = 1): Promise<House> => {
  const house = await House.open(callers);
  cleanUps.push(() => house.close());
  return house;
};

class Gate {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly ended: Promise<unknown>;
  constructor(child: ChildProcess) {
    this.child = child;
    createInterface({ input: child.stdout! }).on("line", (line) => this.lines.push(line));
    this.ended = new Promise((done) => child.once("exit", done));
  }
  /** Sends lines, and returns the answer to the last. */
  async ask(...lines: readonly string[]): Promise<string> {
    const before = this.lines.length;
    const answers = () => this.lines.slice(before).filter((line) => ["ok", "wrong", "."].includes(line));
    this.child.stdin!.write(`${lines.join("\n")}\n`);
    await until(`the gate answers ${lines.length} lines`, () => answers().length >= lines.length);
    return this.lines.slice(before).join("\n");
  }
}
const startGate = async (house: House, room = house.room(), shell: readonly string[] = ["sh"]): Promise<Gate> => {
  const gate = new Gate(house.start(room, [...shell, GATE]));
  await until("the gate is ready", () => gate.lines.length > 0);
  expect(gate.lines[0]).toMatch(/^ready inet squall_[0-9a-f]{8}$/);
  return gate;
};
/** A service on the hub, an agent's stand-in beside the caller, and a gate there. */
const stage = async () => {
  const house = await openHouse();
  await house.serve(house.hub, "callee", 8_080);
  await house.serve(house.room(), "agent", 15_001, { group: GROUP });
  const caller = await house.caller(house.room());
  return { house, caller };
};
const CALLEE = "http://10.213.0.1:8080/";
const CALLEE_6 = "http://[fd00:213:0::1]:8080/";
const REDIRECT = "+10.213.0.1 8080 15001 fd00:213::1 8080 15001";

describe("a redirect of calls", () => {
  const it = needing(test, lack);
  it("takes new calls of both families to the agent, spares the agent's own, and ends within 5 s unless sent again", async () => {
    const { house, caller } = await stage();
    const agent = await house.caller(house.room(), GROUP);
    const before = rulesetOf(house.room());
    const gate = await startGate(house);
    expect((await caller.call(CALLEE)).body).toBe("callee 10.213.0.2");
    expect(await gate.ask(REDIRECT)).toBe("ok");
    await until("calls are redirected", async () => (await caller.call(CALLEE)).body.startsWith("agent"));
    expect((await caller.call(CALLEE_6)).body).toBe("agent fd00:213::2");
    expect((await agent.call(CALLEE)).body).toBe("callee 10.213.0.2");
    expect((await agent.call(CALLEE_6)).body).toBe("callee fd00:213::2");
    await sleep(3_000);
    await gate.ask(REDIRECT);
    await sleep(3_000);
    expect((await caller.call(CALLEE)).body).toMatch(/^agent/);
    await sleep(2_500);
    expect((await caller.call(CALLEE)).body).toMatch(/^callee/);
    await gate.ask(REDIRECT);
    await until("calls are redirected again", async () => (await caller.call(CALLEE)).body.startsWith("agent"));
    await gate.ask("-10.213.0.1 8080");
    await until("calls are not redirected", async () => (await caller.call(CALLEE)).body.startsWith("callee"));
    expect((await caller.call(CALLEE_6)).body).toMatch(/^agent/);
    await gate.ask("!");
    await until("nor those of IPv6", async () => (await caller.call(CALLEE_6)).body.startsWith("callee"));
    gate.child.stdin!.end();
    await gate.ended;
    expect(rulesetOf(house.room())).toBe(before);
  });

  it("leaves connections from before alone, tells which passed by, and cuts these on demand", async () => {
    const { house, caller } = await stage();
    expect((await caller.call(CALLEE, { pool: "old" })).status).toBe(200);
    expect((await caller.call(`${CALLEE}stream`, { pool: "stream" })).status).toBe(200);
    expect((await caller.call(CALLEE_6, { pool: "old6" })).status).toBe(200);
    expect((await caller.call(CALLEE, { pool: "idle" })).status).toBe(200);
    const gate = await startGate(house);
    await gate.ask(REDIRECT);
    await until("calls are redirected", async () => (await caller.call(CALLEE)).body.startsWith("agent"));
    for (const [url, pool] of [
      [CALLEE, "old"],
      [CALLEE_6, "old6"],
    ] as const)
      expect(await caller.call(url, { pool })).toMatchObject({
        body: expect.stringMatching(/^callee/),
        isReused: true,
      });
    await sleep(500);
    const passed = passedIn(await gate.ask("?"));
    // The old connections and the stream; neither the idle connection, nor the redirected calls.
    expect(passed.map((pair) => pair.replace(/ \. \d+/, ""))).toEqual([
      "10.213.0.2 . 10.213.0.1 . 8080",
      "10.213.0.2 . 10.213.0.1 . 8080",
      "fd00:213::2 . fd00:213::1 . 8080",
    ]);
    await gate.ask("x10.213.0.1 8080 fd00:213::1 8080");
    await sleep(200);
    expect(await caller.call(CALLEE, { pool: "old" })).toSatisfy(isCut);
    expect(await caller.call(CALLEE_6, { pool: "old6" })).toSatisfy(isCut);
    expect((await caller.call(CALLEE, { pool: "old" })).body).toMatch(/^agent/);
  });

  it("does not touch connections through a second gate when the first is killed", async () => {
    const { house, caller } = await stage();
    const [first, second] = [await startGate(house), await startGate(house)];
    for (const gate of [first, second]) await gate.ask(REDIRECT);
    await until("calls are redirected", async () =>
      (await caller.call(CALLEE, { pool: "kept" })).body.startsWith("agent"),
    );
    const table = first.lines[0]!.slice("ready inet ".length);
    first.child.kill("SIGKILL");
    first.child.stdin!.end();
    await until("the table is gone", () => !rulesetOf(house.room()).includes(table), 1_000);
    expect(await caller.call(CALLEE, { pool: "kept" })).toMatchObject({ status: 200, isReused: true });
    expect((await caller.call(CALLEE)).body).toMatch(/^agent/);
    second.child.stdin!.end();
  });
});

describe("a redirect of arrivals", () => {
  const it = needing(test, lack);
  it("takes them to the agent under their own address, never those of the same host; its port is closed to others", async () => {
    const house = await openHouse();
    await house.serve(house.hub, "callee", 8_080);
    await house.serve(house.hub, "agent", 15_001, { group: GROUP });
    const [caller, neighbour] = [await house.caller(house.room()), await house.caller(house.hub)];
    expect((await caller.call(CALLEE, { pool: "old" })).status).toBe(200);
    const gate = await startGate(house, house.hub);
    await gate.ask("<10.213.0.1 8080 15001 fd00:213::1 8080 15001");
    await until("arrivals are redirected", async () => (await caller.call(CALLEE)).body === "agent 10.213.0.2");
    expect((await caller.call(CALLEE_6)).body).toBe("agent fd00:213::2");
    expect((await neighbour.call(CALLEE)).body).toBe("callee 10.213.0.1");
    expect(await caller.call("http://10.213.0.1:15001/", { timeoutMs: 700 })).toMatchObject({
      status: 0,
      body: "timeout",
    });
    expect(await caller.call("http://[fd00:213::1]:15001/", { timeoutMs: 700 })).toMatchObject({ body: "timeout" });
    expect(await caller.call(CALLEE, { pool: "old" })).toMatchObject({
      body: expect.stringMatching(/^callee/),
      isReused: true,
    });
    expect(passedIn(await gate.ask("?")).map((pair) => pair.replace(/ \. \d+/, ""))).toEqual([
      "10.213.0.1 . 10.213.0.1 . 8080",
      "10.213.0.2 . 10.213.0.1 . 8080",
    ]);
    await gate.ask("X10.213.0.2 10.213.0.1 8080");
    await sleep(200);
    expect(await caller.call(CALLEE, { pool: "old" })).toSatisfy(isCut);
    expect((await caller.call(CALLEE)).body).toMatch(/^agent/);
    await gate.ask("O10.213.0.2 10.213.0.1 8080", ">10.213.0.1 8080");
    await until("arrivals are let be", async () => (await caller.call(CALLEE)).body.startsWith("callee"));
  });
});

describe("a gate", () => {
  const it = needing(test, lack);
  it.each(SHELLS)(
    "changes nothing for a hostile line, neither in its own table nor beside it, under %s",
    {
      timeout: 120_000,
    },
    async (shell) => {
      const house = await openHouse();
      const room = house.room();
      runIn(
        room,
        "nft",
        "table inet foreign { chain input { type filter hook input priority 0; tcp dport 22 accept; }; set s { type ipv4_addr; }; }",
      );
      const gate = await startGate(house, room, shell.split(" "));
      await gate.ask("?");
      const before = rulesetOf(room);
      for (const line of HOSTILE_LINES) expect(await gate.ask(line), JSON.stringify(line.slice(0, 200))).toBe("wrong");
      await sleep(300);
      expect(rulesetOf(room)).toBe(before);
      expect(existsSync("/tmp/squall-hostile")).toBe(false);
      expect(gate.child.exitCode).toBeNull();
      expect(await gate.ask("+10.0.0.1 80 1234")).toBe("ok");
      await until("the gate goes on", () => rulesetOf(room).includes("10.0.0.1 . 80 : 1234"));
      gate.child.stdin!.end();
      await gate.ended;
      expect(rulesetOf(room)).toContain("table inet foreign");
      expect(rulesetOf(room)).not.toContain("squall_");
    },
  );

  it("keeps its table when somebody else flushes the ruleset, or deletes the table", async () => {
    const { house, caller } = await stage();
    const gate = await startGate(house);
    await gate.ask(REDIRECT);
    await until("calls are redirected", async () => (await caller.call(CALLEE)).body.startsWith("agent"));
    const table = gate.lines[0]!.split(" ").slice(1);
    runIn(house.room(), "nft", "flush", "ruleset");
    expect(() => runIn(house.room(), "nft", "delete", "table", ...table)).toThrow(/not permitted/);
    expect((await caller.call(CALLEE)).body).toMatch(/^agent/);
  });

  it("shows that passers were too many to be told apart", { timeout: 90_000 }, async () => {
    const { house } = await stage();
    const gate = await startGate(house);
    // The address is known from here on, and its calls pass.
    await gate.ask(REDIRECT, "-10.213.0.1 8080 fd00:213::1 8080");
    const connect = `let open = 0, left = 20000; const next = () => { if (left-- <= 0) return; open++;
      require("net").connect(8080, "10.213.0.1", function () { this.resetAndDestroy(); }).on("close", next).on("error", () => {}); };
      for (let i = 0; i < 50; i++) next();`;
    runIn(house.room(), process.execPath, "-e", connect);
    const table = await gate.ask("?");
    expect(passedIn(table).length).toBe(8_192);
    expect(Number(/counter full \{\s*packets (\d+)/.exec(table)![1])).toBeGreaterThan(100);
  });

  it("says in a line why there can be no redirect, and leaves nothing half made", async () => {
    const house = await openHouse();
    const gate = new Gate(
      house.start(house.room(), ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin", "sh", GATE]),
    );
    await gate.ended;
    expect(gate.lines).toEqual([expect.stringMatching(/^failed .*not permitted/)]);
    const hidden = 'mount --bind /proc/version "$(readlink -f "$(command -v nft)")" && exec sh "$1"';
    const none = new Gate(house.start(house.room(), ["unshare", "--mount", "sh", "-c", hidden, "sh", GATE]));
    await none.ended;
    expect(none.lines).toEqual(["failed the program nft is not installed"]);
    expect(rulesetOf(house.room())).toBe("");
  });
});

/** Pairs of addresses and ports whose connections passed by. */
const passedIn = (table: string): readonly string[] =>
  [...table.matchAll(/set passed[46] \{[^}]*?elements = \{([^}]*)\}/g)]
    .flatMap(([, elements]) => elements!.split(","))
    .map((element) => element.replace(/ expires.*/s, "").trim())
    .sort();
