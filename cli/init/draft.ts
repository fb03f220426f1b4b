/** A mesh that was found rather than written: the content, and notes for the user to check. */

export interface DraftService {
  readonly name: string;
  readonly endpoints: readonly string[];
  /** Path of the readiness check; null: accepting connections is enough. */
  readonly health: string | null;
  /** Variables that direct the service's calls to the agent, to be set by the operator of the service. */
  readonly env?: Readonly<Record<string, string>>;
  /** Comment lines above the service, without `#`. */
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

/** Notes quote foreign text: no character of a note may end the comment. */
const comment = (indent: string) => (note: string) => `${indent}# ${note.replace(/\p{C}+/gu, " ").trim()}`.trimEnd();
const text = (value: string) => JSON.stringify(value);
/** Words that YAML does not read as text. */
const SPECIAL = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
/** A name as YAML, quoted only where needed. */
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

/** A Mesh file for people to review: valid as written, with the notes as comments. */
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

/** Keys that no document may have, because of a meaning in JavaScript. */
const UNUSABLE = ["constructor", "prototype"];
/** A name that a mesh allows: of a-z, 0-9 and "-". `taken` gets the name. */
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
