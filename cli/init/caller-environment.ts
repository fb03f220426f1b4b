/** Environments of callers, with the agent's addresses in place of the callees' addresses. */
import { callerSettings } from "../../experiments/model/mesh/caller-setting.ts";

/** A call as named in the caller's environment. */
export interface NamedCall {
  /** `host:port` by each name of the callee. */
  readonly addresses: readonly string[];
  readonly listen: string;
}
/**
 * Variables that change once every call goes to the caller's agent, without variables that may hold a secret. A
 * variable may name several callees: each call starts from the value that the previous call left.
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
