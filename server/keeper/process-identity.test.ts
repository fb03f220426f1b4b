import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identify, isSameProcess, type Mark, type ProcessIdentity, variablesOf } from "./process-identity.ts";
import { terminateAll } from "./terminate.ts";

const MARK: Mark = { run: "a-run", folder: "/home/pêcheur/runs/1" };
let child: ChildProcess;
let identity: ProcessIdentity;
const sleeper = (env: NodeJS.ProcessEnv) => spawn("sleep", ["60"], { detached: true, stdio: "ignore", env });

beforeEach(() => {
  child = sleeper({ PATH: process.env.PATH, ...variablesOf(MARK) });
  identity = identify("sleeper", child.pid!, MARK);
});
afterEach(() => {
  child.kill("SIGKILL");
});

describe("a recorded process", () => {
  it("is the same while it runs", () => {
    expect(identity.marked).toBe(true);
    expect(isSameProcess(identity)).toBe(true);
  });

  it("is the same while it is stopped", () => {
    child.kill("SIGSTOP");
    expect(isSameProcess(identity)).toBe(true);
  });

  it.each<[string, Partial<ProcessIdentity>]>([
    ["start time", { start: "1" }],
    ["start time, unknown when it was recorded,", { start: "" }],
    ["boot", { boot: "another" }],
    ["process namespace", { namespace: "pid:[1]" }],
    ["run", { mark: { ...MARK, run: "another" } }],
    ["run's folder", { mark: { ...MARK, folder: "/elsewhere" } }],
  ])("is another one when its %s is not the same, and gets no signal", async (_what, wrong) => {
    const record = { ...identity, ...wrong };
    expect(isSameProcess(record)).toBe(false);
    expect(await terminateAll({ run: "nobody", folder: "" }, [record], { graceMs: 0 })).toEqual([]);
    expect(isSameProcess(identity)).toBe(true);
  });

  it("is over once it has ended, before and after it is waited for", async () => {
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
    expect(isSameProcess(identity)).toBe(false);
  });
});

describe("a process without variables", () => {
  it("counts as marked when it was so at its start, for it may have written over them since", () => {
    const bare = sleeper({});
    const record = { ...identify("bare", bare.pid!, MARK), marked: true };
    expect(isSameProcess(record)).toBe(true);
    expect(isSameProcess({ ...record, marked: false })).toBe(false);
    bare.kill("SIGKILL");
  });
});

describe("ending", () => {
  it("ends a stopped process with its group, gracefully", async () => {
    const exit = once(child, "exit");
    child.kill("SIGSTOP");
    expect(await terminateAll(MARK, [identity])).toEqual([]);
    expect((await exit)[1]).toBe("SIGTERM");
  });

  it("finds a process by its mark alone", async () => {
    const exit = once(child, "exit");
    expect(await terminateAll(MARK, [])).toEqual([]);
    expect((await exit)[1]).toBe("SIGTERM");
  });
});
