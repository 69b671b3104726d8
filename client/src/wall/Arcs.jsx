// The arcs between the cards of a page: drawn for the eye, said in words for everybody else.
import { nameOf } from "../components/AuthorMark.jsx";
import { t } from "../i18n/index.js";
import { arcBetween } from "./layout/arcs.js";
import "./Arcs.css";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */

const BALL_EM = 0.24;

/**
 * @param {{
 *   page: import("./layout/layout.js").Page,
 *   cards: ReadonlyMap<string, Card>,
 *   fresh: ReadonlySet<string>,
 *   width: number,
 *   height: number,
 * }} props
 */
export function Arcs({ page, cards, fresh, width, height }) {
  const places = new Map(page.cards.map((place) => [place.id, place]));
  const arcs = page.links.flatMap(({ from, to, lanes }) => {
    const [start, end, card] = [places.get(from), places.get(to), cards.get(to)];
    if (!start || !end || !card?.verb) return [];
    const drawn = arcBetween(start, end, card.verb, page.size_px, page.size_px * BALL_EM, lanes);
    return [{ key: `${from} ${to}`, parent: from, card, verb: card.verb, ...drawn }];
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
      <ArcsSaid links={arcs.map(({ parent, card }) => ({ from: parent, to: card.id }))} cards={cards} />
    </>
  );
}

/** Who starts from whom, in words. @param {{ links: readonly { from: string, to: string }[], cards: ReadonlyMap<string, Card> }} props */
export function ArcsSaid({ links, cards }) {
  const said = links.flatMap(({ from, to }) => {
    const card = cards.get(to);
    return card?.verb ? [{ key: `${from} ${to}`, card, verb: card.verb, parent: cards.get(from) }] : [];
  });
  if (said.length === 0) return null;
  return (
    <ul class="only-said">
      {said.map(({ key, card, verb, parent }) => (
        <li key={key}>
          {t("wall.arc", {
            child: t("part.quoted", { text: card.text }),
            verb: t(`wall.verb.${verb}`),
            parent: t("part.quoted", { text: parent?.text ?? nameOf(null) }),
          })}
        </li>
      ))}
    </ul>
  );
}
