/** Limits of the resources of a pair, as the kernel states these: for the reason of a verdict after exhaustion. */
import { readFileSync } from "node:fs";
import type { Resource } from "../../experiments/model/evidence/receipt.ts";
import { readDescriptorLimit } from "./descriptors.ts";

/** Ports that a connection of this machine may begin at, by `ip_local_port_range` (ip(7)); null: the kernel does not say. */
export const readPortCount = (
  read = () => readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "latin1"),
): number | null => {
  try {
    const [, low, high] = /^(\d+)\s+(\d+)/.exec(read()) ?? [];
    return low === undefined ? null : Number(high) - Number(low) + 1;
  } catch {
    return null;
  }
};

/** Most of a resource that this process may have; null: unknown, or no limit. */
export const readResourceLimit = (of: Resource): number | null => {
  const most = of === "ports" ? readPortCount() : readDescriptorLimit();
  return most === null || !Number.isFinite(most) ? null : most;
};
