/** `squall init`: drafts a mesh file from compose, traffic or running processes, for people to review. */

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { type Call, startRecorder } from "../../agent/recording/recorder.ts";
import { spellCount } from "../../experiments/model/text/words.ts";
import { parseDuration } from "../../experiments/model/units/duration.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Command, Context } from "../context.ts";
import { usage } from "../exit.ts";
import { shownPath } from "../files/collect.ts";
import { meshFromCompose } from "../init/compose.ts";
import { readCompose } from "../init/compose-file.ts";
import { type Draft, meshText, nameFor } from "../init/draft.ts";
import { listenerName } from "../init/listener-name.ts";
import { findListeningPrograms } from "../init/listening-programs.ts";
import { meshFromMachine } from "../init/machine.ts";
import { meshFromCalls } from "../init/traffic.ts";

export interface InitOptions {
  /** Source of the mesh. Default: a compose file if present, else this machine. */
  readonly from?: "compose" | "traffic" | "machine";
  readonly out?: string;
  readonly name?: string;
  readonly force?: boolean;
  /** Listen address of the recorder: `host:port`. */
  readonly listen?: string;
  /** Time to record; default: until Ctrl-C. */
  readonly for?: string;
}
const OUT = "mesh.yaml";
const STDOUT = "-";
const LISTEN = "127.0.0.1:9400";
/** Compose file names in the order of compose's own search. */
const COMPOSE_FILES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

const composeFileIn = (cwd: string): string | undefined => COMPOSE_FILES.find((name) => existsSync(resolve(cwd, name)));
const fromCompose = async ({ cwd }: Context, options: InitOptions, given: string | undefined): Promise<Draft> => {
  const file = given ?? composeFileIn(cwd);
  if (file === undefined)
    throw usage(`no compose file here: name it, or go where one of ${COMPOSE_FILES.join(", ")} is`);
  const path = resolve(cwd, file);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw usage(`${file}: ${error.code === "ENOENT" ? "no such file" : `cannot be read (${error.code})`}`);
  });
  const read = readCompose(text, file);
  if ("problem" in read) throw usage(read.problem);
  const name = nameFor(options.name ?? read.name ?? basename(dirname(path)), new Set());
  return meshFromCompose(read, { name, file: shownPath(path, cwd) });
};

const HOW = (
  address: string,
) => `Recording on ${address}: start each service with its own name in its environment, such as
  HTTP_PROXY=http://checkout:x@${address}         most clients; Node 24 needs NODE_USE_ENV_PROXY=1 as well
  ALL_PROXY=socks5h://checkout:x@${address}       what is not HTTP
and without NO_PROXY. Ctrl-C writes the mesh.`;

/** Resolves after the time, or when a signal comes; each of the `calls` is printed when first seen. */
const recorded = async ({ clock, output }: Context, listMs: number | null, calls: () => readonly Call[]) => {
  const told = new Set<string>();
  const tell = () => {
    for (const { caller, callee, protocol } of calls()) {
      const line = `${caller ?? "(no name)"} → ${callee} (${protocol})`;
      if (!told.has(line)) output.err(terminal(line));
      told.add(line);
    }
  };
  const telling = clock.every(250, tell);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  await new Promise<void>((done) => {
    for (const signal of signals) process.once(signal, () => done());
    if (listMs !== null) clock.after(listMs, done);
  });
  telling.stop();
  tell();
};

const fromTraffic = async (context: Context, options: InitOptions, given: string | undefined): Promise<Draft> => {
  if (given !== undefined) throw usage(`--from traffic reads no file, got ${given}`);
  const forMs = options.for === undefined ? null : parseDuration(options.for);
  if (options.for !== undefined && forMs === null)
    throw usage(`--for: expected a duration such as 30s, got ${options.for}`);
  const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(options.listen ?? LISTEN) ?? [];
  if (host === "" || Number(port) > 65_535)
    throw usage(`--listen: expected host:port such as ${LISTEN}, got ${options.listen}`);
  const bare = host.replace(/^\[|\]$/g, "");
  const recorder = await startRecorder({ host: bare, port: Number(port) }).catch((error: Error) => {
    throw usage(`--listen ${options.listen ?? LISTEN}: ${error.message}`);
  });
  try {
    context.output.err(HOW(recorder.address));
    await recorded(context, forMs, recorder.calls);
    const calls = recorder.calls();
    if (calls.length === 0) throw usage("nothing came through the recorder: nothing was written");
    const name = nameFor(options.name ?? basename(context.cwd), new Set());
    return meshFromCalls(calls, { name, nameOf: listenerName });
  } finally {
    await recorder.close();
  }
};

const fromMachine = async (
  { cwd, output }: Context,
  options: InitOptions,
  given: string | undefined,
): Promise<Draft> => {
  if (given !== undefined) throw usage(`--from machine reads no file, got ${given}`);
  const name = nameFor(options.name ?? basename(cwd), new Set());
  const found = meshFromMachine(findListeningPrograms(), { name });
  if (found === null)
    throw usage(
      "nothing that listens on this machine was found to draw a mesh from: start the services first, go where a compose file is, or record who calls whom with --from traffic",
    );
  for (const line of found.told) output.err(terminal(line));
  return found.draft;
};

const READERS = { compose: fromCompose, traffic: fromTraffic, machine: fromMachine } as const;
/** The requested source, or the best available source, which is then named to the user. */
const sourceOf = ({ cwd, output }: Context, { from }: InitOptions, given: string | undefined): keyof typeof READERS => {
  if (from !== undefined) return from;
  const file = given ?? composeFileIn(cwd);
  output.err(
    file === undefined
      ? "no compose file here: looking at what listens on this machine (--from machine)"
      : terminal(`reading ${file} (--from compose)`),
  );
  return file === undefined ? "machine" : "compose";
};

export const init: Command<InitOptions, [file: string | undefined]> = async (context, options, file) => {
  const { cwd, output } = context;
  const { out = OUT, force = false } = options;
  const path = resolve(cwd, out);
  const taken = () => usage(`${out} is there already: --force replaces it, --out names another file`);
  // Check before minutes of recording, not afterwards.
  if (out !== STDOUT && !force && existsSync(path)) throw taken();
  const draft = await READERS[sourceOf(context, options, file)](context, options, file);
  const text = meshText(draft);
  if (out === STDOUT) output.out(text.trimEnd());
  else
    await writeFile(path, text, { flag: force ? "w" : "wx" }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "EEXIST" ? taken() : usage(`${out}: cannot be written (${error.code})`);
    });
  const { services, edges } = draft;
  const where = out === STDOUT ? "" : ` in ${out}`;
  output.err(
    `${spellCount(services.length, "service")} and ${spellCount(edges.length, "edge")}${where}: read the comments, then \`squall validate ${out}\``,
  );
  return 0;
};
