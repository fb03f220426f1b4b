import type { Handler } from "./context.ts";

export const readServer: Handler<"GET /api/v1/server"> = async ({ config, store, version, term }) => {
  const { epoch, clockOffsetMs, fleet, meshes, runs } = term();
  const current = meshes.current();
  const agents = fleet.instances();
  return {
    ...{ version, store: store.dialect, epoch, clockOffsetMs: clockOffsetMs() },
    commands: config.allowExec ? null : Object.keys(config.commands ?? {}),
    mesh: current === null ? null : { name: current.mesh.name, revision: current.revision },
    agents: { known: agents.length, ready: agents.filter(({ ready }) => ready).length },
    runs: { live: runs.all().filter(({ isOver }) => !isOver).length },
  };
};
export const readOpenApi: Handler<"GET /api/v1/openapi.json"> = async (_context, { request }) =>
  request.server.swagger() as { openapi: string; paths: Record<string, unknown> };
