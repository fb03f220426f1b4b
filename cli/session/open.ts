/**
 * Opens a server with a mesh to run experiments on: the mesh that is `up`, or a server of our own for the lifetime of
 * the command.
 */
import { appendFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { strikableIn } from "../../server/keeper/child.ts";
import { variablesOf } from "../../server/keeper/process-identity.ts";
import { startMesh } from "../../server/keeper/start.ts";
import { lineLog } from "../../server/log.ts";
import { startServer } from "../../server/server.ts";
import type { Clock } from "../clock.ts";
import type { LoadedMesh } from "../files/load.ts";
import { isSubsetOf, meshDigestOf } from "../files/mesh-digest.ts";
import { newFolder, newToken, upRecordOf } from "../home.ts";
import { onUncaught } from "../uncaught.ts";
import { type Client, connect } from "./client.ts";
import { needDescriptors } from "./descriptors.ts";
import { clientOf, isLive } from "./local-servers.ts";
import { readRecord, recordIn, removeRecord, type ServerRecord, selfRecord, writeRecord } from "./server-record.ts";

export interface Session {
  readonly client: Client;
  readonly record: ServerRecord;
  /** True for a server of `squall up`, which stays when this command ends. */
  readonly shared: boolean;
  close(): Promise<void>;
}
export interface SessionOptions {
  readonly home: string;
  readonly clock: Clock;
  readonly mesh: LoadedMesh;
  readonly allowExec: boolean;
  /** The command that hosts a server of our own. */
  readonly kind: "run" | "up";
  /** Version of this program. */
  readonly version: string;
  readonly say: (line: string) => void;
}

/** null: this mesh is not up, or the mesh that is up under this name lacks a part or has a different part. */
const attach = async ({ home, clock, mesh }: SessionOptions): Promise<Session | null> => {
  const record = await readRecord(upRecordOf(home, mesh.mesh.name));
  if (record?.parts == null || !isSubsetOf(meshDigestOf(mesh.mesh), record.parts)) return null;
  if (!(await isLive(record, clock))) return null;
  return {
    client: clientOf(record, clock),
    record,
    shared: true,
    async close() {},
  };
};

/** Closes every opened resource in reverse order; a failed close does not keep the others open. */
const closing = () => {
  const steps: (() => Promise<unknown>)[] = [];
  return {
    add: (step: () => Promise<unknown>) => {
      steps.push(step);
    },
    async close() {
      const failures: unknown[] = [];
      for (const step of steps.splice(0).reverse())
        await step().catch((error) => {
          failures.push(error);
        });
      if (failures.length > 0) throw failures[0];
    },
  };
};

/** A full disk, or a removed folder, does not stop a halt. */
const appendTo = (path: string) => (line: string) => {
  try {
    appendFileSync(path, `${line}\n`, { mode: 0o600 });
  } catch {
    // There is no other place to report the failure.
  }
};

/**
 * Starts the server first, since the agents connect to the server; then the mesh. Throws MeshError with no process left
 * running.
 */
export const embed = async ({ home, clock, mesh, allowExec, kind, version, say }: SessionOptions): Promise<Session> => {
  needDescriptors();
  const folder = await newFolder(home, clock.wallMs());
  const token = newToken();
  const logFile = join(folder, "server.log");
  const opened = closing();
  let started = false;
  try {
    const server = await startServer({
      ...{ folder, token, allowExec, version, mesh: mesh.mesh, listen: { host: "127.0.0.1", port: 0 } },
      startedServices: strikableIn({ mesh: mesh.mesh, agentOnly: false }),
      childVariables: variablesOf({ run: basename(folder), folder }),
      log: lineLog(appendTo(logFile)),
    });
    const record = selfRecord({
      url: server.url,
      token,
      folder,
      mesh: mesh.mesh.name,
      parts: meshDigestOf(mesh.mesh),
      kind,
    });
    opened.add(() => removeRecord(recordIn(folder)));
    await writeRecord(recordIn(folder), record);
    const running = await startMesh({
      ...{ mesh: mesh.mesh, folder, marker: basename(folder), server: { url: server.url, token } },
      onProgress: ({ name, state, detail }) => state === "exited" && say(`${name} ended: ${detail}`),
      onAgentExit: (pid, isClear) => server.agentExited(pid, isClear),
      onServiceStruck: (struck) => server.serviceStruck(struck),
      onServiceBack: (back) => server.serviceBack(back),
      onServiceExit: (service, how) => server.serviceExited(service, how),
    }).catch(async (error) => {
      await server.close();
      throw error;
    });
    started = true;
    opened.add(() => running.stop());
    // Runs are reverted before the processes of the mesh go away.
    opened.add(() => server.close());
    const endContaining = onUncaught((error) => server.contain(error));
    opened.add(async () => endContaining());
    return { client: connect({ urls: [server.url], token }, clock), record, shared: false, close: opened.close };
  } catch (error) {
    await opened.close().catch(() => {});
    // No run took place: if not even a process was started, there is no log to read.
    if (!started && (error as { because?: string }).because === "ports")
      await rm(folder, { recursive: true, force: true });
    throw error;
  }
};

export const openSession = async (options: SessionOptions): Promise<Session> =>
  (await attach(options)) ?? (await embed(options));
