/** Contract of a single route: types. */
import type { z } from "zod";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";

import type { ErrorCode } from "./error.ts";

export type StreamType = "text/event-stream" | "application/x-ndjson";
/** A text in one of several media types, with a schema for each type. */
export type TextReply = Readonly<Record<string, z.ZodType>>;
export interface StreamEvent {
  /** Name of the event's schema in OpenAPI. */
  readonly schema: string;
  readonly event: string;
  /** The meaning of `:id` in the path; absent: no id. */
  readonly id?: string;
  /** Schema of the JSON data. */
  readonly data: z.ZodType;
}
export interface Route {
  /** Function name in generated clients; the `operationId` of OpenAPI. */
  readonly operation: string;
  /** Refusals of this route beside the common refusals. */
  readonly errors?: readonly ErrorCode[];
  /** One line for OpenAPI and docs/api.md: the route's effect, in the present tense, no full stop. */
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Request headers with a meaning for this route, lower-case; other headers pass. */
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Body for OpenAPI, where a refinement of `body` says more than the schema can. Never checked against. */
  readonly bodyForm?: z.ZodType;
  /** A JSON body, a stream that is read to the end, or a text whose media type the query selects. */
  readonly reply: z.ZodType | StreamType | TextReply;
  /** Schema of a line, where the reply is lines of JSON. */
  readonly item?: z.ZodType;
  /** Event of the reply, where the reply is a stream of server-sent events. */
  readonly event?: StreamEvent;
  /** Headers of a successful answer that are specific to this route. */
  readonly answerHeaders?: readonly ("Location" | "Set-Cookie" | "Content-Disposition")[];
  /** Status of success; default: 200. */
  readonly status?: 200 | 201;
  /**
   * Second status of success: the resource already existed, or did not yet; 204: a stream has no more events to send.
   */
  readonly otherStatus?: 200 | 201 | 204;
}
export const isTextReply = (reply: Route["reply"]): reply is TextReply =>
  typeof reply === "object" && !("safeParse" in reply);

type In<R, K extends string> = R extends { readonly [P in K]: infer S extends z.ZodType } ? z.input<S> : never;
type Out<R, K extends string> = R extends { readonly [P in K]: infer S extends z.ZodType } ? z.output<S> : never;

/** Types that are readonly already: those of the model, and strings, which an id's brand would make objects. */
type OfModel = string | JournalRecord | Mesh | Plan | RunReport;
/** Reply type for readers, which must not write into a reply. */
export type Frozen<T> = T extends OfModel ? T : T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** The route in the client's view: `never` where there is no input to give or, for streams, no reply to parse. */
export interface ClientRoute<R> {
  readonly params: In<R, "params">;
  readonly query: In<R, "query">;
  readonly body: In<R, "body">;
  readonly reply: Frozen<Out<R, "reply">>;
}
/** The request in the server's view: checked, with defaults filled in. */
export interface ParsedRequest<R> {
  readonly params: Out<R, "params">;
  readonly query: Out<R, "query">;
  readonly body: Out<R, "body">;
}
