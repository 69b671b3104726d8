// Tells a screen reader what the others do: gathered by the live region, never moving the focus.
import { effect } from "@preact/signals";
import { nameOf } from "../../components/AuthorMark.jsx";
import { say } from "../../components/LiveRegion.jsx";
import { fetchTexts, language, t } from "../../i18n/index.js";
import "./texts.js";

/**
 * @param {import("../../core/store.js").BoardStore} store
 * @returns {() => void} stops
 */
export function listen(store) {
  void fetchTexts(language.peek()).catch(() => undefined); // `t` asks again
  const seen = new Set(store.cards.peek().keys());
  let round = store.openRound.peek()?.id ?? null;
  const stops = [
    effect(() => {
      const cards = store.cards.value;
      const mine = store.authored.peek();
      for (const card of cards.values()) {
        if (seen.has(card.id)) continue;
        seen.add(card.id);
        if (mine.has(card.id) || card.state !== "shown" || card.sealed) continue;
        const name = nameOf(card.author ? store.people.peek().get(card.author) : null);
        say(t(card.parents.length > 0 ? "phone.card.saidRebound" : "phone.card.said", { name, text: card.text }));
      }
    }),
    effect(() => {
      const now = store.openRound.value?.id ?? null;
      if (now === round) return;
      round = now;
      say(t(now ? "phone.vote.saidOpen" : "phone.vote.closed"));
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
