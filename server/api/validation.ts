/** Checks each part of a request against the schema. */
import type { FastifySchemaCompiler } from "fastify";
import type { z } from "zod";
import { ApiError, type ErrorDetails } from "../errors.ts";

/** `querystring` → `query`: the common name for that part of a request. */
const nameOf = (part: string | undefined): string => (part === "querystring" ? "query" : (part ?? "request"));

const detailsOf = ({ issues }: z.ZodError): ErrorDetails =>
  issues.map(({ path, message }) => ({
    path: path.map((part) => (typeof part === "number" ? part : String(part))),
    message,
  }));

/**
 * Parses a part of a request by the schema, defaults filled in; or returns an ApiError `bad-request` that names each
 * wrong place.
 */
export const compileCheck: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data) => {
    const read = schema.safeParse(data);
    if (read.success) return { value: read.data };
    const details = detailsOf(read.error);
    const [first, ...more] = details;
    const where = [nameOf(httpPart), ...first!.path].join(".");
    const rest = more.length > 0 ? ` (and ${more.length} more)` : "";
    return { error: new ApiError("bad-request", `${where}: ${first!.message}${rest}`, details) };
  };
