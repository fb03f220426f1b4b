/**
 * Name resolver of the agent: addresses of a name, asked once at a time for each name and kept for a short time. A name
 * is looked up as glibc does with `hosts: files dns`; only a name unknown there goes to getaddrinfo, which knows further
 * sources (nsswitch.conf(5)), one at a time for the whole agent: a name that never answers must not keep other names
 * waiting (docs/data-path.md 4).
 */
import { isIPv6 } from "node:net";
import type { Clock } from "../clock/clock.ts";
import type { ResolvConf } from "./resolv-conf.ts";
import { fullNames } from "./search-list.ts";
import type { AddressRecord, NameSources } from "./system-names.ts";

/** Longest time, ms, for which an answer is kept. */
const KEPT_MS = 5_000;
/** Time, ms, that a look-up waits for a newer answer while an older one is at hand. */
const STALE_AFTER_MS = 100;
/** Time, ms, that the answer of one family waits for the other family's (RFC 8305, 3: resolution delay). */
const OTHER_FAMILY_MS = 50;
/** c-ares codes that say: no such name, or no address under that name. */
const ABSENT: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA"]);
/** c-ares codes of a server that answered with a refusal: the next full name is asked, as in glibc. */
const REFUSED: ReadonlySet<string> = new Set(["ESERVFAIL", "EREFUSED", "EFORMERR", "ENOTIMP", "EBADNAME"]);

/** No address: `code` is a DNS code such as ENOTFOUND (no such name) or ETIMEOUT (no answer). */
export class NameError extends Error {
  override readonly name = "NameError";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Answer {
  /** Never empty; the families in order of preference, each in the order of the source. */
  readonly addresses: readonly string[];
  readonly untilMs: number;
  /** Number of look-ups that this answer served, so that several addresses are used in turn. */
  turn: number;
}
interface Found {
  readonly addresses: readonly string[];
  readonly keptMs: number;
}
type Family = { readonly records: readonly AddressRecord[] } | { readonly code: string };

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? "EUNKNOWN";

export class NameResolver {
  readonly #clock: Clock;
  readonly #sources: NameSources;
  readonly #answers = new Map<string, Answer>();
  readonly #asking = new Map<string, Promise<Answer>>();
  #system: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock, sources: NameSources) {
    this.#clock = clock;
    this.#sources = sources;
  }

  /** Addresses of a name, the preferred first. Rejects with a NameError. */
  async lookup(name: string): Promise<readonly string[]> {
    const inFile = this.#sources.files().hosts.get(name.toLowerCase());
    if (inFile !== undefined) return this.#ordered(inFile);
    const kept = this.#answers.get(name);
    if (kept !== undefined && this.#clock.nowMs() < kept.untilMs) return inTurn(kept);
    const newer = this.#asking.get(name) ?? this.#ask(name);
    return inTurn(kept === undefined ? await newer : await this.#newerOr(kept, newer));
  }

  #ask(name: string): Promise<Answer> {
    const asked = this.#find(name)
      .then(({ addresses, keptMs }) => {
        const untilMs = this.#clock.nowMs() + Math.min(keptMs, KEPT_MS);
        const turn = this.#answers.get(name)?.turn ?? 0;
        const answer: Answer = { addresses: this.#ordered(addresses), untilMs, turn };
        this.#answers.set(name, answer);
        return answer;
      })
      .catch((error: unknown) => {
        // A name that is gone has no address any more; a name that nobody answers for keeps its last address.
        if (ABSENT.has(codeOf(error))) this.#answers.delete(name);
        throw error;
      })
      .finally(() => this.#asking.delete(name));
    this.#asking.set(name, asked);
    return asked;
  }
  /** The newer answer if it comes soon, else the kept answer; rejects when the name is gone. */
  #newerOr(kept: Answer, newer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const alarm = this.#clock.wake(this.#clock.nowMs() + STALE_AFTER_MS, () => resolve(kept));
      newer
        .then(resolve, (error) => (ABSENT.has(codeOf(error)) ? reject(error) : resolve(kept)))
        .finally(() => alarm.cancel());
    });
  }

