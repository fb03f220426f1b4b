/**
 * Gate process: `gate.sh` as a child that owns the redirect (KUBERNETES.md 1). The kernel takes the redirect away when
 * the gate ends, and the gate ends when this process does, because stdin of the gate is a pipe.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Clock } from "../clock/clock.ts";
import { type GateTable, parseTable } from "./grammar.ts";

const nearest = (folder: string): string =>
  existsSync(join(folder, "package.json")) ? folder : nearest(dirname(folder));
/** The package has the script once, for the sources, the compiled files and the bundle. */
const GATE = join("agent", "redirect", "gate.sh");

/** Looks in a row without any answer, though answers are due, after which a gate counts as stuck. */
const MOST_SILENT_LOOKS = 4;
/** Time for a gate's processes to end once stdin is closed, ms: a stopped nft would hold the table. */
const ENDS_WITHIN_MS = 1_000;
const MOST_ERRORS = 20;

interface Listing {
  readonly lines: string[];
  readonly done: (table: GateTable | null) => void;
}

export interface GateProcessDeps {
  readonly clock: Clock;
  /** Takes a line that nft or the shell wrote on stderr, the first few of a gate. */
  readonly onError: (line: string) => void;
  /** Called once, when the gate holds no table any more, or none that this process can change. */
  readonly onEnd: () => void;
}

export class GateProcess {
  readonly pid: number;
  /** Resolves when the table stands in the kernel; rejects with the reason where no table comes to stand. */
  readonly ready: Promise<void>;
  readonly #clock: Clock;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #onEnd: () => void;
  readonly #onError: (line: string) => void;
  /** Answers that are due, the oldest first; null: the answer to a line that changes the table. */
  readonly #due: (Listing | null)[] = [];
  #silentLooks = 0;
  #isStanding = false;
  #hasEnded = false;
  #isClosed = false;
  /** Resolves when no process of the gate is left. */
  readonly #closed: Promise<void>;
  /** Bytes sent, as the history of `nft -i` counts: a line that repeats the line before is kept once. */
  #sentBytes = 0;
  #lastLine = "";

  constructor({ clock, onError, onEnd }: GateProcessDeps) {
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#onError = onError;
    const script = join(nearest(import.meta.dirname), GATE);
    // Process group of the gate alone: Ctrl-C in a terminal reaches only the agent, which then ends the redirect in order.
    // Started by its path, because the image's PATH has no folder of programs but Squall's own.
    const child = spawn("/bin/sh", [script], { stdio: ["pipe", "pipe", "pipe"], detached: true, cwd: "/" });
    this.#child = child;
    this.pid = child.pid ?? 0;
    let errors = 0;
    let firstError = "";
    child.stdin.on("error", () => {});
    createInterface({ input: child.stderr }).on("line", (line) => {
      firstError ||= line;
      errors += 1;
      if (errors <= MOST_ERRORS) onError(line);
    });
    this.#closed = new Promise((resolve) => child.once("close", () => resolve()).once("error", () => resolve()));
    this.ready = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (this.#isStanding) this.#heard(line);
        else if (line.startsWith("ready ")) {
          this.#isStanding = true;
          resolve();
        } else reject(new Error(line.replace(/^failed /, "")));
      });
      child.once("error", (error) => {
        reject(error);
        this.#ended();
      });
      child.once("close", () => {
        this.#isClosed = true;
        reject(new Error(firstError || "the gate ended without a word"));
        this.#ended();
      });
    });
    this.ready.catch(() => {});
    child.once("exit", () => {
      this.#ended();
      this.#endSoon();
    });
  }
  /** The table stands, as far as is known. */
  get isStanding(): boolean {
    return this.#isStanding && !this.#hasEnded;
  }
  get sentBytes(): number {
    return this.#sentBytes;
  }
  /** Sends a line that changes the table. */
  send(line: string): void {
    if (!this.isStanding) return;
    this.#due.push(null);
    if (line !== this.#lastLine) this.#sentBytes += line.length;
    this.#lastLine = line;
    this.#write(line);
  }
  /** The table as the kernel has it now; null: the gate has ended. */
  list(): Promise<GateTable | null> {
    if (!this.isStanding) return Promise.resolve(null);
    return new Promise((done) => {
      this.#due.push({ lines: [], done });
      this.#write("?");
    });
  }
  /** Called each second: kills a gate that owes answers and gives none. */
  look(): void {
    if (this.#due.length === 0) this.#silentLooks = 0;
    else this.#silentLooks += 1;
    if (this.#silentLooks >= MOST_SILENT_LOOKS) this.kill();
  }
  /** Lets the gate end; resolves when no process of the gate is left, and kills processes that do not end in time. */
  end(): Promise<void> {
    this.#endSoon();
    return this.#closed;
  }
  #endSoon(): void {
    this.#child.stdin.end();
    this.#clock.wake(this.#clock.nowMs() + ENDS_WITHIN_MS, () => this.kill());
  }
  /** Kills all processes of the gate, stopped processes too; the kernel takes the table away. */
  kill(): void {
    this.#ended();
    if (this.#isClosed || this.pid === 0) return;
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // The processes have ended by themselves.
    }
  }

  #write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }
  #heard(line: string): void {
    this.#silentLooks = 0;
    const [due] = this.#due;
    if (due === undefined) return;
    if (due === null) {
      this.#due.shift();
      if (line !== "ok") this.#onError(`the gate refused a line: ${line}`);
    } else if (line === ".") {
      this.#due.shift();
      due.done(parseTable(due.lines.join("\n")));
    } else due.lines.push(line);
  }
  #ended(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const due of this.#due.splice(0)) due?.done(null);
    this.#onEnd();
  }
}
