/** What handlers work with, and the shape they share: parse (by schema), call, return. */
import type { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Mesh } from "../../experiments/model/mesh.ts";
import type { Clock } from "../clock.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { Runs } from "../runs/runs.ts";
import type { Api, halt, planRun, startRun } from "./contract/index.ts";

export interface Context {
  readonly clock: Clock;
  readonly runs: Runs;
  readonly fleet: Fleet;
  readonly mesh: Mesh | null;
  readonly allowExec: boolean;
}
/** Bodies as the handlers see them: checked, with defaults filled in. */
export interface Bodies {
  "POST /api/v1/runs": z.output<typeof startRun>;
  "POST /api/v1/runs/:id/halt": z.output<typeof halt>;
  "POST /api/v1/halt": z.output<typeof halt>;
  "POST /api/v1/plan": z.output<typeof planRun>;
}
export type RouteName = keyof Api;
type BodyOf<K extends RouteName> = K extends keyof Bodies ? Bodies[K] : undefined;
/** Routes without a JSON reply answer with a stream of events. */
type ReplyOf<K extends RouteName> = [Api[K]["reply"]] extends [never] ? Readable : Api[K]["reply"];

export interface Asked<K extends RouteName> {
  readonly params: Api[K]["params"];
  readonly body: BodyOf<K>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}
export type Handler<K extends RouteName> = (context: Context, asked: Asked<K>) => Promise<ReplyOf<K>>;
