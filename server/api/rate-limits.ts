/**
 * Rate limits of a client. A client with a valid token is counted by the token alone: a flood from an address, be it a
 * NAT or a proxy, locks out no token holder there. Halts are never limited: a client that floods the server must not
 * keep another client from stopping a fault.
 */
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../errors.ts";
import { RATES, type Rates } from "../security/rates.ts";
import { OWN_TOKEN } from "../security/roles.ts";

const MINUTE_MS = 60_000;
/** IPv6 prefix of a single subscriber, who may use any number of addresses within. */
const IPV6_SUBNET = 64;

/** Counts a request, and throws the ApiError `rate-limited` once there were too many requests of that kind. */
type Count = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
export interface RateLimits {
  readonly countAddress: Count;
  readonly countPrincipal: Count;
  /** Scrapes of metrics by one token, counted apart from the token's other requests. */
  readonly countScrape: Count;
  readonly countGuess: Count;
  /**
   * Guesses on the routes that halt faults or let agents in. Counted apart, so that agents with a void credential that
   * dial again and again limit no client elsewhere.
   */
  readonly countExemptGuess: Count;
}

const tokenOf = ({ credential }: FastifyRequest): string => credential?.principal.token ?? OWN_TOKEN;

export const createRateLimits = async (app: FastifyInstance, rates: Partial<Rates> = {}): Promise<RateLimits> => {
  await app.register(rateLimit, { global: false });
  const most = { ...RATES, ...rates };
  const counter = (whose: string, max: number, keyGenerator?: (request: FastifyRequest) => string): Count => {
    const own = keyGenerator === undefined ? {} : { keyGenerator };
    const limit = app.createRateLimit({ max, timeWindow: MINUTE_MS, ipv6Subnet: IPV6_SUBNET, ...own });
    return async (request, reply) => {
      const state = await limit(request);
      if (state.isAllowed || !state.isExceeded) return;
      reply.header("retry-after", state.ttlInSeconds);
      throw new ApiError("rate-limited", `${whose} asks more than ${state.max} times a minute`);
    };
  };
  const guessing = "this address, with tokens that are none,";
  return {
    countAddress: counter("this address", most.address),
    countPrincipal: counter("this token", most.token, tokenOf),
    countScrape: counter("this token", most.token, tokenOf),
    countGuess: counter(guessing, most.guesses),
    countExemptGuess: counter(guessing, most.guesses),
  };
};
