import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../test/server/fake-clock.ts";
import { type Credential, LOCAL, UNBOUND } from "./roles.ts";
import { MOST_TICKETS, TICKET_MS, Tickets } from "./tickets.ts";

const ALICE: Credential = { principal: { ...LOCAL, name: "alice" }, binding: UNBOUND, expiresMs: null, parent: null };
let clock: FakeClock;
let tickets: Tickets;
beforeEach(() => {
  clock = new FakeClock();
  tickets = new Tickets(clock);
});

describe("a ticket", () => {
  it("is 192 bits of chance that nothing keeps, and stands for who made it", () => {
    const { ticket, expiresMs } = tickets.make(ALICE);
    expect(ticket).toMatch(/^[0-9a-f]{48}$/);
    expect(tickets.make(ALICE).ticket).not.toBe(ticket);
    expect(expiresMs).toBe(clock.wallMs() + TICKET_MS);
    expect(tickets.redeem(ticket)).toBe(ALICE);
  });
  it("is good once, and a wrong one never", () => {
    const { ticket } = tickets.make(ALICE);
    for (const wrong of ["", ticket.slice(1), `${ticket}0`, ` ${ticket}`]) expect(tickets.redeem(wrong)).toBeNull();
    expect(tickets.redeem(ticket)).toBe(ALICE);
    expect(tickets.redeem(ticket)).toBeNull();
  });
  it("is good for a minute to the millisecond, whatever becomes of the wall clock", async () => {
    const [first, second] = [tickets.make(ALICE).ticket, tickets.make(ALICE).ticket];
    clock.wallJumpMs = -3_600_000;
    await clock.advance(TICKET_MS - 1);
    expect(tickets.redeem(first)).toBe(ALICE);
    await clock.advance(1);
    expect(tickets.redeem(second)).toBeNull();
  });
  it("makes room for another: of too many the oldest of the same token go, and no other", () => {
    const bob = tickets.make({ ...ALICE, principal: { ...ALICE.principal, token: "b" } }).ticket;
    const made = Array.from({ length: MOST_TICKETS + 2 }, () => tickets.make(ALICE).ticket);
    const good = made.map((ticket) => tickets.redeem(ticket) !== null);
    expect(good).toEqual([false, false, ...Array(MOST_TICKETS).fill(true)]);
    expect(tickets.redeem(bob)).not.toBeNull();
  });
});
