/** A route of the contract as an operation: parameters and body, answers, roles. */
import type { z } from "zod";
import type { JsonSchema } from "../../../experiments/model/form/json-schema.ts";
import { isTextReply, type Route } from "../../contract/index.ts";
import type { StreamEvent } from "../../contract/route.ts";
import type { RouteAccess } from "../access.ts";
import type { Components } from "./components.ts";
import { errorResponses } from "./error-responses.ts";
import { type AnswerHeader, headerName, headerRefs, parameterRef } from "./headers.ts";

export interface RouteDescription {
  readonly method: string;
  readonly route: Route;
  readonly access: RouteAccess;
  readonly tag: string;
  readonly isLeaderless: boolean;
  readonly isUrgent: boolean;
}
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/**
 * Security of an operation, and the least role, for machines. For a route by kind: the role that every kind needs at
 * least.
 */
export const accessTo = (access: RouteAccess): JsonSchema => {
  if (access === "open") return { security: [] };
  const role = typeof access === "string" ? access : "operator";
  const isForAgents = role === "agent" || role === "join";
  return { security: [{ token: [] }, ...(isForAgents ? [] : [{ session: [] }])], "x-squall-role": role };
};
const whoMay = (access: RouteAccess): string =>
  typeof access === "string"
    ? access
    : Object.entries(access)
        .map(([kind, role]) => `${role} for ${kind}`)
        .join(", ");
export const needs = (access: RouteAccess): string =>
  access === "open" ? "Needs no token." : `Needs: ${whoMay(access)}.`;

type Shape = Readonly<Record<string, z.ZodType>>;
const parametersIn = (
  place: "path" | "query" | "header",
  schemas: z.ZodObject | undefined,
  components: Components,
): readonly JsonSchema[] =>
  Object.entries((schemas?.shape ?? {}) as Shape).map(([name, of]) => {
    const { description, ...schema } = components.take(of, "parameter");
    return {
      name: place === "header" ? headerName(name) : name,
      in: place,
      ...(description === undefined ? {} : { description }),
      required: place === "path" || !of.safeParse(undefined).success,
      schema,
    };
  });

const MEANING: Readonly<Record<number, string>> = {
  200: "Done",
  201: "Created",
  204: "Nothing more will come",
};
/** An event on the wire in the form of `EventSource`: the data is a text, which holds JSON. */
const eventOf = ({ schema, event, id, data }: StreamEvent, components: Components): JsonSchema =>
  components.put(schema, {
    type: "object",
    description: "A server-sent event.",
    properties: {
      event: { type: "string", const: event },
      ...(id === undefined ? {} : { id: { type: "string", description: id } }),
      data: { type: "string", contentMediaType: "application/json", contentSchema: components.take(data, "answer") },
    },
    required: ["event", ...(id === undefined ? [] : ["id"]), "data"],
  });
/**
 * OpenAPI 3.1 cannot describe the items of a stream. Clients take the whole stream for a text, and schemathesis checks
 * each item against the schema: both are right.
 */
const streamed = ({ reply, item, event }: Route, components: Components): JsonSchema => ({
  description:
    event === undefined ? "Lines of JSON: a text, each line of it as told." : "A text, each event of which is as told.",
  anyOf: [
    { type: "string", contentMediaType: reply },
    event === undefined ? components.take(item!, "answer") : eventOf(event, components),
  ],
});

/** Content of the reply, by media type. */
const orderContent = (route: Route, components: Components): JsonSchema => {
  const { reply, operation } = route;
  if (typeof reply === "string") return { [reply]: { schema: streamed(route, components) } };
  if (!isTextReply(reply))
    return { "application/json": { schema: components.take(reply, "answer", `${capital(operation)}Reply`) } };
  return Object.fromEntries(
    Object.entries(reply).map(([type, schema]) => [type, { schema: components.take(schema, "answer") }]),
  );
};
const answersOf = ({ method, route }: RouteDescription, components: Components): JsonSchema => {
  const { reply, status = 200, otherStatus, answerHeaders = [] } = route;
  const isStream = typeof reply === "string";
  const tag: readonly AnswerHeader[] =
    method === "PUT" ? ["StoredETag"] : method === "GET" && !isStream ? ["ETag"] : [];
  const content = orderContent(route, components);
  const headers: readonly AnswerHeader[] = ["X-Request-Id", ...tag, ...answerHeaders];
  const done = (code: number) => ({
    [code]: {
      description: MEANING[code],
      headers: headerRefs(code === 204 ? ["X-Request-Id"] : headers),
      ...(code === 204 ? {} : { content }),
    },
  });
  const known = { 304: { description: "Known already", headers: headerRefs(["X-Request-Id", "ETag"]) } };
  return {
    ...done(status),
    ...(otherStatus === undefined ? {} : done(otherStatus)),
    ...(method === "GET" && !isStream ? known : {}),
  };
};

/**
 * Further content types would stand here, if openapi-python-client generated calls for a choice between any and any.
 */
const ANY_BODY =
  "Anything or nothing, of any content type: JSON, a form with the same fields, a text that is the reason. No slip of a " +
  "hand keeps a fault on.";
const bodyOf = ({ route, isUrgent }: RouteDescription, components: Components): JsonSchema => {
  const { body, bodyForm = body, operation } = route;
  if (bodyForm === undefined) return {};
  const schema = components.take(bodyForm, "request", `${capital(operation)}Body`);
  const content = { "application/json": { schema } };
  return { requestBody: isUrgent ? { required: false, description: ANY_BODY, content } : { required: true, content } };
};

/** Pure except for the schemas added to `components`. */
export const operationOf = (described: RouteDescription, components: Components): JsonSchema => {
  const { method, route, access, tag, isLeaderless, isUrgent } = described;
  const { operation, summary, params, query, headers, errors = [] } = route;
  const isStream = typeof route.reply === "string";
  const isCached = method === "GET" && !isStream;
  return {
    operationId: operation,
    summary,
    description: needs(access),
    tags: [tag],
    ...accessTo(access),
    parameters: [
      ...parametersIn("path", params, components),
      ...parametersIn("query", query, components),
      ...parametersIn("header", headers, components),
      ...(isCached ? [parameterRef("IfNoneMatch")] : []),
      parameterRef("RequestId"),
    ],
    ...bodyOf(described, components),
    responses: {
      ...answersOf(described, components),
      ...errorResponses({
        ...{ method, access, errors, isLeaderless, isUrgent, isStream, isUncounted: false },
        hasParameters: params !== undefined,
      }),
    },
  };
};
