/** What the mesh tells a service of the shop: where to listen, and where its neighbours are. */

const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`set ${name}: see mesh.yaml for all of them`);
  return value;
};

/** PORT: where this service listens. */
export const ownPort = (): number => Number(required("PORT"));

/** SHOP_LISTEN: the address that it listens on; loopback without it. In containers others come from outside. */
export const ownHost = (): string => process.env.SHOP_LISTEN ?? "127.0.0.1";

/** `PAYMENTS=127.0.0.1:7204`: in the mesh this is where the agent listens, so that all traffic passes it. */
export const neighbour = (name: string): { readonly host: string; readonly port: number } => {
  const [host, port] = required(name).split(":");
  return { host: host!, port: Number(port) };
};
