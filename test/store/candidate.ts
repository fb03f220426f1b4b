/** Candidate for leadership that writes a journal for as long as the lead lasts: a server without the other parts. */
import { asRunId } from "../../experiments/model/names.ts";
import { systemClock } from "../../server/clock.ts";
import type { Leadership } from "../../server/leadership/leader.ts";
import { startLeaderElection } from "../../server/leadership/leader-elector.ts";
import { noLog } from "../../server/log.ts";
import { chainRecord } from "../../server/store/chain.ts";
import { appendRecords, readRecords } from "../../server/store/journal.ts";
import { openStore } from "../../server/store/open.ts";
import { findRun, insertRun } from "../../server/store/runs.ts";
import { sleep } from "../waiting.ts";
import { runRow } from "./samples.ts";

export const RUN = asRunId("the-run");
/** Time of this machine, the same for every process, ms. */
export const machineMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

export type Said =
  | { readonly say: "stands"; readonly name: string }
  | {
      readonly say: "elected" | "granted" | "lost";
      readonly name: string;
      readonly epoch: number;
      readonly atMs: number;
    }
  | { readonly say: "refused"; readonly name: string; readonly epoch: number; readonly why: string };

const GRANT_MS = 20;

export interface Candidate {
  readonly leadership: () => Leadership | null;
  stop(): Promise<void>;
}
interface Standing {
  readonly url: string;
  readonly folder: string;
  readonly name: string;
  readonly tell: (said: Said) => void;
}

export const candidate = async ({ url, folder, name, tell }: Standing): Promise<Candidate> => {
  const store = await openStore({ folder, databaseUrl: url });
  let term: { readonly epoch: number; readonly over: Promise<void>; isOver: boolean } | null = null;

  /** Reports `granted` while the candidate leads, with the time after the check. */
  const grant = async (leadership: Leadership, isOver: () => boolean) => {
    while (!isOver()) {
      if (leadership.leads()) tell({ say: "granted", name, epoch: leadership.epoch, atMs: machineMs() });
      await sleep(GRANT_MS);
    }
  };
  /** Continues the journal, and writes once more after the lead is lost: the database must refuse a late record. */
  const write = async ({ epoch }: Leadership, isOver: () => boolean) => {
    let last = (await readRecords(store.db, RUN)).at(-1) ?? null;
    for (let isLast = false; !isLast; ) {
      isLast = isOver();
      const record = chainRecord(last, epoch, { kind: "event", event: { type: "woke", atMs: epoch } });
      const why = await appendRecords(store.db, RUN, [record], epoch).then(
        () => null,
        (error: Error) => error.name,
      );
      if (why === null) last = record;
      else tell({ say: "refused", name, epoch, why });
      if (why === "Fenced") return;
      await sleep(GRANT_MS);
    }
  };
  const standing = await startLeaderElection({
    ...{ store, clock: systemClock, holder: name, url: `http://${name}`, log: noLog },
    onElected: async (leadership) => {
      const { epoch } = leadership;
      tell({ say: "elected", name, epoch, atMs: machineMs() });
      if ((await findRun(store.db, RUN)) === undefined) await insertRun(store.db, runRow(RUN));
      const own = { epoch, isOver: false, over: Promise.resolve() };
      const isOver = () => own.isOver;
      own.over = Promise.all([grant(leadership, isOver), write(leadership, isOver)]).then(() => {});
      term = own;
    },
    onLost: () => {
      if (term === null) return;
      tell({ say: "lost", name, epoch: term.epoch, atMs: machineMs() });
      term.isOver = true;
    },
  });
  tell({ say: "stands", name });
  return {
    leadership: () => standing.leadership(),
    async stop() {
      await standing.stop();
      if (term !== null) {
        term.isOver = true;
        await term.over.catch(() => {});
      }
      await store.close();
    },
  };
};
