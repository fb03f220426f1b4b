/** `squall serve`: a server that stays, on loopback. It starts no process of the mesh; agents come to it. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../../server/server.ts";
import type { Command } from "../context.ts";
import { plainMessage } from "../output.ts";
import { newToken, privateFolder, serveIn } from "../session/home.ts";
import { listenForSignals } from "../session/interruption.ts";
import { recordIn, removeRecord, selfRecord, writeRecord } from "../session/record.ts";
import type { FileOptions } from "./options.ts";
import { readMeshFile } from "./up.ts";

export interface ServeOptions extends FileOptions {
  readonly port?: number;
}
export const DEFAULT_PORT = 4780;

export const serve: Command<ServeOptions, []> = async (context, options) => {
  const { home, output, environment } = context;
  const say = (line: string) => output.err(plainMessage(line));
  const mesh = options.mesh === undefined ? null : await readMeshFile(context, options.mesh, options);
  const name = mesh?.mesh.name ?? "server";
  const folder = await privateFolder(serveIn(home, name));
  const token = environment.SQUALL_TOKEN || newToken();
  const logFile = join(folder, "server.log");
  const server = await startServer({
    ...{ folder, token, mesh: mesh?.mesh ?? null, allowExec: options.allowExec === true },
    listen: { host: "127.0.0.1", port: options.port ?? DEFAULT_PORT },
    log: (line) => appendFileSync(logFile, `${line}\n`, { mode: 0o600 }),
  });
  const path = recordIn(folder);
  const interruption = listenForSignals(say);
  try {
    await writeRecord(path, selfRecord({ url: server.url, token, folder, mesh: name, digest: mesh?.digest ?? null }));
    say(`serving ${mesh === null ? "without a mesh" : `mesh ${name}`} at ${server.url}; its token is in ${path}`);
    await new Promise<void>((ended) => interruption.onSignal(() => ended()));
    await server.close();
    return 0;
  } finally {
    await removeRecord(path);
    interruption.close();
  }
};
