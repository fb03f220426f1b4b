/** Prints the configuration in force for `--print-config`: every setting with its origin, and no secret. */
import { stringify } from "yaml";
import { type Tree, valueAt } from "./merge.ts";
import type { ConfigReading } from "./read.ts";
import { SETTINGS, type Setting } from "./settings.ts";

const HIDDEN = "[redacted]";
/** `postgres://user:password@host/name`: only the password is hidden, since readers look for the rest. */
const withoutPassword = (text: string): string => {
  try {
    const url = new URL(text);
    if (url.password === "") return text;
    url.password = "redacted";
    return url.href;
  } catch {
    return HIDDEN;
  }
};
const shown = ({ path, secret }: Setting, value: unknown): unknown => {
  if (!secret || value === undefined) return value;
  return path[0] === "databaseUrl" ? withoutPassword(String(value)) : HIDDEN;
};
const inline = (value: unknown): string => stringify(value ?? null, { lineWidth: 0 }).trimEnd();
const listed = (value: readonly unknown[]): string => `[${value.map((item) => inline(item)).join(", ")}]`;

/** An unset setting becomes a comment, so that the whole output can be read again. */
const line = ({ written, originOf }: ConfigReading, setting: Setting, indent: string): string => {
  const value = shown(setting, valueAt(written, setting.path));
  const name = setting.path.at(-1)!;
  if (value === undefined) return `${indent}# ${name}: not set`;
  return `${indent}${name}: ${Array.isArray(value) ? listed(value) : inline(value)} # ${originOf(setting.path)}`;
};
const group = (read: ConfigReading, name: string, settings: readonly Setting[]): string[] => {
  const isSet = settings.some(({ path }) => valueAt(read.written, path) !== undefined);
  return [isSet ? `${name}:` : `# ${name}:`, ...settings.map((setting) => line(read, setting, "  "))];
};

const withoutSecrets = (written: Tree): Tree => {
  const { webhooks, commands } = written;
  const hooks = (webhooks as Tree[] | undefined)?.map((hook) => ({ ...hook, secret: HIDDEN }));
  const named = Object.entries((commands as Record<string, Tree> | undefined) ?? {}).map(([name, command]) => {
    const env = Object.fromEntries(Object.keys((command.env as Tree | undefined) ?? {}).map((key) => [key, HIDDEN]));
    return [name, { ...command, env }] as const;
  });
  return {
    ...(hooks === undefined ? {} : { webhooks: hooks }),
    ...(named.length === 0 ? {} : { commands: Object.fromEntries(named) }),
  };
};

/** YAML that `--config` can read again, once the secrets are filled in. */
export const printConfig = (read: ConfigReading): string => {
  const groups = new Map<string, Setting[]>();
  for (const setting of SETTINGS) groups.set(setting.path[0]!, [...(groups.get(setting.path[0]!) ?? []), setting]);
  const lines = [...groups].flatMap(([name, settings]) =>
    settings[0]!.path.length === 1 ? [line(read, settings[0]!, "")] : group(read, name, settings),
  );
  const rest = withoutSecrets(read.written);
  return `${lines.join("\n")}\n${Object.keys(rest).length === 0 ? "" : stringify(rest)}`;
};
