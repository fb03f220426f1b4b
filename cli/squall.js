#!/bin/sh
// 2>/dev/null || exec node -- "$0" "$@"
// A shell starts this file, reads the line above (a folder is no command), and becomes Node. Without the `--`, Node looks for its
// own `--env-file` in the whole command line, and ends with 9 where that file is missing; `env -S` is not to be had in BusyBox.
import { existsSync, statSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
const madeMs = (path) => statSync(new URL(path, dist), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const PARTS = [
  "cli",
  "server",
  "server-contract",
  "server-client",
  "agent",
  "agent-contract",
  "experiments-model",
  "experiments-report",
];
/** A few large files start twice as fast as a thousand small ones; what was compiled since then goes before them. */
const isBundled = () => {
  const bundledMs = madeMs("bundle/cli/main.js");
  return bundledMs > 0 && PARTS.every((part) => madeMs(`.tsbuildinfo/${part}.json`) <= bundledMs);
};
/** What a shell asks at each key has an entry of its own, which loads next to nothing. Answers whether it was that. */
const isCompleted = async () => {
  const [command, dashes, ...words] = process.argv.slice(2);
  const shape = new URL("bundle/commands.json", dist);
  if (command !== "complete" || dashes !== "--" || !isBundled() || !existsSync(shape)) return false;
  const { complete } = await import(new URL("bundle/cli/completion/complete.js", dist).href);
  complete(shape, words);
  return true;
};
/** Words whose bundle is one file: `validate`, which editors call at each save, and help, which loads no command. */
const ALONE = new Map([
  ["validate", "bundle/cli/validate.js"],
  ...["help", "--help", "-h", "--version", "-V"].map((word) => [word, "bundle/cli/help.js"]),
]);
const bundled = () => ALONE.get(process.argv[2]) ?? "bundle/cli/main.js";
const run = async () => {
  const entry = new URL(isBundled() ? bundled() : "cli/main.js", dist).href;
  const { main, takeUncaught, fatalLine: lineOf } = await import(entry);
  isTaken = takeUncaught;
  fatalLine = lineOf;
  process.exitCode = await main(process.argv.slice(2));
  // A handle that somebody forgot must not keep a finished command from ending.
  setTimeout(() => process.exit(), 2_000).unref();
};

/** Without a descriptor, of which there is none left. */
const openFiles = () => process.report.getReport().userLimits?.open_files.soft ?? "few";
/** Node says of a module that it cannot open that there is none. */
const isThere = (message) => existsSync(/Cannot find module '([^']+)'/.exec(message)?.[1] ?? "");
const isFew = ({ code } = {}, message) =>
  code === "EMFILE" || code === "ENFILE" || (code === "ERR_MODULE_NOT_FOUND" && isThere(message));
const USAGE = 2;
// Whatever goes wrong beside a verdict ends with 70, so that a crash is never mistaken for BROKEN (1).
const crash = (error) => {
  const message = error instanceof Error ? error.message : String(error);
  if (isFew(error, message)) {
    const limit = `a process may open ${openFiles()} files here (\`ulimit -n\`)`;
    process.stderr.write(
      `squall: too few file descriptors: ${limit}; run \`ulimit -n 4096\` in this shell, or raise the hard limit\n`,
    );
    process.exit(USAGE);
  }
  const unbuilt = error?.code === "ERR_MODULE_NOT_FOUND" && message.includes("dist");
  const stack = process.env.SQUALL_DEBUG ? `${error?.stack}\n` : "Set SQUALL_DEBUG=1 for the stack.\n";
  const line = fatalLine(`internal error: ${process.env.SQUALL_DEBUG ? error?.stack : message}`);
  const told = line === null ? `squall: internal error: ${message}\n${stack}` : `${line}\n`;
  process.stderr.write(unbuilt ? "squall: dist/ is not built; run `npm run build`\n" : told);
  process.exit(70);
};
let isTaken = () => false;
let fatalLine = () => null;
const uncaught = (error) => isTaken(error) || crash(error);
process.on("uncaughtException", uncaught);
process.on("unhandledRejection", uncaught);
try {
  if (!(await isCompleted())) await run();
} catch (error) {
  crash(error);
}
