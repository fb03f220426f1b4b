/** How the parts of a term are joined: each function makes one connection, and answers with what undoes it. */

import type { Mesh } from "../experiments/model/mesh.ts";
import { type Clock, every, guardJumps } from "./clock.ts";
import type { ServerConfig } from "./config/config.ts";
import type { Agent } from "./fleet/agent.ts";
import type { Fleet } from "./fleet/fleet.ts";
import type { Hold } from "./fleet/holds.ts";
import type { Log } from "./log.ts";
import type { Meshes } from "./meshes/meshes.ts";
import { openMeshes } from "./meshes/open.ts";
import { Judge } from "./probes/judge.ts";
import type { HouseRules } from "./probes/probe.ts";
import type { Runs } from "./runs/runs.ts";
import { DenyList } from "./security/deny.ts";
import { LOCAL } from "./security/roles.ts";
import { forgetBoots, rememberBoot } from "./store/boots.ts";
import { listDocuments } from "./store/documents.ts";
import type { Leadership } from "./store/leader.ts";
import type { Store } from "./store/open.ts";
import { RETENTION, sweep } from "./store/retention.ts";

export interface TermDeps {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly leadership: Leadership;
}

/** Each agent process is written down, so that a later server can look whether it still lives, and knows whose it is. */
export const remember =
  ({ store, clock }: TermDeps) =>
  ({ mark }: Agent, { boot, instance, service, credential }: Hold): Promise<void> => {
    const process = { pid: mark.pid, pid_started: mark.started, machine_boot: mark.machineBoot };
    return rememberBoot(store.db, { boot, instance, service, credential, met_ms: clock.wallMs(), ...process });
  };
export const forget =
  ({ store, log }: TermDeps) =>
  (boots: readonly string[]): void => {
    // What stays is forgotten by the next server.
    forgetBoots(store.db, boots).catch((error: Error) => log.warn(`agents could not be forgotten: ${error.message}`));
  };

export const houseRules = (
  { childVariables = {}, commands = {}, deny, allow }: ServerConfig,
  clock: Clock,
): HouseRules => ({
  ...{ childVariables, commands },
  denied: new DenyList(deny, allow),
  judge: new Judge(clock),
});

export const openMeshesOf = async ({ config, clock, log, store }: TermDeps): Promise<Meshes> => {
  const { mesh, meshFile: file, environment = {}, meshEnvironment = environment } = config;
  return openMeshes({
    ...{ clock, log, mesh, environment },
    ...(file === undefined ? {} : { file, fileEnvironment: meshEnvironment }),
    documents: await listDocuments(store.db, "Mesh"),
  });
};

/** What is left when the last document is deleted. */
const NOTHING: Mesh = { name: "nothing", directory: null, services: [], edges: [] };
/** What agents offer and what the mesh says, each told to the other. */
export const introduce = (fleet: Fleet, meshes: Meshes, runs: Runs): (() => void) => {
  const offered = fleet.onReady(({ boot, instance, service }) => {
    const offers = fleet.agents().find((agent) => agent.boot === boot)?.identity.offers ?? [];
    if (service !== null) meshes.offered({ instance, service }, offers);
  });
  // The runs first: what they lose is taken away before an edge is another one.
  const changed = meshes.onChange(({ after, touched, why }) => {
    runs.meshChanged(touched, why);
    fleet.setMesh(after?.mesh ?? NOTHING);
  });
  return () => {
    offered();
    changed();
  };
};

/** A clock that jumps halts what is live, and latches nothing: the next start finds the clocks as they are. */
export const guardClocks = ({ clock, log }: TermDeps, runs: Runs): (() => void) => {
  const guard = guardJumps(clock, (what) => {
    log.warn(`clock jump: ${what}`);
    const halting = { because: "clock-jump", reason: `A clock jumped: ${what}.`, recover: false } as const;
    runs
      .haltAll(halting, { latch: false, by: LOCAL })
      .catch((error: Error) => log.error(`after a clock jump: ${error.message}`));
  });
  return () => guard.cancel();
};

const TIDY_MS = 3_600_000;
/** What is too old is deleted once an hour; what fails is tried again an hour later. */
export const tidyUp = ({ config, clock, log, store, leadership }: TermDeps): (() => void) => {
  const keep = { ...RETENTION, ...config.retention };
  let isTidying = false;
  const alarm = every(clock, TIDY_MS, () => {
    if (isTidying || !leadership.leads()) return;
    isTidying = true;
    sweep(store.db, keep, clock.wallMs())
      .then((removed) => {
        if (Object.values(removed).some((count) => count > 0)) log.info("what was too old was deleted", { ...removed });
      })
      .catch((error: Error) => log.error(`what is too old could not be deleted: ${error.message}`))
      .finally(() => {
        isTidying = false;
      });
  });
  return () => alarm.cancel();
};
