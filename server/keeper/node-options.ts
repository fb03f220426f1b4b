/**
 * NODE_OPTIONS of the shell is meant for the services: `--require apm/init` fails in a process that starts in another folder,
 * and an absolute path loads an APM into the data plane. Squall's own processes (keeper, watch, agent, the server of
 * `up --detach`) hand it on under a name that Node does not read.
 */
const NODE = "NODE_OPTIONS";
const KEPT = "SQUALL_SERVICE_NODE_OPTIONS";

/** The environment for a process of Squall's own. */
export const withoutNodeOptions = (environment: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv => {
  const { [NODE]: given, ...others } = environment;
  return given === undefined ? others : { ...others, [KEPT]: given };
};

/** The environment for a service: as it would be had the service been started by the shell itself. */
export const restoreNodeOptions = (environment: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv => {
  const { [KEPT]: kept, ...others } = environment;
  return kept === undefined ? others : { ...others, [NODE]: kept };
};
