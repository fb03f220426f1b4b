import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { processMarkOf } from "../../server/fleet/process-mark.ts";
import { readProcessMark } from "../process/process-mark.ts";
import { machineBootOf, parseLiveStat } from "./process-mark.ts";

const line = (state: string) => `42 (a) (b c) ${state} 7 40 39 0 -1 4194304 1 0 0 0 1 2 3 4 20 0 1 0 98765 1000 10`;

describe("a process's stat line", () => {
  it("is read by its last bracket, for the command may hold anything", () => {
    expect(parseLiveStat(line("T"))).toEqual({
      ...{ pid: 42, state: "T", parent: 7, group: 40, session: 39, start: "98765" },
    });
  });
  it("is none where the process is gone, over, or not readable", () => {
    for (const text of [null, "", "42 (cut", line("Z"), line("X"), line("x")]) expect(parseLiveStat(text)).toBeNull();
  });
});

it("is of no machine where the boot or the namespace cannot be read", () => {
  expect(machineBootOf("b\n", "pid:[1]")).toBe("b pid:[1]");
  expect(machineBootOf("", "pid:[1]")).toBeNull();
  expect(machineBootOf("b", "")).toBeNull();
});

it("is the same, read by the agent and by the server, and belongs to the process alone", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  try {
    await once(child, "spawn");
    const pid = child.pid!;
    const said = readProcessMark(pid);
    expect(said).not.toBeNull();
    expect(processMarkOf(pid, said)).toEqual({ pid, ...said });
    expect(processMarkOf(process.pid, said)).toEqual({ pid: process.pid, started: null, machineBoot: null });
  } finally {
    child.kill("SIGKILL");
  }
});
