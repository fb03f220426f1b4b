/** How much one client may ask. Halts are never limited: whoever floods the server must not keep anybody from stopping a fault. */
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "./errors.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** It brings a secret that this server has not seen: refused, it counts as a guess. */
    isGuess: boolean;
  }
}

/** Requests a minute. */
export interface Rates {
  /** Of one token. */
  readonly token: number;
  /** From one address, whoever asks. */
  readonly address: number;
  /** From one address with tokens that are none. */
  readonly guesses: number;
}
export const RATES: Rates = { token: 6_000, address: 30_000, guesses: 600 };
const MINUTE_MS = 60_000;

type Check = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
export interface Limits {
  readonly checkAddress: Check;
  readonly checkPrincipal: Check;
  /** Refuses an address that has guessed too often, before the next guess is looked up; counts nothing. */
  readonly checkGuesses: Check;
}

export const openLimits = async (app: FastifyInstance, rates: Partial<Rates> = {}): Promise<Limits> => {
  await app.register(rateLimit, { global: false });
  app.decorateRequest("isGuess", false);
  const most = { ...RATES, ...rates };
  const byAddress = ({ ip }: FastifyRequest) => ip;
  const limiter = (max: number, keyGenerator: (request: FastifyRequest) => string) =>
    app.createRateLimit({ max, timeWindow: MINUTE_MS, keyGenerator });
  const address = limiter(most.address, byAddress);
  const guesses = limiter(most.guesses, byAddress);
  const principal = limiter(most.token, ({ credential }) => credential?.principal.token ?? "local");
  const check =
    (limit: ReturnType<typeof limiter>, whose: string, increment = true): Check =>
    async (request, reply) => {
      const state = await limit(request, { increment });
      if (state.isAllowed || !state.isExceeded) return;
      reply.header("retry-after", state.ttlInSeconds);
      throw new Refusal("rate-limited", `${whose} asks more than ${state.max} times a minute`);
    };
  app.addHook("onResponse", async (request) => {
    if (request.failure === "not-authorized" && request.isGuess) await guesses(request);
  });
  return {
    checkAddress: check(address, "this address"),
    checkPrincipal: check(principal, "this token"),
    checkGuesses: check(guesses, "this address, with tokens that are none,", false),
  };
};
