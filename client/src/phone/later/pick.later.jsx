// Choosing one idea, or one stack, out of all: a search field and a list of buttons. For a rebound that combines, and for stacking.
import { useMemo, useState } from "preact/hooks";
import { nameOf } from "../../components/AuthorMark.jsx";
import { stackTitle } from "../../components/itemWords.js";
import { Sheet } from "../../components/Sheet.jsx";
import { t } from "../../i18n/index.js";
import { authorOf } from "../PhoneCard.jsx";
import { isOpen } from "../permits.js";
import "./lineage.css";
import "./texts.js";

/** @typedef {import("../BoardScreen.jsx").Desk} Desk */

const OFFERED = 30;

/**
 * @param {{ desk: Desk, title: string, taken: readonly string[], onPick: (card: string) => void, onClose: () => void,
 *   onStack?: (group: string) => void }} props  `onStack`: stacks are offered too, in place of the cards in them
 */
export default function PickSheet({ desk, title, taken, onPick, onClose, onStack }) {
  const [search, setSearch] = useState("");
  const ordered = desk.store.ordered.value;
  const groups = desk.store.groups.value;
  const wanted = plain(search);
  const stacks = useMemo(
    () =>
      onStack
        ? [...groups.values()]
            .map((group) => ({ id: group.id, words: stackTitle(group, ordered.filter((card) => card.group === group.id)) }))
            .filter(({ id, words }) => !taken.includes(id) && plain(words).includes(wanted))
        : [],
    [groups, onStack, ordered, taken, wanted],
  );
  const found = useMemo(
    () =>
      ordered
        .filter((card) => isOpen(card) && !taken.includes(card.id) && !(onStack && groups.has(card.group ?? "")))
        .filter((card) => plain(card.text).includes(wanted))
        .slice(0, OFFERED),
    [groups, onStack, ordered, taken, wanted],
  );
  return (
    <Sheet open title={title} onClose={onClose}>
      <input
        class="input"
        type="search"
        aria-label={t("phone.rebound.search")}
        placeholder={t("phone.rebound.search")}
        value={search}
        onInput={(event) => setSearch(event.currentTarget.value)}
      />
      {found.length === 0 && stacks.length === 0 && <p class="quiet">{t("phone.rebound.none")}</p>}
      <ul class="lineage__list">
        {stacks.map(({ id, words }) => (
          <li key={id}>
            <button type="button" class="lineage__card" onClick={() => onStack?.(id)}>
              <span class="lineage__text">{words}</span>
              <span class="quiet small">{t("phone.stack.one")}</span>
            </button>
          </li>
        ))}
        {found.map((card) => (
          <li key={card.id}>
            <button type="button" class="lineage__card" onClick={() => onPick(card.id)}>
              <span class="lineage__text">{card.text}</span>
              <span class="quiet small">{card.author ? nameOf(authorOf(desk, card)) : ""}</span>
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

/**
 * Letters alone, so that « idée » is found by "idee".
 * @param {string} text
 */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
