import { expect, it } from "vitest";
import { PLAIN } from "./paint.ts";
import { sparkline } from "./sparkline.ts";
import { table } from "./table.ts";
import { widthOf } from "./width.ts";

const columns = [
  { title: "FAULT", elastic: 1 },
  { title: "HIT", side: "right" as const },
];

it("cuts only elastic columns, and only as far as needed", () => {
  const rows = [[{ text: "payments is very slow today" }, { text: "800" }]];
  expect(table(columns, rows, { width: 80, indent: "", paint: PLAIN })).toEqual([
    "FAULT                        HIT",
    "payments is very slow today  800",
  ]);
  expect(table(columns, rows, { width: 20, indent: "  ", paint: PLAIN })).toEqual([
    "  FAULT          HIT",
    "  payments is …  800",
  ]);
});

it("lines up under wide characters", () => {
  const lines = table(
    columns,
    [
      [{ text: "支払いが遅い" }, { text: "1" }],
      [{ text: "x" }, { text: "22" }],
    ],
    {
      width: 80,
      indent: "",
      paint: PLAIN,
    },
  );
  expect(new Set(lines.map(widthOf)).size).toBe(1);
});

it("draws one bar a value, newest last, with blanks where nothing was seen", () => {
  expect(sparkline([0, 0.5, 1, null, 1], 10, 1)).toBe("▁▅█ █");
  expect(sparkline([0, 0, 1], 2, 1)).toBe("▁█");
  expect(sparkline([7, 9], 4, 0)).toBe("▁▁");
});