  async #find(name: string): Promise<Found> {
    const { conf } = this.#sources.files();
    const refused = new Set<string>();
    for (const fullName of fullNames(name, conf)) {
      const answer = await this.#askBoth(fullName, conf);
      if ("addresses" in answer) return answer;
      if (ABSENT.has(answer.code)) continue;
      // Silence ends the search, as in glibc: a later name of the list may be another service.
      if (!REFUSED.has(answer.code) && answer.code !== "ECONNREFUSED")
        throw new NameError(answer.code, `no name server answered for ${fullName} (${answer.code})`);
      refused.add(answer.code);
    }
    try {
      return { addresses: await this.#askSystem(name), keptMs: KEPT_MS };
    } catch (error) {
      const code = refused.size === 0 ? codeOf(error) : [...refused][0]!;
      throw new NameError(code, `no address for the name ${name} (${code})`);
    }
  }
  /** Asks for A and AAAA together. The code is of silence or refusal, if either family met one and neither had records. */
  async #askBoth(fullName: string, conf: ResolvConf): Promise<Found | { readonly code: string }> {
    const ask = (family: 4 | 6): Promise<Family> =>
      this.#sources.ask(fullName, family, conf).then(
        (records) => (records.length === 0 ? { code: "ENODATA" } : { records }),
        (error: unknown) => ({ code: codeOf(error) }),
      );
    const families = await this.#bothOrSoon([ask(4), ask(6)]);
    const records = families.flatMap((family) => ("records" in family ? family.records : []));
    if (records.length > 0)
      return {
        addresses: [...new Set(records.map(({ address }) => address))],
        keptMs: Math.min(...records.map(({ ttlMs }) => ttlMs)),
      };
    const codes = families.flatMap((family) => ("code" in family ? [family.code] : []));
    return { code: codes.find((code) => !ABSENT.has(code)) ?? codes[0]! };
  }
  /** Waits for both families, but once one has records, for the other only `OTHER_FAMILY_MS`. */
  #bothOrSoon(questions: readonly Promise<Family>[]): Promise<readonly Family[]> {
    return new Promise((resolve) => {
      const come: Family[] = [];
      for (const question of questions)
        question.then((family) => {
          come.push(family);
          if (come.length === questions.length) resolve(come);
          else if ("records" in family)
            this.#clock.wake(this.#clock.nowMs() + OTHER_FAMILY_MS, () => resolve([...come]));
        });
    });
  }
  #askSystem(name: string): Promise<readonly string[]> {
    const asked = this.#system.then(() => this.#sources.askSystem(name));
    this.#system = asked.catch(() => {});
    return asked;
  }

  /** IPv6 first where an IPv6 connection may leave this machine or stays on it, else IPv4 (RFC 6724, 6, rule 1). */
  #ordered(addresses: readonly string[]): readonly string[] {
    const v6 = addresses.filter(isIPv6);
    const v4 = addresses.filter((address) => !isIPv6(address));
    if (v6.length === 0 || v4.length === 0) return addresses;
    return v6.every((address) => address === "::1") || this.#sources.hasIPv6() ? [...v6, ...v4] : [...v4, ...v6];
  }
}

/** Addresses of an answer: each look-up rotates each family by an address, as name servers rotate their answers. */
const inTurn = (answer: Answer): readonly string[] => {
  const turn = answer.turn;
  answer.turn += 1;
  const turned = (family: readonly string[]): readonly string[] => {
    const first = family.length === 0 ? 0 : turn % family.length;
    return [...family.slice(first), ...family.slice(0, first)];
  };
  const isSixFirst = isIPv6(answer.addresses[0]!);
  const first = answer.addresses.filter((address) => isIPv6(address) === isSixFirst);
  const second = answer.addresses.filter((address) => isIPv6(address) !== isSixFirst);
  return [...turned(first), ...turned(second)];
};
