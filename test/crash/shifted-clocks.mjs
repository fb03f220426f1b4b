/**
 * Preloaded (`node --import`), it gives a process clocks that can be shifted: each line on its standard input, like
 * `wall -3600000`, moves one of them by so many milliseconds; SHIFTED_CLOCKS holds such lines for its start.
 */
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";

const shiftMs = { wall: 0, uptime: 0, monotonic: 0 };
const shift = (line) => {
  const [clock, ms] = line.split(" ");
  if (clock in shiftMs) shiftMs[clock] += Number(ms);
};

const wall = Date.now;
const monotonic = performance.now.bind(performance);
const { uptime } = os;
Date.now = () => wall() + shiftMs.wall;
performance.now = () => monotonic() + shiftMs.monotonic;
os.uptime = () => uptime() + shiftMs.uptime / 1_000;
// Who has imported it by name finds the new one, too.
syncBuiltinESMExports();

for (const line of (process.env.SHIFTED_CLOCKS ?? "").split("\n")) shift(line);
process.stdin.setEncoding("utf8").on("data", (text) => {
  for (const line of text.split("\n")) shift(line);
});
// It keeps no process from ending.
process.stdin.unref();
