/**
 * Small records that survive a reload: a key, a plain value, and `update`, which reads and writes one of them as a unit.
 *
 * Three kinds behind one interface (one contract test runs on all): IndexedDB, where a transaction makes `update` atomic
 * across tabs and durable once it resolves; localStorage, where that is missing; memory, where a private mode forbids both.
 */

/**
 * @typedef {object} Vault
 * @property {"indexeddb" | "localstorage" | "memory"} kind
 * @property {<T>(key: string, change: (value: T | undefined) => T | undefined) => Promise<T | undefined>} update
 *   Replaces the value by what `change` makes of it (undefined: takes it away). Resolves when it is stored. `change` may
 *   throw: then nothing is changed and the promise rejects.
 * @property {<T>(prefix: string) => Promise<Map<string, T>>} list  Every record whose key begins so.
 */

const DATABASE = "rebond";
const STORE = "records";
const PREFIX = "rebond.record.";

/**
 * The best vault this browser gives.
 * @returns {Promise<Vault>}
 */
export async function openVault() {
  try {
    return await indexedVault(globalThis.indexedDB);
  } catch {
    // absent, or refused in a private window
  }
  try {
    return storageVault(globalThis.localStorage);
  } catch {
    return memoryVault();
  }
}

/** A browser that has not opened its database after this long never will (seen on phones just woken up). */
const OPENING_MS = 3_000;

/**
 * @param {IDBFactory} factory
 * @returns {Promise<IDBDatabase>}
 */
function openDatabase(factory) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("IndexedDB does not open")), OPENING_MS);
    const opening = factory.open(DATABASE, 1);
    opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE);
    opening.onsuccess = () => {
      clearTimeout(timer);
      resolve(opening.result);
    };
    opening.onerror = () => {
      clearTimeout(timer);
      reject(opening.error);
    };
  });
}

/**
 * @param {IDBFactory} factory
 * @returns {Promise<Vault>}
 */
export async function indexedVault(factory) {
  let database = await openDatabase(factory);

  /**
   * @param {IDBTransactionMode} mode
   * @returns {Promise<IDBTransaction>}
   */
  async function begin(mode) {
    // strict: resolved means on disk, so that an id that was said is never given out again after a crash
    /** @type {IDBTransactionOptions} */
    const options = { durability: "strict" };
    try {
      return database.transaction(STORE, mode, options);
    } catch {
      // phones close a sleeping page's database behind its back
      database = await openDatabase(factory);
      return database.transaction(STORE, mode, options);
    }
  }

  /**
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore, fail: (error: unknown) => void) => void} work
   * @returns {Promise<void>}
   */
  async function transaction(mode, work) {
    const unit = await begin(mode);
    return new Promise((resolve, reject) => {
      /** @type {unknown} */
      let failure = null;
      unit.oncomplete = () => resolve();
      unit.onabort = unit.onerror = () => reject(failure ?? unit.error);
      work(unit.objectStore(STORE), (error) => {
        failure = error;
        unit.abort();
      });
    });
  }

  return {
    kind: "indexeddb",
    async update(key, change) {
      /** @type {any} */
      let result;
      await transaction("readwrite", (store, fail) => {
        const reading = store.get(key);
        reading.onsuccess = () => {
          try {
            result = change(reading.result);
          } catch (error) {
            return fail(error);
          }
          if (result === undefined) store.delete(key);
          else store.put(result, key);
        };
      });
      return result;
    },
    async list(prefix) {
      const found = new Map();
      await transaction("readonly", (store) => {
        const walking = store.openCursor(IDBKeyRange.bound(prefix, `${prefix}\uffff`));
        walking.onsuccess = () => {
          const cursor = walking.result;
          if (!cursor) return;
          found.set(String(cursor.key), cursor.value);
          cursor.continue();
        };
      });
      return found;
    },
  };
}

/**
 * @param {Storage} storage
 * @returns {Vault}
 */
export function storageVault(storage) {
  storage.setItem(`${PREFIX}?`, "1"); // throws where it is forbidden or full
  storage.removeItem(`${PREFIX}?`);
  return {
    kind: "localstorage",
    async update(key, change) {
      const text = storage.getItem(PREFIX + key);
      const result = change(text === null ? undefined : JSON.parse(text));
      if (result === undefined) storage.removeItem(PREFIX + key);
      else storage.setItem(PREFIX + key, JSON.stringify(result));
      return result;
    },
    async list(prefix) {
      const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
      const wanted = keys.filter((key) => key.startsWith(PREFIX + prefix));
      return new Map(wanted.map((key) => [key.slice(PREFIX.length), JSON.parse(storage.getItem(key) ?? "null")]));
    },
  };
}

/** @returns {Vault} */
export function memoryVault() {
  /** @type {Map<string, any>} */
  const records = new Map();
  return {
    kind: "memory",
    async update(key, change) {
      const result = change(structuredClone(records.get(key)));
      if (result === undefined) records.delete(key);
      else records.set(key, structuredClone(result));
      return result;
    },
    async list(prefix) {
      return new Map([...records].filter(([key]) => key.startsWith(prefix)).map(([k, v]) => [k, structuredClone(v)]));
    },
  };
}
