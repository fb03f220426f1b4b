/** Options of `squall run`, as the command line parses them. */

import type { NamespaceOptions } from "../files/namespace.ts";
import type { ReportTargets } from "../report/targets.ts";
import type { ServerOptions } from "../session/target.ts";
import type { FileOptions } from "./options.ts";

export interface RunOptions extends FileOptions, ServerOptions, NamespaceOptions, ReportTargets {
  readonly seed?: number;
  readonly repeat?: number;
  readonly failFast?: boolean;
  readonly only?: "baseline";
  readonly shadow?: boolean;
  readonly json?: boolean;
  readonly events?: boolean;
  readonly quiet?: boolean;
  readonly detach?: boolean;
  readonly select?: readonly string[];
  readonly static?: boolean;
  readonly strict?: boolean;
  readonly priority?: number;
  readonly idempotencyKey?: string;
}
