/** The contract as an OpenAPI 3.1 document. */
import swagger from "@fastify/swagger";
import type { FastifyInstance, FastifySchema } from "fastify";
import { createJsonSchemaTransform } from "fastify-type-provider-zod";
import { z } from "zod";
import type { RouteAccess } from "./access.ts";
import { apiError } from "./contract/error.ts";
import type { Route } from "./contract/index.ts";

const DESCRIPTION =
  "Every error is `{code, message, details}`; docs/api.md lists the codes. Lists come in pages: send `next` as `cursor`.";

const transform = createJsonSchemaTransform({ zodToJsonConfig: { target: "draft-2020-12" } });
const isOfContract = (schema: FastifySchema | undefined): boolean => schema?.summary !== undefined;

export const openDocument = async (app: FastifyInstance, version: string): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Squall", version, description: DESCRIPTION, license: { name: "Apache-2.0" } },
      servers: [{ url: "/" }],
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer" },
          session: { type: "apiKey", in: "cookie", name: "squall" },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    // Beside the contract there are only pages and what machines look at.
    transform: (route) => (isOfContract(route.schema) ? transform(route) : { ...route, schema: { hide: true } }),
  });
};

const whoMay = (access: RouteAccess): string =>
  typeof access === "string"
    ? access
    : Object.entries(access)
        .map(([kind, role]) => `${role} for ${kind}`)
        .join(", ");

const MEANING: Readonly<Record<number, string>> = { 200: "Done", 201: "Created", 204: "Nothing more will come" };
const NOTHING = z.strictObject({});
/** What a route takes and gives: for the checks of every request, and for the document. */
export const schemaOf = (route: Route, tag: string, access: RouteAccess): FastifySchema => {
  const { params, query, headers, body, reply, status = 200, otherStatus, summary } = route;
  const answer =
    typeof reply === "string"
      ? { content: { [reply]: { schema: z.string() } } }
      : { content: { "application/json": { schema: reply } } };
  const done = (code: number) => ({
    [code]: code === 204 ? z.null().describe(MEANING[code]!) : { description: MEANING[code], ...answer },
  });
  const problem = { description: "An error", content: { "application/json": { schema: apiError } } };
  return {
    summary,
    description: `Needs: ${whoMay(access)}.`,
    tags: [tag],
    ...(access === "open" ? { security: [] } : {}),
    ...(params === undefined ? {} : { params }),
    // A misspelt key would be taken for one that was left out: `?dryrun=true` must not apply.
    querystring: query ?? NOTHING,
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    response: {
      ...done(status),
      ...(otherStatus === undefined ? {} : done(otherStatus)),
      "4xx": problem,
      "5xx": problem,
    },
  };
};
