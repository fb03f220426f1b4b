/**
 * Preloaded (`node --import`), this file gives a process clocks that can be shifted: each line on standard input, like
 * `wall -3600000`, moves a clock by so many milliseconds; SHIFTED_CLOCKS holds such lines for the start. A line like
 * `creep wall -700` moves the clock so far at every comparison of clocks from then on, however late a busy machine lets
 * the process compare. Only comparisons read the uptime.
 */
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";

const shiftMs = { wall: 0, uptime: 0, monotonic: 0 };
const creepMs = { wall: 0, uptime: 0, monotonic: 0 };
const shift = (line) => {
  const words = line.split(" ");
  const moved = words[0] === "creep" ? creepMs : shiftMs;
  const [clock, ms] = words.slice(-2);
  if (clock in moved) moved[clock] += Number(ms);
};
const creep = () => {
  for (const clock of Object.keys(shiftMs)) shiftMs[clock] += creepMs[clock];
};

const wall = Date.now;
const monotonic = performance.now.bind(performance);
const { uptime } = os;
Date.now = () => wall() + shiftMs.wall;
performance.now = () => monotonic() + shiftMs.monotonic;
os.uptime = () => {
  creep();
  return uptime() + shiftMs.uptime / 1_000;
};
// Who has imported it by name finds the new one, too.
syncBuiltinESMExports();

for (const line of (process.env.SHIFTED_CLOCKS ?? "").split("\n")) shift(line);
process.stdin.setEncoding("utf8").on("data", (text) => {
  for (const line of text.split("\n")) shift(line);
});
// It keeps no process from ending.
process.stdin.unref();
