// One idea with its lineage: what it starts from, all the way up, and what it led to. Each step is a button to that card.
import { useState } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { CardView } from "../components/CardView.jsx";
import { Sheet } from "../components/Sheet.jsx";
import { ArcIcon, VerbIcon } from "../components/VerbIcon.jsx";
import { nameOf } from "../components/AuthorMark.jsx";
import { t } from "../i18n/index.js";
import { authorOf, parentsOf, startRebound } from "./PhoneCard.jsx";
import { isOpen, may } from "./permits.js";
import "./DetailSheet.css";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("./BoardScreen.jsx").Desk} Desk */

/** @param {{ desk: Desk, card: string, onClose: () => void }} props */
export function DetailSheet({ desk, card: asked, onClose }) {
  const [path, setPath] = useState([asked]);
  const { store } = desk;
  const id = path[path.length - 1] ?? asked;
  const card = store.cards.value.get(id);
  const go = (/** @type {string} */ next) => setPath([...path, next]);
  const back = path.length > 1 && <Button onClick={() => setPath(path.slice(0, -1))}>{t("common.back")}</Button>;
  if (!card) {
    return (
      <Sheet open title={t("phone.detail.title")} onClose={onClose} foot={back}>
        <p>{t("phone.detail.gone")}</p>
      </Sheet>
    );
  }
  const children = (store.childrenOf.value.get(id) ?? []).flatMap((child) => store.cards.value.get(child) ?? []);
  const open = isOpen(card);
  return (
    <Sheet
      open
      title={t("phone.detail.title")}
      onClose={onClose}
      foot={
        <>
          {back}
          {open && may(store.board.value, store.you.value, "rebound") && (
            <Button kind="primary" class="phone-card__rebound" onClick={() => startRebound(desk, id)}>
              <ArcIcon />
              {t("phone.card.rebound")}
            </Button>
          )}
        </>
      }
    >
      {card.parents.length > 0 && (
        <section class="lineage">
          <h3>{t("phone.detail.parents")}</h3>
          <ul class="lineage__list">
            {card.parents.map((parent) => (
              <li key={parent}>
                <Relative desk={desk} id={parent} onGo={go} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <div class="lineage__self">
        <CardView
          card={card}
          author={authorOf(desk, card)}
          segments={store.board.value?.segments}
          mine={store.authored.value.has(id)}
          parents={parentsOf(desk, card)}
          rebounds={children.length}
        />
      </div>
      {(children.length > 0 || open) && (
        <section class="lineage">
          <h3>{t("phone.detail.children")}</h3>
          {children.length === 0 && <p class="quiet">{t("phone.detail.none")}</p>}
          <ul class="lineage__list">
            {children.map((child) => (
              <li key={child.id}>
                <Relative desk={desk} id={child.id} onGo={go} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </Sheet>
  );
}

/** @param {{ desk: Desk, id: string, onGo: (id: string) => void }} props */
function Relative({ desk, id, onGo }) {
  const card = desk.store.cards.value.get(id);
  if (!card) return <p class="lineage__gone quiet">{t("phone.detail.gone")}</p>;
  const words = card.text || t(`card.${card.sealed ? "sealed" : card.state}`);
  return (
    <button type="button" class="lineage__card" onClick={() => onGo(id)}>
      {card.verb && <VerbIcon verb={card.verb} label={t(`verb.${card.verb}`)} />}
      <span class="lineage__text">{words}</span>
      <span class="quiet small">{nameOf(authorOf(desk, card))}</span>
    </button>
  );
}
