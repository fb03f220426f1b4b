/** Operations outside of the contract, for load balancers and Prometheus. */
import { z } from "zod";
import type { JsonSchema } from "../../../experiments/model/form/json-schema.ts";
import type { Components } from "./components.ts";
import { errorResponses } from "./error-responses.ts";
import { headerRefs, parameterRef } from "./headers.ts";
import { accessTo, needs } from "./operation.ts";

const alive = z.object({ ok: z.boolean() }).meta({ id: "Alive" });
const readiness = z
  .object({
    ok: z.boolean(),
    reason: z
      .string()
      .exactOptional()
      .describe("Why not; left out where it is, and for a request by a name that is not the server's."),
  })
  .meta({ id: "Readiness" });

const answer = (description: string, type: string, schema: JsonSchema): JsonSchema => ({
  description,
  headers: headerRefs(["X-Request-Id"]),
  content: { [type]: { schema } },
});
const tagged = (told: JsonSchema): JsonSchema => ({ ...told, headers: headerRefs(["X-Request-Id", "ETag"]) });
const PLAIN = { method: "GET", errors: [], hasParameters: false, isUrgent: false, isStream: false } as const;

/** Operations by path. */
export const operationalRoutes = (components: Components): JsonSchema => {
  const cached = { 304: { description: "Known already", headers: headerRefs(["X-Request-Id", "ETag"]) } };
  const open = (operation: string, summary: string, description: string, answers: JsonSchema): JsonSchema => ({
    operationId: operation,
    summary,
    description: `${description} ${needs("open")} It answers whatever Host is asked for, and is never limited.`,
    tags: ["health"],
    ...accessTo("open"),
    parameters: [parameterRef("IfNoneMatch"), parameterRef("RequestId")],
    responses: {
      ...answers,
      ...cached,
      ...errorResponses({ ...PLAIN, access: "open", isLeaderless: true, isUncounted: true }),
    },
  });
  const ready = (description: string) => answer(description, "application/json", components.take(readiness, "answer"));
  return {
    "/healthz": {
      get: open("readHealth", "Tells whether the process lives", "200 as long as it answers at all.", {
        200: tagged(answer("It lives", "application/json", components.take(alive, "answer"))),
      }),
    },
    "/readyz": {
      get: open("readReadiness", "Tells whether work can be sent here", "503 while it cannot.", {
        200: tagged(ready("It can")),
        503: ready("It cannot"),
      }),
    },
    "/metrics": {
      get: {
        operationId: "readMetrics",
        summary: "Tells how the server does, in the text format of Prometheus",
        description: `${needs("viewer")} Limited by itself, beside what the token asks elsewhere.`,
        tags: ["health"],
        ...accessTo("viewer"),
        parameters: [parameterRef("IfNoneMatch"), parameterRef("RequestId")],
        responses: {
          200: tagged(answer("The metrics", "text/plain", { type: "string" })),
          ...cached,
          ...errorResponses({
            ...PLAIN,
            access: "viewer",
            errors: ["no-such-route"],
            isLeaderless: true,
            isUncounted: false,
          }),
        },
      },
    },
  };
};
