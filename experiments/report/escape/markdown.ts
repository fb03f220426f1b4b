import { terminal } from "./terminal.ts";

/**
 * Foreign text inside a Markdown paragraph or table cell: no markup, no HTML, no link that GitHub makes by itself, no
 * mention that would notify a user. `\@` is still a mention after rendering, hence the invisible break behind it.
 */
export const markdown = (text: string): string =>
  terminal(text)
    .replace(/[\\`*_{}[\]()#+!|~$&]/g, "\\$&")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("://", "\\://")
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\\.`)
    .replaceAll("@", "@&#8203;")
    .replace(/^(\s*\d*)([-=.)])/, "$1\\$2");
