/** The HTTP API as an OpenAPI 3.1 document: a pure function of the contract. */
import type { JsonSchema } from "../../../experiments/model/form/json-schema.ts";
import { apiError } from "../../contract/error.ts";
import { api, type Route, type RouteName } from "../../contract/index.ts";
import { ACCESS } from "../access.ts";
import { LEADERLESS, URGENT } from "../route-traits.ts";
import { Components } from "./components.ts";
import { sharedErrorResponses } from "./error-responses.ts";
import { ANSWER_HEADERS, SHARED_PARAMETERS } from "./headers.ts";
import { operationOf } from "./operation.ts";
import { operationalRoutes } from "./operational-routes.ts";
import { TAGS, tagOfPath } from "./tags.ts";

const DESCRIPTION = `Everything that squall and its dashboard do over a server.

Every answer that is not 2xx or 304 is an \`Error\`. Its \`code\` is for machines; docs/api.md tells what to do about each.
Answers may have more keys in a later version, and none fewer; requests may have no key that is not described.
Lists come in pages: send \`next\` as \`cursor\`.

A path that has GET has HEAD as well: the same answer without its body. OPTIONS answers 204 and needs no token; any other
method that a path does not have is answered 405, by the code \`method-not-allowed\`. Both name the path's methods in the
header \`Allow\`. No path ends in a slash.

Answers from 2 KiB on are compressed for whoever sends \`Accept-Encoding: gzip\`, with \`Vary: Accept-Encoding\`.`;

/** `/api/v1/runs/:id` → `/api/v1/runs/{id}`. */
export const templateOf = (url: string): string => url.replace(/:(\w+)/g, "{$1}");

const pathsOf = (components: Components): JsonSchema => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const name of Object.keys(api) as RouteName[]) {
    const [method, url] = name.split(" ") as [string, string];
    const route: Route = api[name];
    const described = { method, route, access: ACCESS[name], tag: tagOfPath(url) };
    const traits = { isLeaderless: LEADERLESS.has(name), isUrgent: URGENT.has(name) };
    const path = templateOf(url);
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf({ ...described, ...traits }, components) };
  }
  return { ...paths, ...operationalRoutes(components) };
};

export interface Naming {
  /** Version of the program. */
  readonly version: string;
  /** Name of the session cookie, which carries the cluster's id. */
  readonly cookie: string;
}
export const openApiDocument = ({ version, cookie }: Naming): JsonSchema => {
  const components = new Components();
  components.take(apiError, "answer");
  const paths = pathsOf(components);
  return {
    openapi: "3.1.0",
    info: {
      title: "Squall",
      version,
      description: DESCRIPTION,
      contact: { name: "Squall" },
      license: { name: "Apache License 2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "The server that this document was read from" }],
    tags: TAGS.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description:
            "A token of `squall token create`, or the server's own. `x-squall-role` of an operation is the least role that may.",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: cookie,
          description: "The cookie of `POST /api/v1/session`. Writes with it need the server's own `Origin`.",
        },
      },
      parameters: SHARED_PARAMETERS,
      headers: ANSWER_HEADERS,
      responses: sharedErrorResponses(),
      schemas: components.schemas,
    },
  };
};
