import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { tightenTimerSlack } from "./timer-slack.ts";

test.runIf(process.platform === "linux")("is tightened for the main thread of the process, whose loop sleeps", () => {
  const script = `
    const { tightenTimerSlack } = await import(${JSON.stringify(new URL("./timer-slack.ts", import.meta.url).href)});
    const { readFileSync } = await import("node:fs");
    const isDone = tightenTimerSlack();
    console.log(JSON.stringify([isDone, Number(readFileSync("/proc/self/timerslack_ns", "utf8"))]));`;
  const argv = ["--import", "tsx", "--input-type=module", "-e", script];
  const [isDone, slackNs] = JSON.parse(execFileSync(process.execPath, argv, { encoding: "utf8" }));
  expect(isDone ? slackNs : 1).toBe(1);
});
test("is left alone where the system has no such setting", () => {
  expect(tightenTimerSlack("/nowhere/timerslack_ns")).toBe(false);
});
