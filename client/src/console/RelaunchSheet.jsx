// A prompt pushed onto every phone, or onto one segment's, that may lead to the ideas each person has not seen yet.
import { useSignal } from "@preact/signals";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { SegmentMark } from "../components/SegmentMark.jsx";
import { Segmented } from "../components/Segmented.jsx";
import { Sheet } from "../components/Sheet.jsx";
import { TextArea } from "../components/TextArea.jsx";
import { t } from "../i18n/index.js";

/** @typedef {import("./Sheets.jsx").SheetProps} SheetProps */
/** @typedef {"board" | "unseen"} Leads */

/** @param {SheetProps} props */
export function RelaunchSheet({ store, desk, close }) {
  const board = store.board.value;
  const text = useSignal("");
  const segment = useSignal(/** @type {string | null} */ (null));
  const about = useSignal(/** @type {Leads} */ ("board"));
  if (!board) return null;
  const { relaunch, segments } = board;
  /** @param {Event} [event] */
  const send = async (event) => {
    event?.preventDefault();
    const words = text.value.trim() || (about.value === "unseen" ? t("console.relaunch.unseenWords") : "");
    const sent = await desk.act(
      { type: "relaunch.send", text: words, segment: segment.value, about: about.value },
      { done: "console.relaunch.done" },
    );
    if (sent) close();
  };
  return (
    <Sheet open title={t("console.relaunch")} onClose={close}>
      {relaunch && (
        <div class="step-sheet__go">
          <p>
            <strong>{t("console.relaunch.now")}</strong> {relaunch.text}
          </p>
          <Button busy={desk.isUnderWay("relaunch.end")} onClick={() => void desk.act({ type: "relaunch.end" })}>
            {t("console.relaunch.end")}
          </Button>
        </div>
      )}
      <form class="panel__stack panel__stack--wide" onSubmit={(event) => void send(event)}>
        <TextArea
          label={t("console.relaunch.text")}
          placeholder={t(about.value === "unseen" ? "console.relaunch.unseenWords" : "console.relaunch.example")}
          autofocus
          value={text.value}
          maxChars={LIMITS.RELAUNCH_CHARS}
          onInput={(value) => (text.value = value)}
          onSubmit={() => void send()}
        />
        <Segmented
          showLabel
          label={t("console.relaunch.about")}
          options={[
            { value: /** @type {Leads} */ ("board"), label: t("console.relaunch.board") },
            { value: "unseen", label: t("console.relaunch.unseen") },
          ]}
          value={about.value}
          onChange={(value) => (about.value = value)}
        />
        <fieldset>
          <legend class="panel__legend">{t("console.relaunch.to")}</legend>
          {[{ id: null, label: t("console.relaunch.everyone") }, ...segments].map((one, place) => (
            <label key={one.id ?? ""} class="choice">
              <input type="radio" name="segment" checked={segment.value === one.id} onChange={() => (segment.value = one.id)} />
              {one.id !== null && <SegmentMark place={place - 1} />}
              <span>{one.label}</span>
            </label>
          ))}
        </fieldset>
        <Button type="submit" kind="strong" size="large" busy={desk.isUnderWay("relaunch.send")}>
          {t("console.relaunch.go")}
        </Button>
      </form>
    </Sheet>
  );
}
