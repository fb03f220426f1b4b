import { expect, it } from "vitest";
import { sparkline } from "../../../cli/terminal/sparkline.ts";
import { PLAIN } from "./paint.ts";
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

it("takes from the columns that give way before it cuts another, and leaves them out where too little is left", () => {
  const giving = [{ title: "RUN" }, { title: "STARTED", givesWay: 2 }, { title: "REASON", givesWay: 1 }];
  const rows = [
    [{ text: "checkout-survives-slow-payments-0d388934" }, { text: "2026-01-05 10:15" }, { text: "All of them held." }],
  ];
  const head = (width: number) => table(giving, rows, { width, indent: "", paint: PLAIN })[1];
  expect(head(80)).toBe("checkout-survives-slow-payments-0d388934  2026-01-05 10:15  All of them held.");
  expect(head(76)).toBe("checkout-survives-slow-payments-0d388934  2026-01-05 10:15  All of them hel…");
  expect(head(70)).toBe("checkout-survives-slow-payments-0d388934  2026-01-05 10:15");
  expect(head(40)).toBe("checkout-survives-slow-payments-0d388934");
});
it("goes on in the next line with a cell that is too long, where rows may have several lines", () => {
  const columns = [
    { title: "EXPECTATION", elastic: 1 },
    { title: "DURING", side: "right" as const },
  ];
  const rows = [
    [{ text: "shoppers can check out" }, { text: "5/5" }],
    [{ text: "browse" }, { text: "7/7" }],
  ];
  expect(table(columns, rows, { width: 24, indent: "  ", paint: PLAIN, wraps: true })).toEqual([
    "  EXPECTATION     DURING",
    "  shoppers can       5/5",
    "  check out",
    "  browse             7/7",
  ]);
});
