/** What agents say, told to the runs that it concerns. */
import type { ToServer } from "../../agent/contract/index.ts";
import type { Agent } from "./agent.ts";
import type { Books } from "./books.ts";
import type { Dispatch } from "./dispatch.ts";
import type { EdgeCounts } from "./traffic.ts";

type Heard<T extends ToServer["type"]> = Extract<ToServer, { type: T }>;
type Hearers = { readonly [T in ToServer["type"]]: (agent: Agent, message: Heard<T>) => void };

export class Hearing {
  readonly #books: Books;
  readonly #dispatch: Dispatch;
  readonly #traffic: EdgeCounts;

  constructor(books: Books, dispatch: Dispatch, traffic: EdgeCounts) {
    this.#books = books;
    this.#dispatch = dispatch;
    this.#traffic = traffic;
  }

  /** Over the connection that is the agent's own at this moment. */
  hear(agent: Agent, message: ToServer): void {
    agent.heardMs = this.#books.clock.nowMs();
    (this.#on[message.type] as (agent: Agent, message: ToServer) => void)(agent, message);
  }

  readonly #on: Hearers = {
    hello: (agent) => agent.link?.socket.close(4002, "a second hello on one connection"),
    pulse: (agent, pulse) => {
      if (pulse.session !== agent.link?.session) return;
      const { n, table, remains } = pulse;
      agent.pulse = { n, atMs: agent.heardMs, table, remains };
      this.#report(agent, pulse, table.gen);
      this.#traffic.heard(agent.boot, pulse.edges);
      this.#dispatch.answer(agent);
    },
    applied: (agent, { session, epoch, gen }) => {
      if (session === agent.link?.session && epoch === this.#books.epoch) this.#acknowledge(agent, gen);
    },
    refused: (agent, { session, epoch, gen, why, detail }) => {
      if (session !== agent.link?.session || epoch !== this.#books.epoch || gen !== agent.sent.gen) return;
      this.#refused(agent, `${why}: ${detail}`);
    },
    lapsed: (agent, { epoch, gen }) => {
      if (epoch !== this.#books.epoch || gen !== agent.sent.gen || agent.sent.set.faults.length === 0) return;
      this.lose(agent, "lapsed");
      this.#dispatch.dropped(agent);
    },
    attest: (agent, attest) => {
      const { boot, nonce, epoch, gen, remains } = attest;
      if (boot !== agent.boot) return;
      this.#report(agent, attest, gen);
      // To an order of the empty set.
      if (nonce === "" && epoch === this.#books.epoch && gen === agent.sent.gen) this.#acknowledge(agent, gen);
      for (const { audit } of this.#books.runs.values()) audit?.attested(boot, nonce, remains);
    },
  };

  #acknowledge(agent: Agent, gen: number): void {
    agent.acknowledged = Math.max(agent.acknowledged, gen);
    this.#dispatch.tell(agent);
  }

  #report(agent: Agent, { receipts, watches }: Pick<Heard<"pulse">, "receipts" | "watches">, gen: number): void {
    for (const [id, run] of this.#books.runs) {
      if (!run.has(agent.boot)) continue;
      const isMine = (of: { readonly id: string }) => of.id.startsWith(`${id}/`);
      const mine = receipts.filter(isMine);
      if (run.isNews(agent.boot, mine)) run.voice.post({ type: "receipts", boot: agent.boot, receipts: mine });
      const counts = watches.filter(isMine);
      if (counts.length > 0) run.voice.counted(agent.boot, counts, gen);
    }
  }

  /** The agent dropped everything instead of honouring an order. */
  #refused(agent: Agent, why: string): void {
    const { boot, sent } = agent;
    for (const [id, revision] of sent.revisions) {
      const run = this.#books.runs.get(id);
      if (run === undefined || run.fallen.has(boot)) continue;
      run.fallen.add(boot);
      run.voice.post({ type: "refused", boot, revision, why });
    }
    this.#dispatch.dropped(agent);
  }

  /** Told to each run once an agent, and again when one that fell silent or lapsed turns out to have ended: that halts. */
  lose(agent: Agent, how: "exited" | "lapsed" | "silent"): void {
    const { boot } = agent;
    for (const run of this.#books.runs.values()) {
      const before = run.lost.get(boot);
      if (!run.has(boot) || before === "exited" || (before !== undefined && how !== "exited")) continue;
      run.lost.set(boot, how);
      run.fallen.add(boot);
      run.voice.post({ type: "lost", boot, how });
    }
  }
}
