/** `squall up`: keeps a mesh with agents and a server running while you work. `squall down` ends the mesh. */
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileNameOfDocument } from "../../experiments/model/notation/document-name.ts";
import { withoutNodeOptions } from "../../server/keeper/node-options.ts";
import { MeshError } from "../../server/keeper/start.ts";
import type { Command, Context } from "../context.ts";
import { CommandError, USAGE, usage } from "../exit.ts";
import { type LoadedMesh, loadMesh, loadMeshToStart } from "../files/load.ts";
import { readVariables } from "../files/variables.ts";
import { privateFolder, upIn, upRecordOf } from "../home.ts";
import { withoutLauncher } from "../launcher.ts";
import { plainMessage } from "../output.ts";
import { InterruptedError, listenForSignals } from "../session/interruption.ts";
import { clientOf, isLive } from "../session/local-servers.ts";
import { embed } from "../session/open.ts";
import { readRecord, removeRecord, writeRecord } from "../session/server-record.ts";
import { offerLink } from "./dashboard.ts";
import { type FileOptions, problemText } from "./options.ts";

export interface UpOptions extends FileOptions {
  readonly detach?: boolean;
  readonly dashboard?: boolean;
}

/** `load`: `loadMeshToStart` where the mesh's commands are run here. */
export const readMeshFile = async (
  context: Context,
  file: string,
  options: FileOptions,
  load = loadMesh,
): Promise<LoadedMesh> => {
  const variables = await readVariables(context.environment, options);
  const read = await load(resolve(context.cwd, file), { cwd: context.cwd, variables });
  if ("loaded" in read) return read.loaded;
  throw usage("message" in read ? read.message : problemText(read.problems, context.output.paint.coloured));
};

const refuseSecond = async ({ home, clock }: Context, { mesh }: LoadedMesh): Promise<void> => {
  const record = await readRecord(upRecordOf(home, mesh.name));
  if (record !== null && (await isLive(record, clock)))
    throw usage(
      `mesh ${mesh.name} is up already (pid ${record.pid}, ${record.url}); end it with \`squall down ${mesh.name}\``,
    );
};

/** The token is not printed, because terminals and CI logs are kept. */
const dashboardLine = (url: string, recordPath: string): string =>
  `dashboard: ${url}; sign in with the token in ${recordPath}`;

const stay = async (context: Context, mesh: LoadedMesh, options: UpOptions): Promise<number> => {
  const { home, clock, output, version } = context;
  const say = (line: string) => output.err(plainMessage(line));
  const path = upRecordOf(home, mesh.mesh.name);
  const interruption = listenForSignals(context, say);
  const opening = embed({ home, clock, mesh, version, say, allowExec: options.allowExec === true, kind: "up" });
  try {
    const session = await interruption.race(opening);
    await writeRecord(path, session.record);
    say(`mesh ${mesh.mesh.name} is up: ${session.record.url}, logs in ${session.record.folder}`);
    say(dashboardLine(session.record.url, path));
    say(`\`squall run\` attaches to it; end it with Ctrl-C or \`squall down ${mesh.mesh.name}\``);
    if (options.dashboard === true) await offerLink(context, session.client);
    await new Promise<void>((ended) => interruption.onSignal(() => ended()));
    await removeRecord(path);
    await session.close();
    return 0;
  } catch (error) {
    if (error instanceof MeshError) throw new CommandError(USAGE, error.message);
    if (!(error instanceof InterruptedError)) throw error;
    await opening.then((session) => session.close()).catch(() => {});
    return 0;
  } finally {
    interruption.close();
  }
};

/** Time beyond the slowest service's own start: for the command, the server and the agent. */
const START_MS = 60_000;
const LOOK_MS = 100;
const leave = async (context: Context, mesh: LoadedMesh, file: string, options: UpOptions): Promise<number> => {
  const { home, clock, cwd, environment, output } = context;
  const log = join(await privateFolder(upIn(home), { home }), `${fileNameOfDocument(mesh.mesh.name)}.log`);
  const flags = [
    ...(options.allowExec === true ? ["--allow-exec"] : []),
    ...(options.set ?? []).flatMap((one) => ["--set", one]),
    ...[...(options.envFile ?? []), ...(options.vars ?? [])].flatMap((one) => ["--vars", one]),
  ];
  const descriptor = openSync(log, "w", 0o600);
  const child = spawn(process.execPath, [process.argv[1]!, "up", file, ...flags], {
    ...{
      cwd,
      env: withoutNodeOptions(withoutLauncher(environment)),
      detached: true,
      stdio: ["ignore", descriptor, descriptor],
    },
  });
  const limitMs = START_MS + Math.max(0, ...mesh.mesh.services.map(({ startMs }) => startMs));
  const untilMs = clock.nowMs() + limitMs;
  while (child.exitCode === null && child.signalCode === null && clock.nowMs() < untilMs) {
    const record = await readRecord(upRecordOf(home, mesh.mesh.name));
    if (record !== null && record.pid === child.pid) {
      child.unref();
      output.err(plainMessage(`mesh ${mesh.mesh.name} is up: ${record.url}, pid ${record.pid}, log ${log}`));
      output.err(plainMessage(dashboardLine(record.url, upRecordOf(home, mesh.mesh.name))));
      // Printed here, not by the child, which writes to a log file.
      if (options.dashboard === true) await offerLink(context, clientOf(record, clock));
      return 0;
    }
    await clock.sleep(LOOK_MS);
  }
  const said = (await readFile(log, "utf8")).trim() || `it wrote nothing to ${log}`;
  if (child.exitCode !== null || child.signalCode !== null)
    throw new CommandError(child.exitCode || USAGE, `mesh ${mesh.mesh.name} did not come up:\n${said}`);
  child.kill("SIGTERM");
  throw new CommandError(
    USAGE,
    `mesh ${mesh.mesh.name} did not come up within ${limitMs / 1_000} s and was ended:\n${said}`,
  );
};

export const up: Command<UpOptions, [file: string]> = async (context, options, file) => {
  const mesh = await readMeshFile(context, file, options, loadMeshToStart);
  await refuseSecond(context, mesh);
  return options.detach === true ? leave(context, mesh, file, options) : stay(context, mesh, options);
};
