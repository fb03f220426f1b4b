/** Registry of behaviours: a kind without a behaviour does not compile. */
import type { FaultAction, FaultKind } from "../../experiments/model/faults/index.ts";
import { abort } from "./abort.ts";
import { bandwidth } from "./bandwidth.ts";
import type { Behaviour, Behaviours } from "./behaviour.ts";
import { corrupt } from "./corrupt.ts";
import { latency } from "./latency.ts";
import { limitBytes } from "./limit-bytes.ts";
import { partition } from "./partition.ts";
import { absent } from "./process.ts";
import { reset } from "./reset.ts";
import { rewrite } from "./rewrite.ts";
import { slice } from "./slice.ts";
import { slowClose } from "./slow-close.ts";
import { throttle } from "./throttle.ts";

const behaviours: Behaviours = {
  latency,
  abort,
  partition,
  reset,
  bandwidth,
  slowClose,
  limitBytes,
  slice,
  corrupt,
  rewrite,
  throttle,
  kill: absent,
  restart: absent,
  pause: absent,
};

/** Creates the behaviour of a fault, with fresh state. */
export const createBehaviour = <K extends FaultKind>({ kind, params }: FaultAction<K>): Behaviour =>
  behaviours[kind](params);
