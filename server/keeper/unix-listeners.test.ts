import { describe, expect, it } from "vitest";
import { parseUnixListeners } from "./unix-listeners.ts";

const TABLE = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 12289 /run/squall/agent one.sock
0000000000000000: 00000003 00000000 00000000 0001 03 12290 /run/squall/agent one.sock
0000000000000000: 00000002 00000000 00010000 0001 01    99 @abstract
0000000000000000: 00000002 00000000 00010000 0001 01 12291 relative.sock
0000000000000000: 00000003 00000000 00000000 0001 03 12292
`;

describe("the kernel's table of unix sockets", () => {
  it("yields the paths of those that listen, blanks and relative ones too, and no abstract name", () => {
    const expected = new Map([
      ["12289", "/run/squall/agent one.sock"],
      ["12291", "relative.sock"],
    ]);
    expect(parseUnixListeners(TABLE)).toEqual(expected);
  });
});
