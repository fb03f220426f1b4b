/** Environments of callers with the agent's addresses in the place of their callees'. */
import { callerSettings } from "../../experiments/model/mesh/caller-setting.ts";

/** A call as the environment of its caller names it. */
export interface NamedCall {
  /** `host:port` by each name of the callee. */
  readonly addresses: readonly string[];
  readonly listen: string;
}
/**
 * Variables that change once every call goes to its agent; none whose value may hold a secret. One variable may name several
 * callees: each call starts from what the one before left.
 */
export const callerEnvironment = (
  environment: Readonly<Record<string, string>>,
  calls: readonly NamedCall[],
): Readonly<Record<string, string>> => {
  const told: Record<string, string> = {};
  for (const { addresses, listen } of calls)
    for (const { lines } of callerSettings({ ...environment, ...told }, addresses, listen))
      for (const line of lines ?? []) told[line.slice(0, line.indexOf("="))] = line.slice(line.indexOf("=") + 1);
  return told;
};
