/** HTML with foreign text escaped: every value given to a template is text, unless a template made that value. */
import { printable } from "../../model/text/printable.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** Foreign text as content or as an attribute in double quotes, free of commands of GitHub's runner. */
export const htmlText = (text: string): string =>
  printable(text)
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
    .replaceAll("##[", "#&#35;[")
    .replace(/::(?=[A-Za-z])/g, ":&#58;");

/** Made by `html` alone. */
export class Markup {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}
export type Content = Markup | string | number | null | readonly Content[];

const sourceOf = (content: Content): string => {
  if (content === null) return "";
  if (content instanceof Markup) return content.source;
  if (typeof content === "object") return content.map(sourceOf).join("");
  return htmlText(String(content));
};
/** Values of attributes stand in double quotes in the template. */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Markup =>
  new Markup(parts.map((part, i) => part + (i < contents.length ? sourceOf(contents[i]!) : "")).join(""));
