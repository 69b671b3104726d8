/**
 * The service worker of the phone and, as `/sw.js?for=kiosk`, of the kiosk: the page and its files, kept so that they open in a
 * tunnel, in a lift, or after a power cut without a line. Never an answer of the API, never a word of a board: what people write
 * is kept by the page itself. A kiosk keeps the pictures in its window besides, so many at most.
 *
 * - A page is asked of the network first, so that nobody stays on an old version; only without an answer, or without one in
 *   good time, it comes from here.
 * - Hashed files never change: they come from here first. A page of yesterday may still ask for one of yesterday's files, so
 *   the files of the version before are kept as well. Pictures are named by what they show, and never change either.
 * - A new version takes over at once: it serves old pages just as well.
 *
 * - English and French are always kept. Of languages beyond them a phone keeps what its owner reads, and what it fetched; a
 *   kiosk, whose visitors may read any, keeps them all.
 *
 * What is kept, and under which version, the build writes above this (`BUILD`, vite.config.js).
 */

const worker = /** @type {any} */ (self);
const SURFACE = new URL(location.href).searchParams.get("for") === "kiosk" ? "kiosk" : "phone";
/** @type {{ FILES: string[], WORDS: Record<string, string[]>, VERSION: string }} */
const { FILES, WORDS, VERSION } = worker.BUILD[SURFACE];
const PREFIX = `rebond-${SURFACE}-`;
const HERE = PREFIX + VERSION;
/** Under this name the page itself is kept, and by this address it is asked for: it is the same for every board. */
const { PAGE, ASKED } = { phone: { PAGE: "/j/", ASKED: "/j/-" }, kiosk: { PAGE: "/kiosk", ASKED: "/kiosk" } }[SURFACE];
const PATIENCE_MS = 4_000;
const PICTURE = /^\/api\/boards\/[^/]+\/pictures\/[0-9a-f]{64}$/;
const PICTURES = "rebond-pictures";
/** A lab's windows may hold more than a device should: the oldest make room. */
const PICTURES_MAX = 100;

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
  else if (SURFACE === "kiosk" && PICTURE.test(pathname)) event.respondWith(picture(request));
  else if (pathname === "/brand.css" || (SURFACE === "kiosk" && LOOKS.has(pathname))) event.respondWith(look(request));
});

/** Whose board it is: as it is now, else as it was. */
const LOOKS = new Set(["/api/brand", "/brand/logo"]);

/** @param {string} tag */
const baseOf = (tag) => tag.split("-")[0];

/** @param {string} tag of a language */
const isRead = (tag) => SURFACE === "kiosk" || navigator.languages.some((one) => baseOf(one) === baseOf(tag));

async function fill() {
  const cache = await caches.open(HERE);
  const words = Object.keys(WORDS).filter(isRead).flatMap((tag) => WORDS[tag] ?? []);
  await cache.addAll([...FILES, ...words, "/brand.css"].map((path) => new Request(path, { cache: "no-cache" })));
  await cache.put(PAGE, await answered(await fetch(ASKED, { cache: "no-cache" })));
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
async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const copy = answer.clone();
    void caches.open(HERE).then((cache) => cache.put(request, copy)).catch(() => undefined); // a full disk keeps nobody from reading
  }
  return answer;
}

/** @param {Request} request */
async function picture(request) {
  const cache = await caches.open(PICTURES);
  const known = await cache.match(request);
  if (known) return known;
  const response = await fetch(request);
  if (response.ok) await keep(cache, request, response.clone());
  return response;
}

/** @param {Cache} cache @param {Request} request @param {Response} response */
async function keep(cache, request, response) {
  await cache.put(request, response);
  const keys = await cache.keys(); // in the order in which they came
  await Promise.all(keys.slice(0, -PICTURES_MAX).map((old) => cache.delete(old)));
}

/** The organisation's colours, name and logo: as they are now, else as they were. @param {Request} request */
async function look(request) {
  try {
    const response = await fetch(request);
    if (SURFACE === "kiosk" && response.ok) await (await caches.open(HERE)).put(request, response.clone());
    return response;
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
