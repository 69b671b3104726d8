/**
 * A page that stays young: where the server serves another build, and once a day, it is loaded anew, but only while nobody is
 * here, nobody has opened the staff's door, and the server has just answered: a page without a line might not come back.
 *
 * A build is loaded anew once: where the server goes on naming one that this page never becomes, the page stays what it is.
 *
 * @import { Storage } from "./storage.js"
 * @import { Surroundings } from "./surroundings.js"
 */
import { effect } from "@preact/signals";

const DAY_MS = 24 * 3_600_000;
const FACT = "loaded-for";

/**
 * @param {object} parts
 * @param {Surroundings} parts.surroundings
 * @param {Storage} parts.storage
 * @param {Pick<ReturnType<typeof import("./seat.js").createSeat>, "served" | "answeredAt_ms">} parts.seat
 * @param {Pick<ReturnType<typeof import("./visit.js").createVisit>, "active">} parts.visit
 * @param {Pick<ReturnType<typeof import("./staff.js").createStaff>, "state" | "cleaning_s">} parts.staff
 */
export function createRenewal({ surroundings, storage, seat, visit, staff }) {
  const { build, clock_ms, reload } = surroundings;
  const since_ms = clock_ms();
  let going = false;

  const stop = effect(() => {
    const { value: answeredAt_ms } = seat.answeredAt_ms; // looked at again with each report
    const { value: served } = seat.served;
    const busy = visit.active.value || staff.state.value !== "closed" || staff.cleaning_s.value !== null;
    if (busy || going || answeredAt_ms === null) return;
    if (clock_ms() - since_ms > DAY_MS) return void leave();
    if (build !== null && served !== null && served !== build) void loadOnceFor(served);
  });

  /** @param {string} served */
  async function loadOnceFor(served) {
    const before = await storage.fact(FACT).catch(() => served); // where nothing is kept, once could be for ever
    if (before === served || visit.active.peek()) return;
    await storage.keepFact(FACT, served);
    leave();
  }

  function leave() {
    going = true;
    reload();
  }

  return { close: stop };
}
