// The cards of the wall and the arcs between them. Only one page of cards is ever in the document.
import { useMemo } from "preact/hooks";
import { AuthorMark, nameOf } from "../components/AuthorMark.jsx";
import { creditTo, joined } from "../components/CardView.jsx";
import { ArcIcon } from "../components/VerbIcon.jsx";
import { t } from "../i18n/index.js";
import { arcBetween } from "./arcs.js";
import { useFresh, useMeasure, usePages, useSize } from "./hooks.js";
import { layoutWall } from "./layout.js";
import "./Stage.css";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Segment} Segment */
/** @typedef {import("./layout.js").Placed} Placed */
/** @typedef {import("./layout.js").Page} Page */
/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */

const PAGE_MS = 15_000;
const BALL_EM = 0.24;
/** @type {Page} */
const NOTHING = { size_px: 20, gap_px: 0, cards: [] };

/** @param {{ store: BoardStore, cards: readonly Card[], sealed: number, board: BoardMeta }} props */
export function Stage({ store, cards, sealed, board }) {
  const { sections, segments } = board;
  const [area, size] = useSize();
  const measure = useMeasure();
  const layout = useMemo(() => {
    if (size.width === 0) return { pages: [NOTHING], left_out: 0 };
    return layoutWall(
      cards.map(({ id, text, parents, at_ms, section }) => ({ id, text, parents, at_ms, section: sectionOf(section, sections) })),
      { ...size, measure },
    );
  }, [cards, sections, size, measure]);
  const { page, paused } = usePages(layout.pages.length, PAGE_MS);
  const shown = layout.pages[page] ?? NOTHING;
  const known = new Map(cards.map((card) => [card.id, card]));
  const fresh = useFresh(cards.map((card) => card.id));
  const tallies = store.openRound.value?.tallies;
  const children = store.childrenOf.value;
  return (
    <div class="stage">
      <div class="stage__area" ref={area}>
        <Arcs page={shown} cards={known} fresh={fresh} {...size} />
        {shown.cards.map((place) => {
          const card = known.get(place.id);
          return card ? (
            <WallCard
              key={card.id}
              card={card}
              place={place}
              size_px={shown.size_px}
              author={card.author === null ? null : (store.people.value.get(card.author) ?? null)}
              segments={segments}
              section={sectionOf(card.section, sections)?.title}
              from={creditOf(card, known, store.people.value)}
              rebounds={children.get(card.id)?.length ?? 0}
              tally={tallies?.[card.id] ?? 0}
              fresh={fresh.has(card.id)}
            />
          ) : null;
        })}
      </div>
      {(sealed > 0 || layout.pages.length > 1) && (
        <p class="stage__foot">
          {sealed > 0 && <span class="stage__sealed">{t("wall.sealed.more", { n: sealed })}</span>}
          {layout.pages.length > 1 && (
            <span>
              {t("wall.page", { n: page + 1, count: layout.pages.length })}
              {paused && ` · ${t("wall.paused")}`}
              {layout.left_out > 0 && ` · ${t("wall.leftOut", { n: layout.left_out })}`}
            </span>
          )}
        </p>
      )}
    </div>
  );
}

/**
 * @param {{
 *   card: Card,
 *   place: Placed,
 *   size_px: number,
 *   author: import("../components/AuthorMark.jsx").ParticipantView | null,
 *   segments: readonly Segment[],
 *   section: string | undefined,
 *   from: string,
 *   rebounds: number,
 *   tally: number,
 *   fresh: boolean,
 * }} props
 */
function WallCard({ card, place, size_px, author, segments, section, from, rebounds, tally, fresh }) {
  const hidden = card.state === "hidden";
  return (
    <article
      class="wall-card"
      data-hidden={hidden || undefined}
      style={{
        transform: `translate(${place.x}px, ${place.y}px)`,
        width: `${place.width}px`,
        height: `${place.height}px`,
        fontSize: `${size_px}px`,
      }}
    >
      <div class="wall-card__paper" data-fresh={fresh || undefined}>
        {section && <p class="wall-card__section">{section}</p>}
        {hidden ? (
          <p class="wall-card__text wall-card__text--hidden">{t("card.hidden")}</p>
        ) : (
          <p class="wall-card__text" dir="auto" style={{ WebkitLineClamp: place.lines }}>
            {card.text}
          </p>
        )}
        <p class="wall-card__line">
          <AuthorMark person={author} segments={segments} />
          {from && <span class="wall-card__from">{from}</span>}
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

/**
 * @param {string | null} id
 * @param {BoardMeta["sections"]} sections
 * @returns {{ title: string, place: number } | null}
 */
function sectionOf(id, sections) {
  const place = sections.findIndex((section) => section.id === id);
  const section = sections[place];
  return section ? { title: section.title, place } : null;
}

/**
 * "from Ana and Ben": whom the cards are by that this one starts from, as far as they are on this wall; where nobody is
 * named, their first words.
 * @param {Card} card
 * @param {ReadonlyMap<string, Card>} cards
 * @param {ReadonlyMap<string, import("../components/AuthorMark.jsx").ParticipantView>} people
 * @returns {string} "" where there is nothing to credit
 */
function creditOf(card, cards, people) {
  const parents = card.parents.flatMap((id) => cards.get(id) ?? []);
  const names = parents.map(({ id, author, text }) => creditTo({ id, text, author: people.get(author ?? "") ?? null }));
  return names.length > 0 ? t("card.from", { names: joined([...new Set(names)]) }) : "";
}

/**
 * @param {{
 *   page: Page,
 *   cards: ReadonlyMap<string, Card>,
 *   fresh: ReadonlySet<string>,
 *   width: number,
 *   height: number,
 * }} props
 */
function Arcs({ page, cards, fresh, width, height }) {
  const places = new Map(page.cards.map((place) => [place.id, place]));
  const arcs = page.cards.flatMap((to) => {
    const card = cards.get(to.id);
    const verb = card?.verb;
    if (!card || !verb) return [];
    return card.parents.flatMap((parent) => {
      const from = places.get(parent);
      return from ? [{ key: `${parent} ${to.id}`, card, parent, verb, ...arcBetween(from, to, verb, page.gap_px, page.size_px * BALL_EM) }] : [];
    });
  });
  return (
    <>
      <svg class="arcs" width={width} height={height} aria-hidden="true" style={{ fontSize: `${page.size_px}px` }}>
        {arcs.map(({ key, card, verb, d, ball, bar }) => (
          <g key={key} class="arcs__arc" data-verb={verb} data-fresh={fresh.has(card.id) || undefined}>
            <path class="arcs__line" d={d} />
            {bar && <path class="arcs__bar" d={bar} />}
            <circle class="arcs__ball" cx={ball.x} cy={ball.y} r={page.size_px * BALL_EM} />
          </g>
        ))}
      </svg>
      {arcs.length > 0 && (
        <ul class="only-said">
          {arcs.map(({ key, card, parent, verb }) => (
            <li key={key}>
              {t("wall.arc", {
                child: t("part.quoted", { text: card.text }),
                verb: t(`verb.${verb}.past`),
                parent: t("part.quoted", { text: cards.get(parent)?.text ?? nameOf(null) }),
              })}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
