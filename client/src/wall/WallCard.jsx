// One card of the poster: its words, who wrote it, whom it owes, what it was given.
import { AuthorMark, nameOf } from "../components/AuthorMark.jsx";
import { creditTo, joined } from "../components/CardView.jsx";
import { ArcIcon, VerbIcon } from "../components/VerbIcon.jsx";
import { t } from "../i18n/index.js";
import { placeStyle } from "./placeStyle.js";
import "./WallCard.css";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */

/**
 * @param {{
 *   card: Card,
 *   place: import("./layout/layout.js").Placed,
 *   size_px: number,
 *   store: import("../core/store.js").BoardStore,
 *   segments: readonly import("../components/AuthorMark.jsx").Segment[],
 *   section?: string | undefined,
 *   fresh?: boolean,
 *   turned?: number,
 *   tally?: number,
 * }} props `turned`: it has just been revealed, as the so-manieth
 */
export function WallCard({ card, place, size_px, store, segments, section, fresh = false, turned, tally = 0 }) {
  const hidden = card.state === "hidden";
  const people = store.people.value;
  const rebounds = store.childrenOf.value.get(card.id)?.length ?? 0;
  const from = creditOf(card, store.cards.value, people);
  const { feet = 1 } = place;
  const parted = feet > 1;
  return (
    <article class="wall-card" data-hidden={hidden || undefined} style={placeStyle(place, size_px)}>
      <div
        class="wall-card__paper"
        data-fresh={fresh || undefined}
        data-turned={turned !== undefined || undefined}
        data-colour={(!hidden && card.colour) || undefined}
        style={turned === undefined ? undefined : { animationDelay: `${turned * 35}ms` }}
      >
        {section && <p class="wall-card__section">{section}</p>}
        {hidden ? (
          <p class="wall-card__text wall-card__text--hidden">{t("card.hidden")}</p>
        ) : (
          <p class="wall-card__text" dir="auto" lang={card.lang} style={{ WebkitLineClamp: place.lines }}>
            {card.text}
          </p>
        )}
        <p class="wall-card__line" data-parted={parted || undefined}>
          <AuthorMark person={card.author === null ? null : people.get(card.author)} segments={segments} />
          {from && (
            <span class="wall-card__from">
              <VerbIcon verb={card.verb ?? "extends"} label={t(`verb.${card.verb ?? "extends"}`)} />
              <span class="wall-card__names" style={parted ? { WebkitLineClamp: feet - 1 } : undefined}>
                {from}
              </span>
            </span>
          )}
          {rebounds > 0 && (
            <span class="wall-card__rebounds">
              <ArcIcon />
              <span aria-hidden="true">{rebounds}</span>
              <span class="only-said">{t("card.rebounds", { n: rebounds })}</span>
            </span>
          )}
          {tally > 0 && <strong class="wall-card__tally">{t("part.card.tally", { n: tally })}</strong>}
        </p>
      </div>
    </article>
  );
}

/** What may stand beside an author's name. */
const MARKS = /** @type {const} */ (["segment", "staff", "rebounds"]);

/**
 * @param {Card} card
 * @param {import("../core/store.js").BoardStore} store
 * @returns {import("./items.js").Named | null} null for a card that credits nobody
 */
export function namedOn(card, { cards, people, childrenOf }) {
  const credit = card.parents.length > 0 && creditOf(card, cards.value, people.value);
  if (!credit) return null;
  const person = people.value.get(card.author ?? "");
  const staff = person !== undefined && person.role !== "participant";
  const rebounds = childrenOf.value.get(card.id)?.length ?? 0;
  return {
    author: [nameOf(person), staff && t("part.staff"), rebounds].filter(Boolean).join(" "),
    credit,
    marks: MARKS.filter((mark) => ({ segment: person?.segment != null, staff, rebounds: rebounds > 0 })[mark]),
  };
}

/**
 * "from Ana and Ben": whom the cards are by that this one starts from, as far as they are on this wall; where nobody is
 * named, their first words.
 * @param {Card} card
 * @param {ReadonlyMap<string, Card>} cards
 * @param {ReadonlyMap<string, import("../components/AuthorMark.jsx").ParticipantView>} people
 * @returns {string} "" where there is nothing to credit
 */
export function creditOf(card, cards, people) {
  const parents = card.parents.flatMap((id) => cards.get(id) ?? []);
  const names = parents.map(({ id, author, text }) => creditTo({ id, text, author: people.get(author ?? "") ?? null }));
  return names.length > 0 ? t("card.from", { names: joined([...new Set(names)]) }) : "";
}
