/**
 * The phone's service worker: the page and its files, kept so that they open in a tunnel or a lift. Never an answer of the
 * API, never a word of a board: what people write is kept by the page itself, in its outbox.
 *
 * - A page is asked of the network first, so that nobody stays on an old version; only without an answer, or without one in
 *   good time, it comes from here.
 * - Hashed files never change: they come from here first. A page of yesterday may still ask for one of yesterday's files, so
 *   the files of the version before are kept as well.
 * - A new version takes over at once: it serves old pages just as well.
 *
 * What is kept, and under which version, the build writes above this (`BUILD`, vite.config.js).
 */

const worker = /** @type {any} */ (self);
/** @type {{ FILES: string[], VERSION: string }} */
const { FILES, VERSION } = worker.BUILD;
const PREFIX = "rebond-phone-";
const HERE = PREFIX + VERSION;
/** Under this name the page itself is kept: it is the same for every board. */
const PAGE = "/j/";
const PATIENCE_MS = 4_000;

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(fill().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(forgetOld().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname.startsWith(PAGE)) event.respondWith(page(request));
  else if (pathname.startsWith("/assets/")) event.respondWith(file(request));
  else if (pathname === "/brand.css") event.respondWith(look(request));
});

async function fill() {
  const cache = await caches.open(HERE);
  await cache.addAll([...FILES, "/brand.css"].map((path) => new Request(path, { cache: "no-cache" })));
  await cache.put(PAGE, await answered(await fetch(`${PAGE}-`, { cache: "no-cache" })));
}

/** All versions but this one and the one before. */
async function forgetOld() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== HERE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
}

/** @param {Request} request */
async function page(request) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    return await fetch(request, { signal: giveUp.signal });
  } catch (error) {
    const kept = await (await caches.open(HERE)).match(PAGE);
    if (kept) return kept;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Request} request */
const file = async (request) => (await caches.match(request)) ?? fetch(request);

/** The organisation's colours: as they are now, else as they were. @param {Request} request */
async function look(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}

/** @param {Response} response @returns {Promise<Response>} only if it is what was asked for */
async function answered(response) {
  if (!response.ok) throw new Error(`${response.status} for the page`);
  return response;
}
