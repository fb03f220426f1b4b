/** Groups of operations, in the order in which a reader meets them. */
interface Tag {
  readonly name: string;
  readonly description: string;
  /** First path segments of the group below `/api/v1/`. */
  readonly nouns: readonly string[];
}
export const TAGS: readonly Tag[] = [
  { name: "runs", description: "Experiments under way and over.", nouns: ["runs", "trends", "plan"] },
  {
    name: "gate",
    description: "The brake: everything is halted, and nothing starts.",
    nouns: ["halt", "release", "gate"],
  },
  { name: "mesh", description: "The services and edges that are watched.", nouns: ["mesh"] },
  {
    name: "agents",
    description:
      "What sits in the traffic. An agent connects by a WebSocket (RFC 6455): GET /api/v1/agent with an upgrade, a token of the " +
      "role agent, and no Origin. It is answered 101, and speaks the agents' contract from then on; what the entrance refuses is " +
      "answered with an Error, and a GET without an upgrade with 404. No client has to speak it but Squall's own.",
    nouns: ["agents", "agent"],
  },
  { name: "documents", description: "Applied experiments, meshes, schedules and policies.", nouns: ["documents"] },
  { name: "schedules", description: "Runs by the clock.", nouns: ["schedules"] },
  { name: "claims", description: "Which runs hold which edges.", nouns: ["claims"] },
  { name: "tokens", description: "Who may ask.", nouns: ["tokens"] },
  { name: "audit", description: "Who wrote what, and when.", nouns: ["audit"] },
  { name: "session", description: "Signing pages in.", nouns: ["session"] },
  { name: "traffic", description: "What passes the edges at this moment.", nouns: ["traffic"] },
  {
    name: "server",
    description: "The server itself, and its upkeep.",
    nouns: ["server", "verify", "backup", "openapi"],
  },
  { name: "health", description: "What load balancers and Prometheus ask.", nouns: [] },
];

/** Tag of a path: `/api/v1/runs/:id` → `runs`. Throws Error when no tag has the path. */
export const tagOfPath = (url: string): string => {
  const noun = url.split("/")[3]!.split(".")[0]!;
  const tag = TAGS.find(({ nouns }) => nouns.includes(noun));
  if (tag === undefined) throw new Error(`no tag has ${url}`);
  return tag.name;
};
