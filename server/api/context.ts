/** The context of API handlers, and the shape that they share: checked request in, reply out. */
import type { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../clock.ts";
import type { ServerConfig } from "../config/config.ts";
import type { Api, ParsedRequest as AskedOf, api, RouteName, StreamType } from "../contract/index.ts";
import type { ControlPlane } from "../control-plane.ts";
import type { Log } from "../log.ts";
import type { Credential, Principal } from "../security/roles.ts";
import type { Tickets } from "../security/tickets.ts";
import type { Tokens } from "../security/tokens.ts";
import type { Store } from "../store/open.ts";

export interface Context {
  readonly clock: Clock;
  readonly log: Log;
  /** Of this program. */
  readonly version: string;
  readonly config: ServerConfig;
  readonly store: Store;
  readonly tokens: Tokens;
  readonly tickets: Tickets;
  /** What this server has while it leads. Throws Refusal `not-leader` or `no-leader`. */
  controlPlane(): ControlPlane;
}

export interface RouteRequest<K extends RouteName> extends AskedOf<(typeof api)[K]> {
  readonly principal: Principal;
  readonly credential: Credential;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** What the audit log says of this write beyond who, what and on what. No secrets. */
  note(detail: string): void;
}
/** Routes without a JSON reply answer with a text, or with a stream; null: it is over, and nothing more will come. */
type OtherReply<R> = R extends StreamType ? Readable | null : string;
type ReplyOf<K extends RouteName> = [Api[K]["reply"]] extends [never]
  ? OtherReply<(typeof api)[K]["reply"]>
  : Api[K]["reply"];
export type Handler<K extends RouteName> = (context: Context, asked: RouteRequest<K>) => Promise<ReplyOf<K>>;
export type { RouteName };
