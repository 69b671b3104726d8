/**
 * What a kiosk keeps across reloads and power cuts, in IndexedDB: its seat, what it last saw of each board, and what visitors
 * said and the server has not answered.
 *
 * - A command gets its mutation id in the transaction that writes it down, and that is on disk before it is said (LG4). A held
 *   one (an opinion that may still change) has no id yet, so that ids go out in the order in which they were given.
 * - A device exists per board and participant; ids count up under it, so no device is known on two boards (DM5).
 * - Of an accepted contribution whose way home is not registered yet only what that takes is kept: the words are gone.
 * - Never kept: a draft, the secret in a QR code, anything else of a visitor.
 *
 * @import { ClientCommand, Position } from "@protocol/generated/types"
 * @import { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from "idb"
 * @import { BoardState } from "../../core/fold.js"
 */
import { deleteDB, openDB } from "idb";
import { randomId } from "../../core/ids.js";

/**
 * One thing a visitor said. Held: no `id`; on its way: both; accepted, its way home not yet registered: `made`, no `command`.
 * @typedef {object} Row
 * @property {number} place     the order in which it was kept
 * @property {string} board
 * @property {ClientCommand | null} command
 * @property {number | null} id   its mutation id
 * @property {string | null} key  the hand-off's key, where there is one
 * @property {string | null} made what the server made of it
 */
/** @typedef {{ device: string, participant: string, next: number }} DeviceRecord */
/** @typedef {{ state: BoardState, position: Position | null }} KeptState */
/**
 * @typedef {DBSchema & {
 *   facts: { key: string, value: any },
 *   devices: { key: string, value: DeviceRecord },
 *   states: { key: string, value: KeptState },
 *   queue: { key: number, value: Row } }} Schema
 */
/** @typedef {IDBPTransaction<Schema, StoreNames<Schema>[], "readwrite">} Unit */

const VERSION = 1;
/** @type {IDBTransactionOptions} on disk once it resolves, so that a power cut takes nothing that was promised */
const DURABLE = { durability: "strict" };

/** @typedef {ReturnType<typeof openStorage>} Storage */

