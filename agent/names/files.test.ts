import { expect, test } from "vitest";
import { parseHosts } from "./hosts-file.ts";
import { parseResolvConf } from "./resolv-conf.ts";
import { fullNames } from "./search-list.ts";

test("resolv.conf of a Kubernetes pod", () => {
  const text =
    "nameserver 10.96.0.10\nsearch shop.svc.cluster.local svc.cluster.local. cluster.local\noptions ndots:5\n";
  expect(parseResolvConf(text)).toEqual({
    servers: ["10.96.0.10"],
    search: ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"],
    ndots: 5,
    timeoutMs: 5_000,
    attempts: 2,
  });
});
test("resolv.conf: comments, unknown lines, the last search line, three servers, capped numbers", () => {
  const text = `# search no.example
; nameserver 1.1.1.1
nameserver dns.example
nameserver
domain first.example
nameserver 127.0.0.53 # local
nameserver\t::1
nameserver 10.0.0.1
nameserver 10.0.0.2
sortlist 130.155.160.0
search last.example
options ndots:99 timeout:0 attempts:x edns0
options ndots:3 ndots:4`;
  expect(parseResolvConf(text)).toEqual({
    servers: ["127.0.0.53", "::1", "10.0.0.1"],
    search: ["last.example"],
    ndots: 4,
    timeoutMs: 1_000,
    attempts: 2,
  });
  expect(parseResolvConf("")).toEqual({ servers: [], search: [], ndots: 1, timeoutMs: 5_000, attempts: 2 });
});
test("hosts: names of any case, several addresses of a name, lines that are none", () => {
  const hosts = parseHosts(
    "127.0.0.1 localhost\n::1\tlocalhost ip6-localhost # six\n#10.0.0.1 no\nx y\n10.0.0.2 Payments pay\n",
  );
  expect([...hosts]).toEqual([
    ["localhost", ["127.0.0.1", "::1"]],
    ["ip6-localhost", ["::1"]],
    ["payments", ["10.0.0.2"]],
    ["pay", ["10.0.0.2"]],
  ]);
});
test.each([
  ["payments", 5, ["payments.a", "payments.b", "payments"]],
  ["payments.shop", 1, ["payments.shop", "payments.shop.a", "payments.shop.b"]],
  ["payments.shop", 5, ["payments.shop.a", "payments.shop.b", "payments.shop"]],
  ["payments.", 5, ["payments"]],
])("full names of %s with ndots:%s", (name, ndots, names) => {
  expect(fullNames(name, { search: ["a", "b"], ndots })).toEqual(names);
});
