// On the board for the first time with what was written at a kiosk: it is theirs, it stands below, and its receipt is a touch away.
import { signal, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Banner } from "../../components/Banner.jsx";
import { t } from "../../i18n/index.js";
import { whatCameHome } from "./handoff.js";
import "./texts.js";

/** Whether something came home since the page was opened, and was not put away. */
export const isNews = signal(false);

/** @param {{ desk: import("../BoardScreen.jsx").Desk }} props */
export function CameHome({ desk }) {
  const { store, view, sheet } = desk;
  const came_ms = useRef(Date.now() + store.skewMs.peek());
  const home = useComputed(() =>
    whatCameHome(
      {
        cards: store.cards.value,
        authored: store.authored.value,
        comments: store.comments.value,
        me: store.you.value?.participant ?? null,
      },
      came_ms.current,
    ),
  );
  const { what, state } = (isNews.value && home.value) || {};
  useEffect(() => {
    if (what === "card") view.value = { kind: "mine" };
  }, [what, view]);
  if (!what) return null;
  return (
    <div class="phone__news">
      <Banner
        kind="notice"
        action={{ label: t("phone.handoff.receipt"), onPress: () => void (sheet.value = { name: "receipt/receipt" }) }}
        onClose={() => void (isNews.value = false)}
      >
        {t(`phone.handoff.home.${what}.${state === "pending" ? "pending" : "there"}`)}
      </Banner>
    </div>
  );
}
