/** A screen of a terminal as SVG: text stays text, sharp at every size, and a few kilobytes. */

/** Neighbouring characters of the same style. */
export interface Span {
  readonly column: number;
  readonly text: string;
  /** Colour in CSS; null: the terminal's own. */
  readonly color: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
}
export interface ScreenPicture {
  readonly columns: number;
  /** From the top; empty lines have no spans. */
  readonly lines: readonly (readonly Span[])[];
  /** Read out in place of the picture. */
  readonly title: string;
}

const [CELL_WIDTH, CELL_HEIGHT, SIZE, MARGIN] = [8.4, 19, 14, 20];
const [BACKGROUND, FOREGROUND] = ["#14161b", "#e6e8ec"];
const FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace";

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`).replace(/[^\t\x20-\ufffd]/g, "");
const number = (value: number): string => String(Number(value.toFixed(1)));

/** SVG of a span: `textLength` keeps columns in line in any font. */
const spanSvg = ({ column, text, color, bold, dim }: Span, y: number): string => {
  const styles = [
    ...(color === null ? [] : [`fill="${color}"`]),
    ...(bold ? ['font-weight="bold"'] : []),
    ...(dim ? ['opacity="0.6"'] : []),
  ];
  const place = `x="${number(MARGIN + column * CELL_WIDTH)}" y="${number(y)}"`;
  const length = `textLength="${number([...text].length * CELL_WIDTH)}"`;
  return `<text ${[place, length, ...styles].join(" ")}>${escaped(text)}</text>`;
};

/** Pieces between wide gaps, each at a separate position: renderers differ in how they treat blanks. */
const piecesOf = (span: Span): readonly Span[] =>
  [...span.text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: text, index }) => ({
    ...span,
    column: span.column + [...span.text.slice(0, index)].length,
    text,
  }));

export const screenSvg = ({ columns, lines, title }: ScreenPicture): string => {
  const width = number(2 * MARGIN + columns * CELL_WIDTH);
  const height = number(2 * MARGIN + lines.length * CELL_HEIGHT);
  const texts = lines.flatMap((spans, i) =>
    spans.flatMap(piecesOf).map((piece) => spanSvg(piece, MARGIN + i * CELL_HEIGHT + SIZE)),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="${BACKGROUND}"/>`,
    `<g fill="${FOREGROUND}" font-family="${FONTS}" font-size="${SIZE}">`,
    ...texts,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
};
