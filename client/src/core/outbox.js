/**
 * What a person has said and the server has not answered: kept from before it is first sent until it is acknowledged (LG4).
 *
 * - A device's record holds its next mutation id and its unanswered commands, and both change in one atomic update before
 *   the command is first sent: no reload, crash or second tab can give one id to two commands.
 * - A device exists only where its counter exists. Records lost (storage cleared) mean a new device, never a counter that
 *   starts again under an old name.
 * - Every tab is a device. `sessionStorage` says which one this tab was; a tab that went away in good order clears its
 *   `live` mark, so that a reload takes the device up again, while a duplicated tab, which copies sessionStorage mark and
 *   all, sees a live device and becomes another one.
 * - A record nobody has leased any more is an orphan (closed tab, crash). Its commands may or may not have reached the
 *   server, so they are sent again under their own device's name: a new tab takes an orphan as its own device, and further
 *   ones are emptied one by one (`orphans`). The lease only keeps order; safety comes from the atomic update.
 *
 * @import { ClientCommand } from "@protocol/generated/types"
 * @import { Vault } from "./vault.js"
 */
import { randomId } from "./ids.js";

/** @typedef {{ code: string, message: string, temporary?: boolean, details?: Record<string, unknown> }} Reason */
/** @typedef {{ id: number, command: ClientCommand, refused?: Reason }} Row */
/**
 * @typedef {object} DeviceRecord
 * @property {number} next   the next mutation id
 * @property {Row[]} rows    unanswered and refused commands, oldest first
 * @property {{ owner: string, until_ms: number } | null} lease
 */

/** Longer than the minute to which browsers throttle the timers of a hidden tab. */
export const LEASE_MS = 90_000;
const TAB = "rebond.tab.";
/** Records of devices without commands are dropped when nobody has leased them for this long. */
const FORGET_MS = 14 * 24 * 3600_000;

/** Another tab has taken this device over. */
export class LeaseLost extends Error {}

export class Outbox {
  /**
   * @param {Vault} vault
   * @param {string} seat    whose commands: one person on one board
   * @param {string} device
   * @param {string} owner   this page, as long as it lives
   * @param {() => number} now_ms
   */
  constructor(vault, seat, device, owner, now_ms) {
    this.vault = vault;
    this.seat = seat;
    this.device = device;
    this.owner = owner;
    this.now_ms = now_ms;
    /** What was there when the device was taken up. @type {Row[]} */
    this.rows = [];
  }

  get key() {
    return `${prefixOf(this.seat)}${this.device}`;
  }

  /**
   * Keeps a command under a new id. Only then may it be sent. Rejects with `LeaseLost`.
   * @param {ClientCommand} command
   * @returns {Promise<number>}
   */
  async add(command) {
    let id = 0;
    await this._update((record) => {
      id = record.next;
      return { ...record, next: id + 1, rows: [...record.rows, { id, command }] };
    });
    return id;
  }

  /**
   * The same command under a new id, the old one gone.
   * @param {number} id
   * @param {ClientCommand} command
   * @returns {Promise<number>}
   */
  async renew(id, command) {
    let fresh = 0;
    await this._update((record) => {
      fresh = record.next;
      const rows = record.rows.filter((row) => row.id !== id);
      return { ...record, next: fresh + 1, rows: [...rows, { id: fresh, command }] };
    });
    return fresh;
  }

  /**
   * Answered, or given up by the person. Does not need the lease: an answer is true whoever hears it.
   * @param {number} id
   */
  async remove(id) {
    await this.vault.update(this.key, (/** @type {DeviceRecord | undefined} */ record) =>
      record && { ...record, rows: record.rows.filter((row) => row.id !== id) },
    );
  }

  /**
   * Refused, and kept for the person to mend.
   * @param {number} id
   * @param {Reason} reason
   */
  async refuse(id, reason) {
    await this.vault.update(this.key, (/** @type {DeviceRecord | undefined} */ record) =>
      record && { ...record, rows: record.rows.map((row) => (row.id === id ? { ...row, refused: reason } : row)) },
    );
  }

  /** Says that this page is still here. Rejects with `LeaseLost`. */
  async renewLease() {
    await this._update((record) => record);
  }

  /** The page is back from the back-forward cache: the device is its own again unless somebody else has it. */
  async reclaim() {
    await this.vault.update(this.key, (/** @type {DeviceRecord | undefined} */ record) => {
      const free = record && (isFree(record, this.now_ms()) || record.lease?.owner === this.owner);
      if (!record || !free) throw new LeaseLost();
      return { ...record, lease: { owner: this.owner, until_ms: this.now_ms() + LEASE_MS } };
    });
  }

  /** The page goes away in good order: whoever comes next may have the device. */
  async release() {
    await this.vault.update(this.key, (/** @type {DeviceRecord | undefined} */ record) =>
      record?.lease?.owner === this.owner ? { ...record, lease: { owner: "", until_ms: this.now_ms() } } : record,
    );
  }

