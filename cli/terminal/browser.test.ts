import { describe, expect, it } from "vitest";
import { browserOf } from "./browser.ts";

const URL = "http://127.0.0.1:4780/#/enter/0123";
const argv = (platform: NodeJS.Platform, environment: NodeJS.ProcessEnv = {}) =>
  browserOf(URL, { platform, environment });

describe("the browser", () => {
  it("is what the platform opens pages with", () => {
    expect(argv("darwin")).toEqual(["open", URL]);
    expect(argv("win32")).toEqual(["cmd", "/c", "start", "", URL]);
    for (const display of [{ DISPLAY: ":0" }, { WAYLAND_DISPLAY: "wayland-0" }])
      expect(argv("linux", display)).toEqual(["xdg-open", URL]);
  });
  it("is none where there is no display", () => {
    expect(argv("linux")).toBeNull();
    expect(argv("freebsd", { DISPLAY: "", BROWSER: " " })).toBeNull();
  });
  it("is the one that $BROWSER names, display or not, with the page where it says", () => {
    expect(argv("linux", { BROWSER: "firefox" })).toEqual(["firefox", URL]);
    expect(argv("linux", { BROWSER: "w3m -no-cookie %s:lynx", DISPLAY: ":0" })).toEqual(["w3m", "-no-cookie", URL]);
    expect(argv("linux", { BROWSER: "show --page=%s" })).toEqual(["show", `--page=${URL}`]);
    expect(argv("win32", { BROWSER: "C:\\b.exe;D:\\c.exe" })).toEqual(["C:\\b.exe", URL]);
  });
});
