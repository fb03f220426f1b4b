/** Users that a test impersonates, as far as this machine allows. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { SQUALL } from "../cli/squall.ts";

const entries = (): ReadonlySet<string> =>
  new Set(
    readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":")[2] ?? ""),
  );
const unknownTo = (known: ReadonlySet<string>): number => {
  let uid = 54_321;
  while (known.has(String(uid))) uid += 1;
  return uid;
};
/** User id without an entry in /etc/passwd, like those of OpenShift and `docker run -u`. */
export const UNKNOWN_UID = unknownTo(entries());
/** Prefix of a command that runs the command under that user id. */
export const AS_UNKNOWN = ["setpriv", `--reuid=${UNKNOWN_UID}`, `--regid=${UNKNOWN_UID}`, "--clear-groups"];

const READ = `require("node:fs").accessSync(${JSON.stringify(SQUALL)})`;
/** Reason why no test can switch users; null: tests can. */
export const lackOfUsers = (): string | null => {
  if (process.getuid?.() !== 0) return "needs root, to be another user";
  const [command, ...rest] = [...AS_UNKNOWN, process.execPath, "-e", READ];
  return spawnSync(command!, rest, { stdio: "ignore" }).status === 0
    ? null
    : "needs setpriv, and a checkout that other users can read";
};
