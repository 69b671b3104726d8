// One idea in its lineage: what it starts from, back to the first idea, and all it led to, as a tree. Each is a way there.
import { useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { CardView } from "../../components/CardView.jsx";
import { Sheet } from "../../components/Sheet.jsx";
import { ArcIcon, VerbIcon } from "../../components/VerbIcon.jsx";
import { nameOf } from "../../components/AuthorMark.jsx";
import { t } from "../../i18n/index.js";
import { CardHistory } from "../lab/CardHistory.jsx";
import { Later } from "../later.jsx";
import { authorOf, parentsOf, startRebound } from "../PhoneCard.jsx";
import { isOpen, may } from "../permits.js";
import { ancestorsOf, descendantsOf } from "./lineage.js";
import "./lineage.css";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("../BoardScreen.jsx").Desk} Desk */
/** @typedef {import("./lineage.js").Kin} Kin */

/** @param {{ desk: Desk, card: string, onClose: () => void }} props */
export default function DetailSheet({ desk, card: asked, onClose }) {
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
  const ancestors = ancestorsOf(id, store.cards.value);
  const descendants = descendantsOf(id, store.childrenOf.value);
  const open = isOpen(card);
  return (
    <Sheet
      open
      title={t("phone.detail.title")}
      onClose={onClose}
      foot={
        <>
          {back}
          {open && may(store, "rebound") && (
            <Button kind="primary" class="phone-card__rebound" onClick={() => startRebound(desk, id)}>
              <ArcIcon />
              {t("phone.card.rebound")}
            </Button>
          )}
        </>
      }
    >
      {ancestors.length > 0 && (
        <section class="lineage">
          <h3>{t("phone.detail.parents")}</h3>
          <ol class="lineage__list">
            {ancestors.map((ancestor) => (
              <li key={ancestor}>
                <Relative desk={desk} id={ancestor} onGo={go} />
              </li>
            ))}
          </ol>
        </section>
      )}
      <div class="lineage__self">
        <CardView
          card={card}
          author={authorOf(desk, card)}
          segments={store.board.value?.segments}
          mine={store.authored.value.has(id)}
          parents={parentsOf(desk, card)}
          rebounds={(store.childrenOf.value.get(id) ?? []).length}
        />
      </div>
      {open && store.board.value && <CardHistory board={store.board.value} card={id} />}
      {open && <Later quiet name="talk/card" desk={desk} card={card} />}
      {(descendants.length > 0 || open) && (
        <section class="lineage">
          <h3>{t("phone.detail.children")}</h3>
          {descendants.length === 0 && <p class="quiet">{t(may(store, "rebound") ? "phone.detail.none" : "phone.detail.noneNow")}</p>}
          <Branches desk={desk} kin={descendants} onGo={go} />
        </section>
      )}
    </Sheet>
  );
}

/**
 * Each idea, and below it, one step in, what it led to.
 * @param {{ desk: Desk, kin: readonly Kin[], onGo: (id: string) => void }} props
 */
function Branches({ desk, kin, onGo }) {
  if (kin.length === 0) return null;
  return (
    <ul class="lineage__list">
      {kin.map(({ id, children, again }) => (
        <li key={id}>
          <Relative desk={desk} id={id} onGo={onGo} />
          {again ? (
            <p class="quiet small">{t("phone.detail.again")}</p>
          ) : (
            children.length > 0 && (
              <div class="lineage__branch">
                <Branches desk={desk} kin={children} onGo={onGo} />
              </div>
            )
          )}
        </li>
      ))}
    </ul>
  );
}

/** @param {{ desk: Desk, id: string, onGo: (id: string) => void }} props */
function Relative({ desk, id, onGo }) {
  const card = desk.store.cards.value.get(id);
  if (!card) return <p class="lineage__gone quiet">{t("phone.detail.gone")}</p>;
  const words = card.text || t(card.sealed ? "card.sealed" : /** @type {import("../../i18n/keys.js").Under<"card.">} */ (`card.${card.state}`));
  return (
    <button type="button" class="lineage__card" onClick={() => onGo(id)}>
      {card.verb && <VerbIcon verb={card.verb} label={t(`verb.${card.verb}`)} />}
      <span class="lineage__text">{words}</span>
      <span class="quiet small">{nameOf(authorOf(desk, card))}</span>
    </button>
  );
}
