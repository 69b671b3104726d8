// The front page of the lab: what became of the ideas, stage by stage, what is asked, and a way to say something new.
// Never more than seven choices: six stages at most, and one more.
import { Screen } from "../../components/Screen.jsx";
import { VerbIcon } from "../../components/VerbIcon.jsx";
import { StageSign } from "../../components/lab/StageSign.jsx";
import { t } from "../../i18n/index.js";
import { useVisit } from "./context.js";
import { Counters } from "./Counters.jsx";
import { byStage, countsOf, questionsOf } from "./faces.js";
import { Frame } from "./Frame.jsx";
import { Choices } from "./Pages.jsx";
import { Choice } from "./Tile.jsx";

export function Home() {
  const { engine, go } = useVisit();
  const boards = engine.boards.value;
  const questions = questionsOf(boards);
  const stages = [...byStage(boards)].filter(([, faces]) => faces.length > 0).map(([stage, faces]) => ({ stage, count: faces.length }));
  const [only] = questions;
  const suggests = only && questions.length === 1 && only.allows("add") ? only : null;
  /** @type {({ key: string, draw: () => import("preact").ComponentChildren })[]} */
  const choices = stages.map(({ stage, count }) => ({
    key: stage,
    draw: () => (
      <Choice
        title={t(`kiosk.stage.${stage}`)}
        about={t(`kiosk.stage.${stage}.about`)}
        count={count}
        sign={<StageSign stage={stage} />}
        onPress={() => go({ at: "stage", stage })}
      />
    ),
  }));
  if (questions.length > 1) {
    choices.push({
      key: "boards",
      draw: () => (
        <Choice
          strong
          title={t("kiosk.home.boards")}
          about={t("kiosk.home.boards.count", { n: questions.length })}
          sign={<VerbIcon verb="combines" />}
          onPress={() => go({ at: "boards" })}
        />
      ),
    });
  } else if (suggests) {
    choices.push({
      key: "suggest",
      draw: () => (
        <Choice strong title={t("kiosk.home.suggest")} about={t("kiosk.home.suggest.about")} onPress={() => go({ at: "idea", board: suggests.id })} />
      ),
    });
  }
  const empty = stages.length === 0;
  return (
    <Frame
      name="home"
      title={t("kiosk.home.title")}
      about={empty ? undefined : t("kiosk.home.about")}
    >
      {empty ? (
        <Screen kind="empty" sentence={t(suggests ? "kiosk.home.empty" : "kiosk.home.empty.closed")} />
      ) : (
        <Counters counts={countsOf(boards)} />
      )}
      <Choices items={choices} keyOf={({ key }) => key}>
        {({ draw }) => draw()}
      </Choices>
    </Frame>
  );
}
