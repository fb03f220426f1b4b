import { expect, it } from "vitest";
import { ALICE, OPERATOR, stage } from "../../test/run/stage-in-time.ts";

const ofRuns = (lines: readonly string[]) => lines.filter((line) => /(^|: )a run /.test(line));

it("tells of a run that starts and ends HELD", async () => {
  const { agent, start, ended, term } = await stage();
  await agent("shop");
  const id = await start();
  await ended(id);
  const [starts, ends, ...rest] = ofRuns(term.log);
  const run = `run=${id} experiment=\\S+ edge=checkout->payments`;
  expect(starts).toMatch(new RegExp(`^a run starts ${run} by=local$`));
  expect(ends).toMatch(new RegExp(`^a run ended ${run} verdict=HELD because=held reason="`));
  expect(rest).toEqual([]);
});

it("tells of a halt when it comes, and of its verdict as a warning", async () => {
  const { agent, start, ended, live, term } = await stage();
  await agent("shop");
  const id = await start();
  await live(id);
  await term.runs.halt(id, OPERATOR);
  await ended(id);
  expect(ofRuns(term.log).slice(1)).toEqual([
    expect.stringMatching(/^warn: a run is being halted run=\S+ .*because=operator reason=enough$/),
    expect.stringMatching(/^warn: a run ended .* verdict=HALTED because=operator reason=/),
  ]);
});

it("tells RESIDUE as an error, with the agents of which nothing is known", async () => {
  const { agent, start, term, ended } = await stage();
  await agent("shop", { wounded: 2 });
  const id = await start();
  await ended(id);
  expect(ofRuns(term.log).at(-1)).toMatch(/^error: a run ended run=\S+ .* verdict=RESIDUE .* agent=shop$/);
  expect(term.runs.residueOpen).toBe(1);
  await term.runs.releaseClaims(id, ALICE);
  expect(term.runs.residueOpen).toBe(0);
});
