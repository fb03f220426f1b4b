/** A mesh that was found rather than written: what it says, and what its reader must still see to. */

export interface DraftService {
  readonly name: string;
  readonly endpoints: readonly string[];
  /** A path that says whether it is ready; null: that it accepts connections is enough. */
  readonly health: string | null;
  /** Variables that lead its calls to the agent, as whoever runs it has to set them. */
  readonly env?: Readonly<Record<string, string>>;
  /** Comment lines above it, without `#`. */
  readonly notes: readonly string[];
}
export interface DraftEdge {
  readonly from: string;
  readonly to: string;
  readonly listen: string;
  readonly protocol: "http" | "tcp";
  readonly notes: readonly string[];
}
export interface Draft {
  readonly name: string;
  /** Comment lines at the head. */
  readonly notes: readonly string[];
  readonly services: readonly DraftService[];
  readonly edges: readonly DraftEdge[];
}

const SCHEMA = "https://raw.githubusercontent.com/squall-dev/squall/main/experiments/schema/mesh.schema.json";
/** Below the ports that systems hand out by themselves, above those that services like to have. */
export const FIRST_PORT = 17_001;

/** Notes quote what came from elsewhere: nothing in them may end the comment. */
const comment = (indent: string) => (note: string) => `${indent}# ${note.replace(/\p{C}+/gu, " ").trim()}`.trimEnd();
const text = (value: string) => JSON.stringify(value);
/** Words that YAML takes for something else than text. */
const SPECIAL = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
/** A name as YAML, in quotes only where it needs them. */
export const yamlWord = (name: string) =>
  /^[a-z][a-z0-9-]*$/.test(name) && !SPECIAL.includes(name) ? name : text(name);

const serviceLines = ({ name, endpoints, health, env = {}, notes }: DraftService): readonly string[] => {
  const variables = Object.entries(env).map(([key, value]) => `${text(key)}: ${text(value)}`);
  const parts = [
    ...(endpoints.length === 0 ? [] : [`endpoints: [${endpoints.map(text).join(", ")}]`]),
    ...(endpoints.length === 0 || health === null ? [] : [`ready: { http: ${text(health)} }`]),
    ...(variables.length === 0 ? [] : [`env: { ${variables.join(", ")} }`]),
  ];
  const form = parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
  return [...notes.map(comment("    ")), `    ${yamlWord(name)}: ${form}`];
};
const edgeLines = ({ from, to, listen, protocol, notes }: DraftEdge): readonly string[] => [
  ...notes.map(comment("    ")),
  `    - { from: ${yamlWord(from)}, to: ${yamlWord(to)}, listen: ${text(listen)}, protocol: ${protocol} }`,
];

/** A Mesh file for people to read on: valid as it stands, with the notes as comments. */
export const meshText = ({ name, notes, services, edges }: Draft): string =>
  [
    `# yaml-language-server: $schema=${SCHEMA}`,
    ...notes.map(comment("")),
    "apiVersion: squall.dev/v1",
    "kind: Mesh",
    `metadata: { name: ${yamlWord(name)} }`,
    "spec:",
    "  services:",
    ...services.flatMap(serviceLines),
    edges.length === 0 ? "  edges: []" : "  edges:",
    ...edges.flatMap(edgeLines),
    "",
  ].join("\n");

/** Keys that no document may have: they mean something else to a program. */
const UNUSABLE = ["constructor", "prototype"];
/** A name that a mesh allows: of a-z, 0-9 and "-". `taken` gets it. */
export const nameFor = (wanted: string, taken: Set<string>): string => {
  const plain = wanted
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const base = plain.slice(0, 55).replace(/-+$/, "") || "unnamed";
  let name = base;
  for (let i = 2; taken.has(name) || UNUSABLE.includes(name); i++) name = `${base}-${i}`;
  taken.add(name);
  return name;
};
