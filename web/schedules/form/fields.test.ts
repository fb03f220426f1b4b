import { describe, expect, it } from "vitest";
import type { Content } from "../../save/use-saving.ts";
import { checkedOf, documentOf, type Fields, fieldsOf, UNWRITTEN } from "./fields.ts";

const FIELDS: Fields = {
  ...UNWRITTEN,
  name: "nightly",
  experiment: "checkout",
  cron: "15 10 * * 1-4",
  timeZone: "Europe/Berlin",
};
const RICH: Content = {
  apiVersion: "squall.dev/v1",
  kind: "Schedule",
  metadata: { name: "rich", labels: { team: "a" } },
  spec: {
    ...{ description: "Why", experiment: "checkout", cron: "0 3 * * *", windows: [{ from: "01:00", to: "05:00" }] },
    ...{ select: { checkout: { instances: 1 } }, seed: 42, concurrency: "queue", timeZone: "UTC" },
    after: { HELD: "pause", INCONCLUSIVE: { retry: 2, wait: "5m" }, RESIDUE: "halt-all" },
  },
};

describe("the form of a schedule", () => {
  it("makes a document that says no more than it must", () => {
    const content = documentOf(FIELDS, null);
    expect(content.spec).toEqual({
      ...{ experiment: "checkout", cron: "15 10 * * 1-4", timeZone: "Europe/Berlin", after: { BROKEN: "pause" } },
    });
    expect(checkedOf(content).problems).toEqual({});
  });
  it("gives a stored document back as it is, with all that the form does not know", () => {
    expect(documentOf(fieldsOf(RICH), RICH)).toEqual(RICH);
  });
  it("writes the namespace of a qualified name, and gives a stored one back key by key", () => {
    expect(documentOf({ ...FIELDS, name: "shop/nightly" }, null).metadata).toEqual({
      name: "nightly",
      namespace: "shop",
    });
    for (const namespace of ["shop", "default"]) {
      const stored: Content = { ...RICH, metadata: { namespace, name: "rich", labels: { team: "a" } } };
      expect(JSON.stringify(documentOf(fieldsOf(stored), stored).metadata)).toBe(JSON.stringify(stored.metadata));
      expect(documentOf({ ...fieldsOf(stored), name: "bank/rich" }, stored).metadata).toMatchObject({
        namespace: "bank",
      });
    }
    const moved: Content = { ...RICH, metadata: { name: "rich", namespace: "shop" } };
    expect(documentOf({ ...fieldsOf(moved), name: "rich" }, moved).metadata).toEqual({ name: "rich" });
    for (const name of ["a/b/c", "/x", "../x", "Shop/x"])
      expect(checkedOf(documentOf({ ...FIELDS, name }, null)).problems).toHaveProperty("name");
  });
  it("changes only what was changed", () => {
    const fields = { ...fieldsOf(RICH), cron: " 0 4 * * * ", seed: "fresh" };
    const after = { ...fields.after, INCONCLUSIVE: { ...fields.after.INCONCLUSIVE, deed: "continue" as const } };
    expect(documentOf({ ...fields, after }, RICH).spec).toEqual({
      ...(RICH.spec as object),
      ...{ cron: "0 4 * * *", seed: "fresh", after: { HELD: "pause", RESIDUE: "halt-all" } },
    });
  });
  it("tells what is wrong at its field", () => {
    const wrong = {
      ...FIELDS,
      name: "No Name",
      cron: "61 * * * *",
      timeZone: "Mars/Olympus",
      jitter: "soon",
      seed: "x",
    };
    const { schedule, problems } = checkedOf(documentOf(wrong, null));
    expect(schedule).toBeNull();
    expect(Object.keys(problems).sort()).toEqual(["cron", "jitter", "name", "seed", "timeZone"]);
    const after = { ...FIELDS.after, BROKEN: { deed: "retry", times: "many", wait: "10m" } } as const;
    expect(Object.keys(checkedOf(documentOf({ ...FIELDS, after }, null)).problems)).toEqual(["BROKEN"]);
  });
});
