/** Output of a command: data to stdout, messages to stderr. */
import { writeSync } from "node:fs";
import { terminalLines } from "../experiments/report/escape/terminal.ts";
import { type Paint, paintFor } from "../experiments/report/terminal/paint.ts";
import { widthOf, wrap } from "../experiments/report/terminal/width.ts";
import { usage } from "./exit.ts";

export interface Screen {
  readonly columns: number;
  readonly rows: number;
}
export interface Output {
  /** Data, for programs and pipes. A line break is added. */
  out(text: string): void;
  /** Messages, for people. A line break is added. */
  err(text: string): void;
  /** Control sequences to the terminal of stderr. */
  raw(text: string): void;
  /** True if stderr is a terminal that can be redrawn. */
  readonly live: boolean;
  /** True if a user is present: both streams are a terminal, and no CI's. */
  readonly attended: boolean;
  readonly paint: Paint;
  readonly outPaint: Paint;
  /**
   * Why some data was not written, reported once; null: all was written, or the reader had enough. Known once the
   * writes are under way.
   */
  lost(): Promise<string | null>;
  /** Columns at which sentences wrap: the terminal's width within bounds; 100 without a terminal. */
  width(): number;
  /**
   * Columns of a table on that stream: a terminal's width; no limit in a pipe or a file, since a reader could not see
   * cut text.
   */
  tableWidth(stream: "out" | "err"): number;
  /** Size of stderr's terminal now; null: no terminal, or a terminal that does not report the size. */
  screen(): Screen | null;
}
const DEFAULT_WIDTH = 100;
const NARROWEST = 40;
const WIDEST = 200;

/** Sentences that go to a pipe keep the width that logs can show. */
export const openOutput = (environment: NodeJS.ProcessEnv): Output => {
  const { stdout, stderr } = process;
  // A reader that has gone (`| head`, a closed terminal) must not end a run in the middle: the fault is reverted in
  // good order.
  let lost: string | null = null;
  stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE" && code !== "EIO") lost ??= message;
  });
  // A log on a full disk is no reason to end either, and no stream is left to report to.
  stderr.on("error", () => {});
  // A terminal without a known size reports 0.
  const width = () => Math.min(WIDEST, Math.max(NARROWEST, columns()));
  const columns = () => stderr.columns || stdout.columns || Number(environment.COLUMNS) || DEFAULT_WIDTH;
  return {
    out: (text) => {
      stdout.write(`${text}\n`);
    },
    err: (text) => {
      stderr.write(`${text}\n`);
    },
    raw: (text) => {
      stderr.write(text);
    },
    // The stream reports a failed write in a later turn.
    lost: () =>
      new Promise((done) =>
        setImmediate(() => {
          const told = lost;
          lost = null;
          done(told);
        }),
      ),
    live: stderr.isTTY === true && environment.TERM !== "dumb" && !environment.CI,
    attended: stdout.isTTY === true && stderr.isTTY === true && !environment.CI,
    paint: paintFor(environment, stderr.isTTY === true),
    outPaint: paintFor(environment, stdout.isTTY === true),
    screen: () => (stderr.columns && stderr.rows ? { columns: stderr.columns, rows: stderr.rows } : null),
    width,
    tableWidth: (stream) => ((stream === "out" ? stdout : stderr).isTTY === true ? width() : Number.POSITIVE_INFINITY),
  };
};
/** Layout of a report on that stream. */
export const layoutOf = (output: Output, stream: "out" | "err") => ({
  width: output.width(),
  tableWidth: output.tableWidth(stream),
  paint: stream === "out" ? output.outPaint : output.paint,
});
/** A message that quotes foreign text, escaped. */
export const plainMessage = (message: string): string => terminalLines(message);
/** Prints messages, a line each. */
export const sayTo =
  ({ err }: Output) =>
  (message: string): void =>
    err(plainMessage(message));

/** The last message of a command: on a terminal no line is broken in the middle of a word; in a log none is broken. */
export const lastWord = (message: string, { live, width }: Output): string => {
  const plain = plainMessage(message);
  if (!live) return plain;
  const columns = width();
  const [room, indent] = [columns - 2, "  "];
  return plain
    .split("\n")
    .map((line) => (widthOf(line) <= columns ? line : wrap(line, room).join(`\n${indent}`)))
    .join("\n");
};

/** Reports the data lost on stdout; false: all was written. */
export const tellLost = async (output: Output): Promise<boolean> => {
  const lost = await output.lost();
  if (lost !== null) output.err(lastWord(`squall: what belongs on stdout could not be written whole: ${lost}`, output));
  return lost !== null;
};

/**
 * Throws a usage error where stdout accepts no data: a write of no bytes fails on a full device and on a stream that is
 * open for reading only. A reader that is gone is no error.
 */
export const openStdout = (): void => {
  try {
    writeSync(process.stdout.fd, Buffer.alloc(0));
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "EPIPE" || code === "EAGAIN") return;
    throw usage(`stdout cannot be written (${code || message}), and the result belongs there; nothing was started`);
  }
};
