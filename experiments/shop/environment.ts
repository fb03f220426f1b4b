/**
 * Environment that the mesh gives to a service of the shop: the service's own listen address and the addresses of the
 * neighbouring services.
 */

const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`set ${name}: see mesh.yaml for all of them`);
  return value;
};

/** PORT: where this service listens. */
export const ownPort = (): number => Number(required("PORT"));

/**
 * SHOP_LISTEN: the address on which the service listens; loopback by default. In containers, calls come from outside.
 */
export const ownHost = (): string => process.env.SHOP_LISTEN ?? "127.0.0.1";

/**
 * `PAYMENTS=127.0.0.1:7204`: in the mesh, this is the agent's listen address, so that all traffic passes through the
 * agent.
 */
export const neighbour = (name: string): { readonly host: string; readonly port: number } => {
  const [host, port] = required(name).split(":");
  return { host: host!, port: Number(port) };
};
