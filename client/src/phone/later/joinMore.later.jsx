// What only some boards ask of whoever comes in: an avatar in place of a name, a passphrase, an address.
import { useId } from "preact/hooks";
import { LIMITS } from "@protocol/generated/tables.js";
import { avatarWords } from "../../components/avatarWords.js";
import { Button } from "../../components/Button.jsx";
import { randomId } from "../../core/ids.js";
import { t } from "../../i18n/index.js";
import "./joinMore.css";
import "./texts.js";

/** @typedef {import("../JoinScreen.jsx").More} More */

/**
 * @param {{ face: import("@protocol/generated/types.d.ts").BoardFace, more: More, busy: boolean, asksAvatar: boolean,
 *   onMore: (change: (more: More) => More) => void }} props
 */
export default function JoinMore({ face, more, busy, asksAvatar, onMore }) {
  const id = useId();
  /** @param {keyof More} field */
  const write = (field) => (/** @type {{ currentTarget: { value: string } }} */ { currentTarget }) => {
    const { value } = currentTarget;
    onMore((before) => ({ ...before, [field]: value }));
  };
  return (
    <>
      {asksAvatar && <Avatar made={more.avatar} onMade={(avatar) => onMore((before) => ({ ...before, avatar }))} busy={busy} />}
      {face.access === "passphrase" && (
        <div class="field join__passphrase">
          <label for={`${id}-word`}>{t("phone.join.passphrase")}</label>
          <input
            class="input"
            id={`${id}-word`}
            value={more.passphrase}
            maxLength={LIMITS.PASSPHRASE_CHARS}
            readOnly={busy}
            autoComplete="off"
            autoCapitalize="none"
            spellcheck={false}
            enterkeyhint="go"
            aria-describedby={`${id}-word-hint`}
            onInput={write("passphrase")}
          />
          <p class="quiet small" id={`${id}-word-hint`}>
            {t("phone.join.passphraseHint")}
          </p>
        </div>
      )}
      {face.email_asked && (
        <div class="field join__email">
          <label for={`${id}-email`}>{t("phone.join.email")}</label>
          <input
            class="input"
            id={`${id}-email`}
            type="email"
            value={more.email}
            maxLength={LIMITS.EMAIL_CHARS}
            readOnly={busy}
            autoComplete="email"
            enterkeyhint="go"
            aria-describedby={`${id}-email-hint`}
            onInput={write("email")}
          />
          <p class="quiet small" id={`${id}-email-hint`}>
            {t("phone.join.emailHint")}
          </p>
        </div>
      )}
    </>
  );
}

/**
 * A pair of words to be here under, and another at a touch: nobody has to think of a name, nobody is known by theirs.
 * @param {{ made: string, onMade: (made: string) => void, busy: boolean }} props  `made`: what the words are made from
 */
function Avatar({ made, onMade, busy }) {
  return (
    <section class="join__avatar">
      <h2>{t("phone.join.avatar")}</h2>
      <p class="join__avatar-words" role="status">
        {avatarWords(made)}
      </p>
      <Button aria-disabled={busy} onClick={() => !busy && onMade(randomId())}>
        {t("phone.join.avatarOther")}
      </Button>
    </section>
  );
}
