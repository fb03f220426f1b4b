/** The context of API handlers, and the common handler form: checked request in, reply out. */
import type { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../clock.ts";
import type { ServerConfig } from "../config/config.ts";
import type { Api, ParsedRequest as AskedOf, api, RouteName, StreamType } from "../contract/index.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import type { Log } from "../log.ts";
import type { Credential, Principal } from "../security/roles.ts";
import type { Tickets } from "../security/tickets.ts";
import type { Tokens } from "../security/tokens.ts";
import type { Store } from "../store/open.ts";

export interface Context {
  readonly clock: Clock;
  readonly log: Log;
  /** Version of this program. */
  readonly version: string;
  readonly config: ServerConfig;
  readonly store: Store;
  readonly tokens: Tokens;
  readonly tickets: Tickets;
  /** The control plane while this server leads. Throws ApiError `not-leader` or `no-leader`. */
  controlPlane(): ControlPlane;
}

export interface RouteRequest<K extends RouteName> extends AskedOf<(typeof api)[K]> {
  readonly principal: Principal;
  readonly credential: Credential;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Adds a detail to the audit record, beyond principal, action and target. No secrets. */
  note(detail: string): void;
}
/** Reply of a route without JSON: a text, or a stream; null: the stream is over, and no more events will come. */
type OtherReply<R> = R extends StreamType ? Readable | null : string;
type ReplyOf<K extends RouteName> = [Api[K]["reply"]] extends [never]
  ? OtherReply<(typeof api)[K]["reply"]>
  : Api[K]["reply"];
export type Handler<K extends RouteName> = (context: Context, asked: RouteRequest<K>) => Promise<ReplyOf<K>>;
