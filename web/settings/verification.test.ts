import { describe, expect, it } from "vitest";
import { BEGUN, walked } from "./verification.ts";

const WHOLE = '{"run":"a","records":10,"closed":true,"problem":null}';
const OPEN = '{"run":"b","records":5,"closed":false,"problem":null}';
const BROKEN = '{"run":"c","records":7,"closed":true,"problem":"record 3 was changed"}';

describe("a walk over the journals", () => {
  it("counts runs and records, and keeps what is broken", () => {
    const walk = walked(walked(BEGUN, [WHOLE, OPEN]), [BROKEN, '{"end":true,"runs":3,"broken":1}']);
    expect(walk).toMatchObject({ runs: 3, records: 22, open: 1, ended: true });
    expect(walk.broken.map(({ run }) => run)).toEqual(["c"]);
  });
  it("has not ended where the last line is missing, or counts more than came", () => {
    expect(walked(BEGUN, [WHOLE]).ended).toBe(false);
    expect(walked(BEGUN, [WHOLE, '{"end":true,"runs":2,"broken":0}']).ended).toBe(false);
  });
});
