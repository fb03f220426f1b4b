/**
 * Ids of runs that were started from here, newest last, a line each in `$SQUALL_HOME/recent-runs`: for completion,
 * which may open no database. The list is a convenience and no record: an error in the list fails no command.
 */
import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asRunId, type RunId } from "../../experiments/model/names.ts";
import { homeIfAny } from "../home.ts";

const fileIn = (home: string): string => join(home, "recent-runs");
const MOST = 200;
/** Bytes at which the list is cut back to the newest ids. */
const LONGEST = 64 * 1024;

/** Newest first. */
export const recentRuns = (home: string): readonly RunId[] => [
  ...new Set(
    readFileSync(fileIn(home), "utf8")
      .split("\n")
      .filter((id) => id !== "")
      .slice(-MOST)
      .reverse()
      .map(asRunId),
  ),
];
export const rememberRun = (context: { readonly home: string }, id: RunId): void => {
  try {
    const home = homeIfAny(context);
    if (home === null) return;
    appendFileSync(fileIn(home), `${id}\n`, { mode: 0o600 });
    if (readFileSync(fileIn(home)).byteLength > LONGEST) rewrite(home, [...recentRuns(home)].reverse());
  } catch {
    // A home that is not there or not to be written: a run on a server needs none.
  }
};
const rewrite = (home: string, ids: readonly RunId[]): void => {
  const draft = `${fileIn(home)}.${process.pid}`;
  writeFileSync(draft, ids.map((id) => `${id}\n`).join(""), { mode: 0o600 });
  renameSync(draft, fileIn(home));
};
export const forgetRuns = (home: string, gone: ReadonlySet<RunId>): void => {
  try {
    rewrite(
      home,
      [...recentRuns(home)].reverse().filter((id) => !gone.has(id)),
    );
  } catch {
    // The list does not exist.
  }
};
