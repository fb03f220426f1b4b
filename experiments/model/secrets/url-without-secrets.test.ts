import { expect, it } from "vitest";
import { urlWithoutSecrets } from "./url-without-secrets.ts";

it.each([
  ["http://name:secret@proxy.example:3128/x", "http://…@proxy.example:3128/x"],
  ["http://name:se@cret@proxy.example", "http://…@proxy.example"],
  ["name:secret@proxy.example:3128", "…@proxy.example:3128"],
  ["htp//name:secret@proxy.example", "htp//…@proxy.example"],
  ["https://squall.example:4780/a@b", "https://squall.example:4780/a@b"],
])("%s is shown as %s", (text, shown) => {
  expect(urlWithoutSecrets(text)).toBe(shown);
});
