// Everybody's own order of what is voted on: the client's sum is the server's, example by example.
import { expect, it } from "vitest";
import { orderHash, shuffled } from "../../src/phone/choose/order.js";

const FILES = import.meta.glob("../../../protocol/vectors/ballots/order.json", { import: "default", eager: true });
/** @type {{ hashes: Record<string, number>, orders: { says: string, round: string, participant: string, items: string[], order: string[] }[] }} */
const vectors = /** @type {any} */ (Object.values(FILES)[0]);

it("hashes as the protocol's examples say", () => {
  for (const [text, hash] of Object.entries(vectors.hashes)) expect(orderHash(text), text).toBe(hash);
});

for (const { says, round, participant, items, order } of vectors.orders) {
  it(`orders ${says}, however they come in`, () => {
    const ids = (/** @type {string[]} */ list) => shuffled(list.map((id) => ({ id })), `${round}:${participant}`).map(({ id }) => id);
    expect(ids(items)).toEqual(order);
    expect(ids([...items].reverse())).toEqual(order);
  });
}
