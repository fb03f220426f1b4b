/** Users of this machine, for people. */
import { readFileSync } from "node:fs";

/** User name from /etc/passwd (passwd(5)) where present; else the number. */
export const userName = (uid: number): string => {
  try {
    const lines = readFileSync("/etc/passwd", "utf8").split("\n");
    const found = lines.map((line) => line.split(":")).find(([, , number]) => number === String(uid));
    return found?.[0] ?? String(uid);
  } catch {
    return String(uid);
  }
};
