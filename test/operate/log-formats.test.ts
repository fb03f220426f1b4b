/**
 * Logs in the form that log collectors read: JSON lines, or journald's priorities, up to the last line of a process.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fstatSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { agentReady, type Ground, openGround } from "../serve/ground.ts";
import { ROOT } from "../tiny.ts";

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

interface Line {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly fatal?: boolean;
}
const linesOf = (text: string): Line[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
const ends = async (argv: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
  const ending = ground.squall(argv, environment);
  return { code: await ending.ended, text: ending.text() };
};

describe("--log-format json", () => {
  it("tells what ends a server as one line of JSON, whatever it is", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    const folder = join(ground.folder, "fatal");
    const cases: readonly (readonly [readonly string[], NodeJS.ProcessEnv, string])[] = [
      [
        ["--log-format", "json", "--listen", `127.0.0.1:${port}`, "--folder", folder],
        {},
        "something else listens there",
      ],
      [["--log-format=json", "--listen", "nowhere"], {}, "expected host:port"],
      [["--listen", "0.0.0.0:0", "--folder", folder], { SQUALL_LOG_FORMAT: "json" }, "--insecure"],
      [["--log-format", "json", "--lisen", "x"], {}, "unknown option"],
    ];
    await Promise.all(
      cases.map(async ([argv, environment, told]) => {
        const { code, text } = await ends(["serve", ...argv], environment);
        expect({ code, last: linesOf(text).find(({ fatal }) => fatal) }).toEqual({
          code: 2,
          last: { level: "error", time: expect.any(String), fatal: true, msg: expect.stringContaining(told) },
        });
      }),
    );
    taken.close();
  });
  it("is for agents too, from their first to their last word", async () => {
    const serving = await ground.serve("json");
    const agent = await ground.agent([serving.url], ["--log-format", "json"]);
    await agentReady(serving.url);
    agent.child.kill("SIGTERM");
    expect(await agent.ended).toBe(0);
    const lines = linesOf(agent.text()).filter((line) => !("event" in line));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: "info", agent: "caller-1", server: serving.url, epoch: expect.any(Number) }),
    );
    expect(lines.at(-1)).toMatchObject({ level: "info", msg: "ending: SIGTERM" });
    const { code, text } = await ends(["agent", "--server", "nowhere", "--log-format", "json"]);
    expect({ code, lines: linesOf(text) }).toMatchObject({
      code: 2,
      lines: [{ level: "error", fatal: true, msg: expect.stringContaining("--server: expected a URL") }],
    });
    expect(linesOf((await ends(["agent", "--log-format", "json"])).text)).toMatchObject([{ fatal: true }]);
  });
  it("refuses a format that there is not", async () => {
    for (const command of [["serve"], ["agent", "--server", "http://127.0.0.1:1"]]) {
      const { code, text } = await ends([...command, "--log-format", "xml"]);
      expect({ code, text }).toMatchObject({ code: 2, text: expect.stringContaining("json") });
    }
  });
});

describe("under journald", () => {
  /** Runs a command that exits with 2 for an invalid address. `stream`: JOURNAL_STREAM; default: the real stream. */
  const toJournal = async (command: string, argv: readonly string[], stream?: string): Promise<string> => {
    const path = join(ground.folder, "journal");
    const file = openSync(path, "w");
    const { dev, ino } = fstatSync(file, { bigint: true });
    const child = spawn(process.execPath, [join(ROOT, "cli/squall.js"), command, ...argv], {
      stdio: ["ignore", "ignore", file],
      env: { ...process.env, SQUALL_HOME: join(ground.folder, "home"), JOURNAL_STREAM: stream ?? `${dev}:${ino}` },
    });
    expect(await once(child, "exit")).toEqual([2, null]);
    return readFileSync(path, "utf8");
  };

  it("gives each line its priority where the stream is the journal's, and nowhere else", async () => {
    for (const [command, option] of [
      ["serve", "--listen"],
      ["agent", "--server"],
    ] as const) {
      const told = await toJournal(command, [option, "nowhere"]);
      expect(told).toMatch(/^<3>error: /);
      expect(told.trimEnd()).not.toContain("\n");
      expect(await toJournal(command, [option, "nowhere"], "1:2")).not.toMatch(/^<\d>/m);
      expect(await toJournal(command, [option, "nowhere", "--log-format", "journald"], "1:2")).toMatch(/^<3>error: /);
    }
  });
  it("marks what a server that stays says", async () => {
    const serving = await ground.serve("journald", ["--log-format", "journald"]);
    serving.child.kill("SIGTERM");
    expect(await serving.ended).toBe(0);
    for (const line of serving.text().trimEnd().split("\n")) expect(line).toMatch(/^<[3467]>/);
    expect(serving.text()).toContain("<6>this server leads");
  });
});
