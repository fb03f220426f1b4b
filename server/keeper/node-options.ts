/**
 * NODE_OPTIONS of the shell is meant for the services: `--require apm/init` fails in a process that starts in another
 * folder, and an absolute path loads an APM into the data plane. Squall's own processes (keeper, watch, agent, the
 * server of `up --detach`) pass the variable on under a name that Node does not read.
 */
const NODE = "NODE_OPTIONS";
const KEPT = "SQUALL_SERVICE_NODE_OPTIONS";

/** The environment for a process of Squall's own. */
export const withoutNodeOptions = (environment: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv => {
  const { [NODE]: given, ...others } = environment;
  return given === undefined ? others : { ...others, [KEPT]: given };
};

/** Environment for a service, as if the shell had started the service directly. */
export const restoreNodeOptions = (environment: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv => {
  const { [KEPT]: kept, ...others } = environment;
  return kept === undefined ? others : { ...others, [NODE]: kept };
};
