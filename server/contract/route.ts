/** What the contract says of one route. */
import type { z } from "zod";
import type { JournalRecord } from "../../experiments/model/journal.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Plan } from "../../experiments/model/plan.ts";
import type { RunReport } from "../../experiments/model/report.ts";

import type { ErrorCode } from "./error.ts";

export type StreamType = "text/event-stream" | "application/x-ndjson";
/** A text in one of several media types, and its schema by type. */
export type TextReply = Readonly<Record<string, z.ZodType>>;
export interface StreamEvent {
  /** Its name in OpenAPI. */
  readonly schema: string;
  readonly event: string;
  /** The meaning of `:id` in the path; absent: no id. */
  readonly id?: string;
  /** As JSON. */
  readonly data: z.ZodType;
}
export interface Route {
  /** What generated clients call it; the `operationId` of OpenAPI. */
  readonly operation: string;
  /** Refusals beside those of every route. */
  readonly errors?: readonly ErrorCode[];
  /** One line for OpenAPI and docs/api.md: what it does, in the present tense, no full stop. */
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Request headers with a meaning of their own, lower-case; the others pass. */
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** For OpenAPI, where a refinement of `body` says more than its schema can. Never checked against. */
  readonly bodyForm?: z.ZodType;
  /** A JSON body, a stream that is read to its end, or a text of which the query says the type. */
  readonly reply: z.ZodType | StreamType | TextReply;
  /** Of lines of JSON: one of them. */
  readonly item?: z.ZodType;
  /** Of a stream of server-sent events: one of them. */
  readonly event?: StreamEvent;
  /** Headers that a successful answer has of its own. */
  readonly answerHeaders?: readonly ("Location" | "Set-Cookie" | "Content-Disposition")[];
  /** 200 unless said otherwise. */
  readonly status?: 200 | 201;
  /** Second status of success: the resource was there already, or was not yet; 204: a stream has nothing more to tell. */
  readonly otherStatus?: 200 | 201 | 204;
}
export const isTextReply = (reply: Route["reply"]): reply is TextReply =>
  typeof reply === "object" && !("safeParse" in reply);

type In<R, K extends string> = R extends { readonly [P in K]: infer S extends z.ZodType } ? z.input<S> : never;
type Out<R, K extends string> = R extends { readonly [P in K]: infer S extends z.ZodType } ? z.output<S> : never;

/** Written as readonly already. */
type OfModel = JournalRecord | Mesh | Plan | RunReport;
/** Whoever reads a reply must not write into it. */
export type Frozen<T> = T extends OfModel ? T : T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** As a client sees it: `never` where there is nothing to give or, for streams, nothing to parse. */
export interface ClientRoute<R> {
  readonly params: In<R, "params">;
  readonly query: In<R, "query">;
  readonly body: In<R, "body">;
  readonly reply: Frozen<Out<R, "reply">>;
}
/** As the server sees it: checked, with defaults filled in. */
export interface ParsedRequest<R> {
  readonly params: Out<R, "params">;
  readonly query: Out<R, "query">;
  readonly body: Out<R, "body">;
}