  /** @param {(record: DeviceRecord) => DeviceRecord} change */
  async _update(change) {
    await this.vault.update(this.key, (/** @type {DeviceRecord | undefined} */ record) => {
      if (!record || record.lease?.owner !== this.owner) throw new LeaseLost();
      return { ...change(record), lease: { owner: this.owner, until_ms: this.now_ms() + LEASE_MS } };
    });
  }
}

/** @param {string} seat */
const prefixOf = (seat) => `device/${seat}/`;

/**
 * @typedef {object} Tab  What this tab remembers of itself across a reload.
 * @property {() => { device: string, live: boolean } | null} read
 * @property {(device: string, live: boolean) => void} write
 */

/**
 * @param {string} seat
 * @param {() => Storage} [storage]
 * @returns {Tab}
 */
export function tabOf(seat, storage = () => sessionStorage) {
  return {
    read() {
      try {
        return JSON.parse(storage().getItem(TAB + seat) ?? "null");
      } catch {
        return null;
      }
    },
    write(device, live) {
      try {
        storage().setItem(TAB + seat, JSON.stringify({ device, live }));
      } catch {
        // a tab that cannot remember itself is a new device at every load; its orphans are adopted
      }
    },
  };
}

/**
 * Takes up the outbox of this tab's device: the one it was, else an orphan with commands, else a new one.
 * @param {{ vault: Vault, seat: string, tab: Tab, owner?: string, now_ms?: () => number }} where
 * @returns {Promise<Outbox>}
 */
export async function openOutbox({ vault, seat, tab, owner = randomId(), now_ms = Date.now }) {
  const was = tab.read();
  const own = was && (await claim({ vault, seat, device: was.device, owner, now_ms, gone: !was.live }));
  const outbox =
    own ?? (await firstOrphan({ vault, seat, owner, now_ms })) ?? (await create({ vault, seat, owner, now_ms }));
  tab.write(outbox.device, true);
  return outbox;
}

/**
 * An orphan with commands in it, leased to `owner`; null when there is none.
 * @param {{ vault: Vault, seat: string, owner: string, now_ms: () => number }} where
 * @returns {Promise<Outbox | null>}
 */
export async function firstOrphan({ vault, seat, owner, now_ms }) {
  const records = /** @type {Map<string, DeviceRecord>} */ (await vault.list(prefixOf(seat)));
  for (const [key, record] of records) {
    const device = key.slice(prefixOf(seat).length);
    const free = isFree(record, now_ms());
    if (free && record.rows.length > 0) {
      const outbox = await claim({ vault, seat, device, owner, now_ms, gone: false });
      if (outbox) return outbox;
    } else if (free && now_ms() - (record.lease?.until_ms ?? 0) > FORGET_MS) {
      await vault.update(key, (/** @type {DeviceRecord | undefined} */ now) =>
        now && isFree(now, now_ms()) && now.rows.length === 0 ? undefined : now,
      );
    }
  }
  return null;
}

/**
 * Whether a closed tab of this seat has left commands behind.
 * @param {{ vault: Vault, seat: string, now_ms: () => number }} where
 * @returns {Promise<boolean>}
 */
export async function hasOrphans({ vault, seat, now_ms }) {
  const records = /** @type {Map<string, DeviceRecord>} */ (await vault.list(prefixOf(seat)));
  return [...records.values()].some((record) => record.rows.length > 0 && isFree(record, now_ms()));
}

/**
 * @param {DeviceRecord} record
 * @param {number} now_ms
 */
const isFree = (record, now_ms) => !record.lease || record.lease.until_ms <= now_ms;

/**
 * @param {{ vault: Vault, seat: string, device: string, owner: string, now_ms: () => number, gone: boolean }} what
 *   `gone`: the former page of this very tab is known to be gone, so its lease does not count.
 * @returns {Promise<Outbox | null>}
 */
async function claim({ vault, seat, device, owner, now_ms, gone }) {
  const outbox = new Outbox(vault, seat, device, owner, now_ms);
  let claimed = false;
  const record = await vault.update(outbox.key, (/** @type {DeviceRecord | undefined} */ known) => {
    claimed = known !== undefined && (gone || isFree(known, now_ms()));
    return claimed && known ? { ...known, lease: { owner, until_ms: now_ms() + LEASE_MS } } : known;
  });
  outbox.rows = record?.rows ?? [];
  return claimed ? outbox : null;
}

/**
 * @param {{ vault: Vault, seat: string, owner: string, now_ms: () => number }} where
 * @returns {Promise<Outbox>}
 */
export async function create({ vault, seat, owner, now_ms }) {
  const outbox = new Outbox(vault, seat, randomId(), owner, now_ms);
  await vault.update(outbox.key, () => ({ next: 1, rows: [], lease: { owner, until_ms: now_ms() + LEASE_MS } }));
  return outbox;
}
