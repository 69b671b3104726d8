/**
 * A page that stays young: where the server serves another build, and once a day, it is loaded anew, but only while nobody is
 * here, nobody has opened the staff's door, and the server has just answered: a page without a line might not come back.
 *
 * A page is of the build whose assets it names. Which that is it finds out by looking at the page that is served, each time the
 * server names another build; and it is loaded anew once for each, should it never become what the server names.
 *
 * @import { Storage } from "./storage.js"
 * @import { Surroundings } from "./surroundings.js"
 */
import { effect, signal } from "@preact/signals";

const DAY_MS = 24 * 3_600_000;
const FACT = "loaded-for";

/**
 * @param {object} parts
 * @param {Surroundings} parts.surroundings
 * @param {Storage} parts.storage
 * @param {Pick<ReturnType<typeof import("./seat.js").createSeat>, "served" | "build" | "answeredAt_ms">} parts.seat
 * @param {Pick<ReturnType<typeof import("./visit.js").createVisit>, "active">} parts.visit
 * @param {Pick<ReturnType<typeof import("./staff.js").createStaff>, "state" | "cleaning_s">} parts.staff
 */
export function createRenewal({ surroundings, storage, seat, visit, staff }) {
  const { clock_ms, reload, document } = surroundings;
  const since_ms = clock_ms();
  const mine = assetsOf(surroundings.loaded);
  /** Whether this page is an old one. */
  const old = signal(false);
  let gone = false;

  /** The build that this page did not become: nothing more is to be done about it. @type {string | null} */
  let other = null;

  const unlook = effect(() => {
    const { value: served } = seat.served;
    const heard = seat.answeredAt_ms.value !== null; // looked at again with each report
    if (heard && served !== null && served !== seat.build.peek() && served !== other) void look(served);
  });

  const unfollow = effect(() => {
    const answeredAt_ms = seat.answeredAt_ms.value;
    const busy = visit.active.value || staff.state.value !== "closed" || staff.cleaning_s.value !== null;
    const aged = clock_ms() - since_ms > DAY_MS;
    if (busy || gone || answeredAt_ms === null || !(old.value || aged)) return;
    gone = true;
    document.body.inert = true; // a touch on a page that goes would begin a visit, and lose it with the page
    reload();
  });

  /** Am I this build? @param {string} served */
  async function look(served) {
    const page = await surroundings.served().catch(() => null); // the next report asks again
    if (page === null || seat.served.peek() !== served) return;
    if (assetsOf(page) === mine) {
      seat.build.value = served;
      return;
    }
    other = served;
    const before = await storage.fact(FACT).catch(() => served); // where nothing is kept, once could be for ever
    if (before === served) return;
    await storage.keepFact(FACT, served);
    old.value = true;
  }

  return {
    close() {
      unlook();
      unfollow();
    },
  };
}

/** What a page names of the build, in one line. @param {string} page */
export const assetsOf = (page) => [...new Set(page.match(/\/assets\/[\w.-]+/g))].sort().join(" ");
