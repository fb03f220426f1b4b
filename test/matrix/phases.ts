/** Moments of a run at which a fault can begin: each phase brings a run to the moment, and begins the fault then. */
import { LONG, type Plane, type Wanted } from "../crash/plane.ts";
import { untilState } from "../crash/proofs.ts";
import { ask, eventually, reportOf } from "../serve/ground.ts";
import { sleep } from "../waiting.ts";
import type { Watch, Wire } from "./wire.ts";

/** Edges of the plane, each for a kind of run, so that runs queue for each other only where a phase wants that. */
export const EDGE = { during: 0, baseline: 1, recovery: 2, aimed: 3, scheduled: 4 } as const;
export const EDGES = Object.keys(EDGE).length;

export interface Scene {
  readonly plane: Plane;
  readonly front: Wire;
  /** URL of the server that leads when the scene begins. */
  readonly url: string;
  /** Begins the fault; later calls are ignored. */
  readonly strike: () => void;
  readonly isStruck: () => true | undefined;
  /** Runs whose start was answered with success. */
  readonly acknowledged: string[];
}
export interface Met {
  /** True when a halt of all runs was answered with success: the gate must stay shut. */
  readonly halted?: boolean;
  /** Verdict that was reported to a client: the verdict must stay. */
  readonly told?: { readonly id: string; readonly verdict: string | null };
}
export interface Phase {
  readonly name: string;
  /** Resolves when every request of the phase is answered, which may be long after the fault began. */
  readonly meet: (scene: Scene) => Promise<Met>;
}

const PATIENCE_MS = 60_000;
const beginOnce = async ({ plane, url, acknowledged }: Scene, edge: number, wanted: Wanted = {}): Promise<string> => {
  const id = await plane.start(url, edge, wanted);
  acknowledged.push(id);
  return id;
};
/** Starts a run, with retries like a client's: a pooler may still refuse connections after the earlier fault. */
const begin = (scene: Scene, edge: number, wanted?: Wanted): Promise<string> =>
  eventually("a run is started", () => beginOnce(scene, edge, wanted).catch(() => undefined), PATIENCE_MS);
/** Begins the fault when the servers write a record of this kind for this run. */
const writing = (id: string, what: RegExp, at: Watch["at"], { front, strike }: Scene): void =>
  front.watch({ matches: (text) => text.includes(id) && what.test(text), at, act: strike });

const TRIES = 5;
const isOver = async ({ url }: Scene, id: string): Promise<true | undefined> => {
  const { state } = await reportOf(url, id).catch(() => ({ state: "unknown" }));
  return state === "finished" || undefined;
};
/** Phase in which the fault begins while a record of this kind, or the record's commit, is on the wire. */
const atRecord = (name: string, what: RegExp, at: Watch["at"] = "write"): Phase => ({
  name,
  async meet(scene) {
    // On a busy machine a run may end before the record is written.
    for (let tries = 0; tries < TRIES && !scene.isStruck(); tries++) {
      const id = await begin(scene, EDGE.aimed);
      writing(id, what, at, scene);
      await eventually(`${id} is met or over`, () => scene.isStruck() || isOver(scene, id), PATIENCE_MS);
    }
    return {};
  },
});

/** Phase with four runs at a time, at a moment in which no record of these runs is on the wire. */
const apart: Phase = {
  name: "queued, baseline, during, recovery",
  async meet(scene) {
    const { url, strike } = scene;
    const recovering = await begin(scene, EDGE.recovery, { hold: "10s" });
    const during = await begin(scene, EDGE.during, { during: "9s" });
    await begin(scene, EDGE.during);
    const baseline = await begin(scene, EDGE.baseline, { baseline: "7s" });
    await untilState(url, recovering, "recovering");
    await untilState(url, during, "injecting");
    await untilState(url, baseline, "baseline");
    await sleep(300);
    strike();
    return {};
  },
};
const starting: Phase = {
  name: "its start is written",
  async meet(scene) {
    const { front, strike } = scene;
    const what = (text: string) => text.includes('"kind":"created"') && text.includes(`"edge-${EDGE.aimed}"`);
    front.watch({ matches: what, at: "commit", act: strike });
    await beginOnce(scene, EDGE.aimed).catch(() => {});
    return {};
  },
};
const ended: Phase = {
  name: "just ended",
  async meet(scene) {
    const { url, strike } = scene;
    const id = await begin(scene, EDGE.aimed);
    const { verdict } = await eventually(
      "it is finished",
      async () => {
        const report = await reportOf(url, id).catch(() => null);
        return report?.state === "finished" ? report : undefined;
      },
      60_000,
    );
    strike();
    return { told: { id, verdict } };
  },
};
const firing: Phase = {
  name: "a schedule fires",
  async meet({ front, strike }) {
    await new Promise<void>((done) => {
      front.watch({
        matches: (text) => text.includes('insert into "instants"'),
        at: "commit",
        act: () => {
          strike();
          done();
        },
      });
    });
    return {};
  },
};
const halting: Phase = {
  name: "a halt of everything",
  async meet(scene) {
    const { url, front, strike } = scene;
    await untilState(url, await begin(scene, EDGE.aimed, LONG), "injecting");
    front.watch({ matches: (text) => text.includes('update "gate"'), at: "write", act: strike });
    const answer = await ask(url, "/api/v1/halt", { method: "POST" }).catch(() => null);
    return { halted: answer?.status === 200 };
  },
};

export const PHASES: readonly Phase[] = [
  apart,
  starting,
  atRecord("just granted", /"type":"applied"/, "commit"),
  atRecord("reverting", /"type":"graded"/),
  atRecord("its verdict is written", /"kind":"closed"/),
  atRecord("its verdict is committed", /"kind":"closed"/, "commit"),
  ended,
  halting,
  firing,
];
