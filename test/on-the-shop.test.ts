/** All that runs on the shop, whose ports are fixed: one after the other, in one process. */
import "./docs.test.ts";
import "./mesh/experiments.test.ts";
import "./mesh/shop.test.ts";
