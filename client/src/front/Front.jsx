// Two clear ways: a code to type, or a board to make.
import { Entrance } from "../components/entrance/Entrance.jsx";
import { t } from "../i18n/index.js";
import { CreateForm } from "./CreateForm.jsx";
import { JoinForm } from "./JoinForm.jsx";
import { MadeList } from "./MadeList.jsx";
import "./Front.css";

export function Front() {
  return (
    <Entrance>
      <main class="front__main">
        <div class="front__say">
          <h1 class="front__slogan">{t("front.slogan")}</h1>
          <p class="front__about">{t(location.pathname === "/" ? "front.about" : "front.lost")}</p>
        </div>
        <div class="front__ways">
          <Flight />
          <div class="front__left">
            <JoinForm />
            <MadeList />
          </div>
          <CreateForm />
        </div>
      </main>
      <footer class="front__foot quiet small">{t("front.foot")}</footer>
    </Entrance>
  );
}

/** The ball's way from one panel to the other. */
function Flight() {
  return (
    <svg class="front__flight" viewBox="0 0 600 150" aria-hidden="true">
      <path d="M6 146C60 -44 300 -44 352 146" />
      <path d="M352 146C372 70 470 60 500 128" />
      <circle cx="505" cy="136" r="13" />
    </svg>
  );
}
