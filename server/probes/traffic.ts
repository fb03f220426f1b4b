/** What real traffic on an edge shows: the agents count it themselves, exactly, by criteria that they are sent. */
import { edgeId } from "../../experiments/model/names.ts";
import type { SourceOf } from "./probe.ts";

export const traffic: SourceOf<"traffic"> = ({ from, to, match, of }, { good }) => ({
  kind: "counted",
  watches: [{ edge: edgeId(from, to), match: match ?? null, of, good }],
});
