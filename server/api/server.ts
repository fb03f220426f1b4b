import type { Api } from "../contract/index.ts";
import { cookieName, isSecure } from "../security/sessions.ts";
import type { Context, Handler } from "./context.ts";
import { openApiDocument } from "./openapi/document.ts";

type OpenApi = Api["GET /api/v1/openapi.json"]["reply"];

export const readServer: Handler<"GET /api/v1/server"> = async ({ config, store, version, controlPlane }) => {
  const { epoch, clockOffsetMs, fleet, meshes, runs } = controlPlane();
  const current = meshes.current();
  const agents = fleet.instances();
  return {
    ...{ version, store: store.dialect, epoch, clockOffsetMs: clockOffsetMs() },
    commands: config.allowExec ? null : Object.keys(config.commands ?? {}),
    mesh: current === null ? null : { name: current.mesh.name, revision: current.revision },
    agents: { known: agents.length, ready: agents.filter(({ ready }) => ready).length },
    runs: { live: runs.all().filter(({ isOver }) => !isOver).length },
    webhooks: (config.webhooks ?? []).map(({ name, url, events, unreachable }) => ({
      ...{ name, host: new URL(url).host, events: [...events], unreachable },
    })),
  };
};
/** OpenAPI documents, built at the first request: building takes a while, and most servers never get a request. */
const documents = new WeakMap<Context, OpenApi>();
export const readOpenApi: Handler<"GET /api/v1/openapi.json"> = async (context) => {
  const { version, config, store } = context;
  const cookie = cookieName(isSecure(config), store.cluster);
  const document = documents.get(context) ?? (openApiDocument({ version, cookie }) as OpenApi);
  documents.set(context, document);
  return document;
};
