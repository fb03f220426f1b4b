/**
 * Requests to a control plane of one or several servers. A single server leads: a standby answers 421 and names the
 * leader. The client follows only to a server of the list, so that the token goes to no other host. With several
 * servers listed, the client waits for a takeover.
 */
import type { Clock } from "../clock.ts";
import { type CommandError, unreachable } from "../exit.ts";
import { type Answer, exchange } from "./exchange.ts";

export interface ServerAddresses {
  /** Origins, at least a single origin. */
  readonly urls: readonly string[];
  readonly token: string;
  /** Authorities for TLS, PEM; null: those of the system. */
  readonly ca?: string | null;
  /** Proxy for requests to other machines; null: none, even if the environment names a proxy. */
  readonly proxy?: string | null;
}
export interface SentRequest {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A repeated request does no harm: a server that fell silent in the middle is no reason to give up. */
  readonly repeatable: boolean;
  /** The answer must begin within this time, ms. */
  readonly withinMs?: number;
}
export interface Failover {
  /** The server that answered last; before that, the first. */
  url(): string;
  /** Any answer but `not the leader`. Throws `unreachable`. */
  send(path: string, sending: SentRequest): Promise<Answer>;
}

const ANSWER_MS = 10_000;
/** A standby takes over within 5 s; the agents need a moment more. */
const TAKEOVER_MS = 8_000;
const ROUND_MS = 500;
const NOT_LEADER = 421;
const UNAVAILABLE = 503;
/** Codes of a server that did not process the request, which another server will answer. */
const NOT_NOW: Readonly<Record<string, string>> = {
  "no-leader": "does not lead, and a leader is being elected",
  draining: "does not lead any more: it is being stopped",
};

/** Errors after which no part of the request can have arrived. */
const UNHEARD = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
interface Silence {
  readonly why: string;
  readonly heard: boolean;
}
/** The handshake failed, so no request was sent. */
const UNTRUSTED = /CERT|^ERR_(TLS|SSL)|^UNABLE_TO/;
const silenceOf = (error: Error): Silence => {
  const cause = (error.cause ?? error) as Error & { code?: string; errors?: readonly Error[] };
  const why = cause.message || cause.errors?.[0]?.message || cause.code || error.message;
  const code = cause.code ?? "";
  if (UNTRUSTED.test(code)) return { why: `${why}; --ca names the authorities to trust`, heard: false };
  return { why, heard: !UNHEARD.has(code) };
};

export const openFailover = ({ urls, token, ca = null, proxy = null }: ServerAddresses, clock: Clock): Failover => {
  let preferred = urls[0]!;

  const ask = async (url: string, path: string, sending: SentRequest): Promise<Answer | Silence> => {
    const { method, headers, body, withinMs = ANSWER_MS } = sending;
    const cut = new AbortController();
    const patience = clock.after(withinMs, () => cut.abort(new Error(`no answer within ${withinMs / 1_000} s`)));
    try {
      const request = {
        ...{ method, signal: cut.signal, body: body ?? null },
        headers: { ...headers, authorization: `Bearer ${token}` },
      };
      return await exchange(new URL(`${url}${path}`), request, { ca, proxy });
    } catch (error) {
      return silenceOf(error as Error);
    } finally {
      patience.stop();
    }
  };
  /** null: a real answer. */
  const notLeader = async (answer: Answer): Promise<{ leader: string | null; why: string } | null> => {
    if (answer.status === UNAVAILABLE) {
      const { code } = (await answer
        .text()
        .then(JSON.parse)
        .catch(() => ({}))) as { code?: string };
      return code === undefined || !Object.hasOwn(NOT_NOW, code) ? null : { leader: null, why: NOT_NOW[code]! };
    }
    if (answer.status !== NOT_LEADER) return null;
    const leader = answer.header("squall-leader")?.replace(/\/+$/, "") || null;
    if (leader === null) return { leader, why: "does not lead, and knows no leader" };
    const unlisted = urls.includes(leader)
      ? ""
      : ", which is not in the list: name it with --server, or in the context";
    return { leader, why: `does not lead; the leader is ${leader}${unlisted}` };
  };

  /** Each server once, the leader that a standby names before the others. */
  const round = async (path: string, sending: SentRequest): Promise<Answer | Map<string, string>> => {
    const silent = new Map<string, string>();
    const waiting = [preferred, ...urls.filter((url) => url !== preferred)];
    for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
      const answer = await ask(url, path, sending);
      if ("why" in answer) {
        silent.set(url, answer.why);
        if (answer.heard && !sending.repeatable) throw broken(url, answer.why);
        continue;
      }
      const standby = await notLeader(answer);
      if (standby === null) {
        preferred = url;
        return answer;
      }
      answer.discard();
      silent.set(url, standby.why);
      const place = standby.leader === null ? -1 : waiting.indexOf(standby.leader);
      if (place > 0) waiting.unshift(...waiting.splice(place, 1));
    }
    return silent;
  };

  return {
    url: () => preferred,
    async send(path, sending) {
      const untilMs = clock.nowMs() + (urls.length > 1 ? TAKEOVER_MS : 0);
      for (;;) {
        const answer = await round(path, sending);
        if (!(answer instanceof Map)) return answer;
        if (clock.nowMs() >= untilMs) throw nobody(answer);
        await clock.sleep(ROUND_MS);
      }
    },
  };
};

const broken = (url: string, why: string): CommandError =>
  unreachable(`the server at ${url} fell silent in the middle (${why}): look whether it was done before trying again`);
const nobody = (silent: ReadonlyMap<string, string>): CommandError => {
  const [[url, why] = ["", ""], ...more] = silent;
  if (more.length > 0)
    return unreachable(`no server answers:\n${[...silent].map((one) => `  ${one[0]}: ${one[1]}`).join("\n")}`);
  return unreachable(
    why.startsWith("does not lead") ? `the server at ${url} ${why}` : `the server at ${url} does not answer: ${why}`,
  );
};
