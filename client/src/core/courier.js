/**
 * Empties the outboxes that closed tabs left behind: each device's unanswered commands go out once more under that
 * device's own name and ids, so that whatever had arrived before is answered as before and done once (LG4).
 *
 * @import { ClientCommand } from "@protocol/generated/types"
 * @import { World } from "./connection.js"
 * @import { Outbox, Reason } from "./outbox.js"
 * @import { Effect } from "./session.js"
 * @import { Vault } from "./vault.js"
 */
import { Connection } from "./connection.js";
import { randomId } from "./ids.js";
import { firstOrphan } from "./outbox.js";
import { Session } from "./session.js";

/** @typedef {{ command: ClientCommand, reason: Reason }} Undone */
/**
 * @typedef {object} Errand
 * @property {Vault} vault
 * @property {string} seat
 * @property {string} token
 * @property {string} url
 * @property {World} [world]
 * @property {() => number} now_ms
 * @property {() => boolean} stopped
 */

/**
 * One orphan after another until there is none. Resolves with what the server refused, words and all.
 * @param {Errand} errand
 * @returns {Promise<Undone[]>}
 */
export async function carryOrphans(errand) {
  const owner = randomId();
  /** @type {Undone[]} */
  const undone = [];
  for (;;) {
    if (errand.stopped()) return undone;
    const outbox = await firstOrphan({ ...errand, owner });
    if (!outbox) return undone;
    const answered = await carry(outbox, errand, undone);
    await outbox.release();
    if (!answered) return undone; // no line now: the next welcome tries again
  }
}

/**
 * @param {Outbox} outbox
 * @param {Errand} errand
 * @param {Undone[]} undone
 * @returns {Promise<boolean>} whether every command has its answer
 */
async function carry(outbox, { token, url, world, now_ms }, undone) {
  for (const { id, command, refused } of outbox.rows.filter((row) => row.refused)) {
    if (refused) undone.push({ command, reason: refused });
    await outbox.remove(id);
  }
  const open = outbox.rows.filter((row) => !row.refused);
  if (open.length === 0) return true;
  const session = new Session({ token, device: outbox.device });
  session.becomes(
    outbox.device,
    open.map((row) => [row.id, row.command]),
  );
  return new Promise((resolve) => {
    /** @type {Promise<unknown>[]} */
    const writes = [];
    const finish = (/** @type {boolean} */ answered) => {
      line.stop();
      void Promise.all(writes).then(() => resolve(answered));
    };
    /** @param {Effect[]} effects */
    const perform = (effects) => {
      for (const effect of effects) {
        if (effect.do === "send") line.send(effect.frame);
        else if (effect.do === "accepted") writes.push(outbox.remove(effect.accepted.id));
        else if (effect.do === "rejected" || effect.do === "renew") {
          // `renew` too goes to the person's own device, under a new id there
          const id = effect.do === "renew" ? effect.id : effect.rejected.id;
          const command = open.find((row) => row.id === id)?.command;
          const { code, message, temporary } =
            effect.do === "renew" ? { code: "stale_id", message: "", temporary: true } : effect.rejected;
          if (command && "text" in command) undone.push({ command, reason: { code, message, temporary } });
          writes.push(outbox.remove(id));
        } else if (effect.do === "wait" || effect.do === "leave" || effect.do === "reconnect") return finish(false);
      }
      if (session.phase !== "greeting" && session.unanswered.size === 0) finish(true);
      return undefined;
    };
    const line = new Connection(
      url,
      {
        opened: () => perform(session.opened(now_ms())),
        received: (frame) => perform(session.receive(frame, now_ms())),
        closed: () => finish(false),
        ended: () => finish(false),
      },
      world,
    );
    line.start();
  });
}