/** @param {{ database: string }} where */
export function openStorage({ database }) {
  /** @type {Promise<IDBPDatabase<Schema>> | null} */
  let opening = null;

  const opened = () => (opening ??= open(database, () => (opening = null)));

  /**
   * @template T
   * @param {(unit: Unit) => Promise<T>} work
   * @returns {Promise<T>} once it is on disk
   */
  async function change(work) {
    const unit = await begin();
    const done = unit.done;
    try {
      const result = await work(unit);
      await done;
      return result;
    } catch (error) {
      done.catch(() => undefined);
      abort(unit);
      throw error;
    }
  }

  /** @returns {Promise<Unit>} */
  async function begin() {
    const names = /** @type {StoreNames<Schema>[]} */ (["facts", "devices", "states", "queue"]);
    try {
      return (await opened()).transaction(names, "readwrite", DURABLE);
    } catch {
      opening = null; // closed behind our back: a second try opens it anew
      return (await opened()).transaction(names, "readwrite", DURABLE);
    }
  }

  /**
   * The next id of a board's device, used up.
   * @param {Unit} unit
   * @param {string} board
   */
  async function nextId(unit, board) {
    const devices = unit.objectStore("devices");
    const record = await devices.get(board);
    if (!record) throw new Error("a board is claimed before anything is said on it");
    await devices.put({ ...record, next: record.next + 1 }, board);
    return record.next;
  }

  /**
   * @param {number} place
   * @param {(row: Row, unit: Unit) => Promise<Row> | Row} mend
   * @returns {Promise<Row | null>} null: it is not there any more
   */
  const mend = (place, mend) =>
    change(async (unit) => {
      const queue = unit.objectStore("queue");
      const row = await queue.get(place);
      if (!row) return null;
      const mended = await mend(row, unit);
      await queue.put(mended);
      return mended;
    });

  return {
    /** @param {string} name @returns {Promise<any>} */
    fact: async (name) => change((unit) => unit.objectStore("facts").get(name)),

    /** @param {string} name @param {unknown} value undefined: no longer */
    keepFact: (name, value) =>
      change(async (unit) => {
        const facts = unit.objectStore("facts");
        await (value === undefined ? facts.delete(name) : facts.put(value, name));
      }),

    /** @param {string} board @returns {Promise<KeptState | undefined>} */
    state: (board) => change((unit) => unit.objectStore("states").get(board)),

    /** @param {string} board @param {KeptState} kept */
    keepState: (board, kept) => change(async (unit) => void (await unit.objectStore("states").put(kept, board))),

    /** What was seen of all other boards is forgotten. @param {readonly string[]} boards */
    keepOnly: (boards) =>
      change(async (unit) => {
        const states = unit.objectStore("states");
        for (const board of await states.getAllKeys()) if (!boards.includes(board)) await states.delete(board);
      }),

    /**
     * The device of this participant on this board. A new participant is a new device, and what waits goes out under it.
     * @param {string} board
     * @param {string} participant
     * @returns {Promise<string>}
     */
    device: (board, participant) =>
      change(async (unit) => {
        const known = await unit.objectStore("devices").get(board);
        if (known?.participant === participant) return known.device;
        const device = randomId();
        await unit.objectStore("devices").put({ device, participant, next: 1 }, board);
        const queue = unit.objectStore("queue");
        for (const row of await queue.getAll()) {
          if (row.board === board && row.id !== null) await queue.put({ ...row, id: await nextId(unit, board) });
        }
        return device;
      }),

    /** Everything that waits, oldest first. @returns {Promise<Row[]>} */
    rows: () => change((unit) => unit.objectStore("queue").getAll()),

    /**
     * @param {{ board: string, command: ClientCommand, key?: string | null }} said
     * @param {"held" | "released"} how
     * @returns {Promise<Row>}
     */
    add: ({ board, command, key = null }, how) =>
      change(async (unit) => {
        const id = how === "held" ? null : await nextId(unit, board);
        const row = { board, command, id, key, made: null };
        const place = await unit.objectStore("queue").add(/** @type {Row} */ (row));
        return { ...row, place };
      }),

    /** Other words in its place. @param {number} place @param {ClientCommand} command */
    replace: (place, command) => mend(place, (row) => ({ ...row, command })),

    /** A held one may be said from now on. @param {number} place */
    release: (place) => mend(place, async (row, unit) => ({ ...row, id: row.id ?? (await nextId(unit, row.board)) })),

    /** The same under a new id, perhaps with another command: the old one was refused, and did nothing. @param {number} place @param {ClientCommand} [command] */
    renew: (place, command) =>
      mend(place, async (row, unit) => ({ ...row, command: command ?? row.command, id: await nextId(unit, row.board) })),

    /** Accepted; only what its way home takes stays. @param {number} place @param {string} made */
    accepted: (place, made) => mend(place, (row) => ({ ...row, command: null, id: null, made })),

    /** @param {number} place */
    remove: (place) => change((unit) => unit.objectStore("queue").delete(place)),

    /** As if there had never been a kiosk here. */
    clear: () =>
      change(async (unit) => {
        for (const name of unit.objectStoreNames) await unit.objectStore(name).clear();
      }),

    async close() {
      (await opening)?.close();
      opening = null;
    },
  };
}

/**
 * A database that cannot be opened (a profile damaged by a power cut) is made anew: a kiosk that shows the board is worth more
 * than one that stands still for what nobody can read any more.
 * @param {string} name
 * @param {() => void} gone  the browser has closed it
 */
async function open(name, gone) {
  try {
    return await openOnce(name, gone);
  } catch {
    await deleteDB(name);
    return openOnce(name, gone);
  }
}

/** @param {string} name @param {() => void} gone @returns {Promise<IDBPDatabase<Schema>>} */
const openOnce = (name, gone) =>
  openDB(name, VERSION, {
    upgrade(database) {
      for (const store of /** @type {const} */ (["facts", "devices", "states"])) database.createObjectStore(store);
      database.createObjectStore("queue", { keyPath: "place", autoIncrement: true });
    },
    blocking: (_now, _wanted, event) => /** @type {IDBDatabase} */ (event.target).close(),
    terminated: gone,
  });

/** @param {Unit} unit */
function abort(unit) {
  try {
    unit.abort();
  } catch {
    // it has ended by itself
  }
}
