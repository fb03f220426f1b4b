// Notices that the licences of bundled packages require: name, version, licence, and the text that each package brings.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
const TEXT = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** Returns the notices as Markdown. `files`: paths of bundled files; files outside of node_modules are Squall's own. */
export const noticesOf = (files) => {
  const folders = new Set(files.flatMap((file) => PACKAGE.exec(file)?.[0] ?? []));
  const notices = [...folders]
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const texts = readdirSync(folder).filter((file) => TEXT.test(file));
      const text = texts.map((file) => readFileSync(join(folder, file), "utf8").trim()).join("\n\n");
      return { name, section: `## ${name} ${version}: ${license}\n\n${text.replace(/^/gm, "    ")}\n` };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  // The same version may lie in several places.
  const sections = [...new Set(notices.map(({ section }) => section))];
  return `# Packages that are part of Squall's bundles\n\n${sections.join("\n")}`;
};
