// The lab at one look: the boards one can join, then every card in the window by how far it is.
import { useEffect, useState } from "preact/hooks";
import { Screen } from "../components/Screen.jsx";
import { Entrance } from "../components/entrance/Entrance.jsx";
import { Refused } from "../core/refused.js";
import { dayText } from "../i18n/dates.js";
import { t } from "../i18n/index.js";
import { byStage, labFace } from "./lab.js";
import "./LabPage.css";

/** @typedef {import("@protocol/generated/types").LabFace} LabFace */
/** @typedef {import("@protocol/generated/types").LabBoardFace} LabBoardFace */

/** @param {{ code: string }} props */
export function LabPage({ code }) {
  const [face, setFace] = useState(/** @type {LabFace | Refused | null} */ (null));
  const [tries, setTries] = useState(0);
  useEffect(() => {
    labFace(code).then(setFace, setFace);
  }, [code, tries]);
  if (face === null) return <Screen kind="loading" whole />;
  if (face instanceof Refused) {
    return face.code === "unknown_board" ? (
      <Screen whole kind="wrong-code" sentence={t("lab.unknown")} action={{ label: t("lab.unknown.back"), href: "/" }} />
    ) : (
      <Screen
        whole
        kind="offline"
        sentence={t("lab.away")}
        action={{ label: t("lab.away.again"), onPress: () => setTries(tries + 1) }}
      />
    );
  }
  return <Lab face={face} />;
}

/** @param {{ face: LabFace }} props */
function Lab({ face }) {
  useEffect(() => {
    document.title = t("lab.title", { title: face.title });
  }, [face.title]);
  const work = byStage(face);
  const [only, ...others] = face.boards;
  /** Where the lab is the only board, its name stands over the page, and once is enough. */
  const alone = only?.board === face.board && others.length === 0;
  return (
    <Entrance>
      <main class="lab">
        <div class="lab__top">
          <div class="lab__lead">
            <h1 class="lab__title" lang={face.locale} dir="auto">
              {face.title}
            </h1>
            <p class="lab__about">{t("lab.about")}</p>
          </div>
          {face.boards.length > 0 && (
            <section aria-labelledby="lab-boards" data-many={others.length > 0 || undefined}>
              <h2 id="lab-boards">{t("lab.boards")}</h2>
              <ul class="lab__boards">
                {face.boards.map((board) => (
                  <Board key={board.board} board={board} unnamed={alone} />
                ))}
              </ul>
            </section>
          )}
        </div>
        <section aria-labelledby="lab-work">
          <h2 id="lab-work">{t("lab.work")}</h2>
          {work.length === 0 && <p class="quiet">{t("lab.empty")}</p>}
          {face.boards.length === 0 && <Join open url={`/j/${encodeURIComponent(face.code)}`} title={face.title} />}
          <div class="lab__work">
            {work.map(({ stage, pieces }) => (
              <section key={stage} class="lab__stage" data-stage={stage}>
                <h3>{t(`lab.work.${stage}`)}</h3>
                <ul class="lab__pieces">
                  {pieces.map((piece) => (
                    <Piece key={piece.shown.card} piece={piece} unnamed={alone} />
                  ))}
                </ul>
              </section>
            ))}
          </div>
        </section>
      </main>
    </Entrance>
  );
}

/** @param {{ board: LabBoardFace, unnamed: boolean }} props `unnamed`: its name is the page's */
function Board({ board, unnamed }) {
  const { cards, rebounds, opinions } = board;
  const said = [
    t("lab.board.ideas", { n: cards }),
    rebounds > 0 && t("lab.board.rebounds", { n: rebounds }),
    opinions > 0 && t("lab.board.opinions", { n: opinions }),
  ].filter((one) => typeof one === "string");
  return (
    <li class="lab__board">
      {!unnamed && (
        <p class="lab__question" lang={board.locale} dir="auto">
          {board.title}
        </p>
      )}
      <p class="quiet small">{said.join(" · ")}</p>
      <Join open={board.open} url={board.join_url} title={board.title} />
    </li>
  );
}

/** @param {{ open: boolean, url: string, title: string }} props */
function Join({ open, url, title }) {
  return (
    <a
      class={open ? "button button--primary lab__join" : "button lab__join"}
      href={url}
      aria-label={t(open ? "lab.board.join.this" : "lab.board.look.this", { title })}
    >
      {t(open ? "lab.board.join" : "lab.board.look")}
    </a>
  );
}

/** @param {{ piece: import("./lab.js").Piece, unnamed: boolean }} props */
function Piece({ unnamed, piece: { board, shown, stage, last } }) {
  const { picture, alternative, question } = shown.showcase;
  const at = `/api/boards/${board.board}/pictures/${picture}?width=`;
  const where = [last && t("lab.card.since", { date: dayText(last.at_ms) }), !unnamed && t("lab.card.from", { title: board.title })].filter(Boolean);
  return (
    <li class="lab__piece">
      {picture && (
        <img
          src={`${at}480`}
          srcset={`${at}480 480w, ${at}1080 1080w`}
          sizes="(min-width: 56rem) 22rem, 92vw"
          alt={alternative ?? ""}
          lang={board.locale}
          loading="lazy"
        />
      )}
      <p class="lab__text" lang={shown.lang ?? board.locale} dir="auto">
        {shown.text}
      </p>
      {question && (
        <p class="small">
          {t("lab.card.asks")} <bdi lang={board.locale}>{question}</bdi>
        </p>
      )}
      {last?.note && (
        <p class="small">
          {t(stage === "stopped" ? "lab.card.learnt" : "lab.card.said")} <bdi lang={board.locale}>{last.note}</bdi>
        </p>
      )}
      {where.length > 0 && <p class="quiet small">{where.join(" · ")}</p>}
    </li>
  );
}
