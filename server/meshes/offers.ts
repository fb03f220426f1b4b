/**
 * Offered edges: edges that agents know from local files, added to the mesh where no definition contradicts the offer.
 */
import { canonical } from "../../experiments/model/mesh/diff.ts";
import { ANY_PORT, type Edge, type Mesh, type Service } from "../../experiments/model/mesh/mesh.ts";
import { edgeId, type Instance, spellEdge } from "../../experiments/model/names.ts";
import type { OfferedEdge, PlacedOffer } from "./meshes.ts";

/** Most instances remembered: instances come and go under ever new names; the instances heard last are kept. */
const MAX_INSTANCES = 10_000;

const edgeOf = ({ from, to, at, listen, protocol }: PlacedOffer): Edge => ({
  ...{ id: edgeId(from, to, at), from, to, listen, protocol },
  ...(at !== undefined && { at }),
});
const serviceNamed = (name: string, offer: PlacedOffer | null): Service => ({
  ...{ name, labels: {}, command: null, env: {}, startMs: 15_000, protected: false },
  endpoints: offer?.endpoints.map((address) => ({ address, labels: {} })) ?? [],
  ready: offer === null || offer.healthPath === null ? { tcp: true } : { http: offer.healthPath },
});
const addressesOf = ({ endpoints }: Service): string => canonical(endpoints.map(({ address }) => address).sort());

/**
 * Reason why an offer is refused, or null. A callee's endpoints are those of its service, for all callers: an agent
 * must not be able to redirect another agent's calls, so a contradicting offer is left out.
 */
const conflictOf = (mesh: Mesh | null, offer: PlacedOffer): string | null => {
  const edge = edgeOf(offer);
  const callee = mesh?.services.find(({ name }) => name === offer.to);
  if (callee !== undefined && callee.endpoints.length > 0)
    if (addressesOf(callee) !== addressesOf(serviceNamed(offer.to, offer)))
      return `${offer.to} answers at ${callee.endpoints.map(({ address }) => address).join(", ")} in the mesh, not at ${offer.endpoints.join(", ")}`;
  const known = mesh?.edges.find(({ id }) => id === edge.id);
  if (known !== undefined)
    return canonical(known) === canonical(edge)
      ? null
      : `the mesh has this edge as ${known.protocol} on ${known.listen}, not as ${edge.protocol} on ${edge.listen}`;
  const holder = edge.listen === ANY_PORT ? undefined : mesh?.edges.find(({ listen }) => listen === edge.listen);
  return holder === undefined ? null : `${edge.listen} is where ${spellEdge(holder.id)} listens`;
};

const withService = (mesh: Mesh, name: string, offer: PlacedOffer | null): Mesh => {
  const known = mesh.services.find((service) => service.name === name);
  if (known !== undefined && (offer === null || known.endpoints.length > 0)) return mesh;
  const others = mesh.services.filter((service) => service !== known);
  const { endpoints, ready } = serviceNamed(name, offer);
  return { ...mesh, services: [...others, { ...(known ?? serviceNamed(name, null)), endpoints, ready }] };
};
const withEdge = (mesh: Mesh | null, offer: PlacedOffer): Mesh => {
  const bare = mesh ?? { name: "discovered", directory: null, services: [], edges: [] };
  const whole = withService(withService(bare, offer.to, offer), offer.from, null);
  const edge = edgeOf(offer);
  return whole.edges.some(({ id }) => id === edge.id) ? whole : { ...whole, edges: [...whole.edges, edge] };
};

interface OfferGroup {
  readonly offer: PlacedOffer;
  readonly instances: Set<Instance>;
}
/** The mesh with the accepted offers, and the reason why an offer is left out, by the offer's key. */
export interface MeshWithOffers {
  readonly mesh: Mesh | null;
  readonly conflicts: ReadonlyMap<string, string>;
}

export class Offers {
  /** Keys of the groups that each instance is in; the instance that spoke last is last. */
  readonly #keysOf = new Map<Instance, readonly string[]>();
  /** Offers in the order first heard; the same offer of several instances counts once. */
  readonly #groups = new Map<string, OfferGroup>();

  /** Replaces the offers of an instance. True: an offer is new, or a former offer has no instance left. */
  update(instance: Instance, offers: readonly PlacedOffer[]): boolean {
    const before = new Set(this.#groups.keys());
    const wanted = new Map(offers.map((offer) => [canonical(offer), offer]));
    this.#forget(instance, wanted);
    for (const [key, offer] of wanted) {
      const group = this.#groups.get(key) ?? { offer, instances: new Set() };
      group.instances.add(instance);
      this.#groups.set(key, group);
    }
    if (wanted.size > 0) this.#keysOf.set(instance, [...wanted.keys()]);
    const [oldest] = this.#keysOf.keys();
    if (oldest !== undefined && this.#keysOf.size > MAX_INSTANCES) this.#forget(oldest, new Map());
    return before.size !== this.#groups.size || [...this.#groups.keys()].some((key) => !before.has(key));
  }
  /**
   * Removes an instance from all groups except the groups in `staying`: an offer of this instance alone keeps its place
   * there.
   */
  #forget(instance: Instance, staying: ReadonlyMap<string, unknown>): void {
    for (const key of this.#keysOf.get(instance) ?? []) {
      const group = this.#groups.get(key);
      if (staying.has(key) || group === undefined) continue;
      group.instances.delete(instance);
      if (group.instances.size === 0) this.#groups.delete(key);
    }
    this.#keysOf.delete(instance);
  }

  /** The mesh with every offer that fits, first come first served. */
  mergeInto(declared: Mesh | null): MeshWithOffers {
    const conflicts = new Map<string, string>();
    let mesh = declared;
    for (const [key, { offer }] of this.#groups) {
      const why = conflictOf(mesh, offer);
      if (why === null) mesh = withEdge(mesh, offer);
      else conflicts.set(key, why);
    }
    return { mesh, conflicts };
  }
  discovered({ conflicts }: MeshWithOffers): readonly OfferedEdge[] {
    return [...this.#groups].map(([key, { offer, instances }]) => {
      const why = conflicts.get(key) ?? null;
      return { edge: edgeOf(offer).id, offer, instances: [...instances], adopted: why === null, why };
    });
  }
}
