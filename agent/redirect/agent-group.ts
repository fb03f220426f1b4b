/** Group of the agent's process, by which the kernel tells the agent's own connections from those of its callers. */

/** The gate's rules name the same group (`gate.sh`). */
const AGENT_GROUP = 4_780;

/** Joins the group, for all connections from here on. Returns the problem, with the remedy, or null. */
export const joinAgentGroup = (): string | null => {
  if (process.getegid!() === AGENT_GROUP) return null;
  try {
    process.setgid!(AGENT_GROUP);
    return null;
  } catch (error) {
    const isUnmapped = (error as { code?: string }).code === "EINVAL";
    const remedy = isUnmapped
      ? `map the group ${AGENT_GROUP} into this user namespace (newgidmap, /etc/subgid)`
      : `run the agent as root, or with AmbientCapabilities=CAP_NET_ADMIN and Group=${AGENT_GROUP}`;
    return `--intercept: this process may not join the group ${AGENT_GROUP}, by which the kernel knows the agent's own connections (${(error as Error).message}): ${remedy}`;
  }
};
