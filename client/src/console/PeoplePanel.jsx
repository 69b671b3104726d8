// Who is here: how many, how many ready, how many of each segment; by name, with what a facilitator can do for each.
import { AuthorMark, nameOf } from "../components/AuthorMark.jsx";
import { Button } from "../components/Button.jsx";
import { Menu } from "../components/Menu.jsx";
import { SegmentMark } from "../components/SegmentMark.jsx";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { t } from "../i18n/index.js";
import { Panel } from "./Panel.jsx";
import "./PeoplePanel.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */
/** @typedef {import("@protocol/generated/types.d.ts").PresentView} PresentView */
/** @typedef {import("@protocol/generated/types.d.ts").PersonRole} PersonRole */
/** @typedef {import("../components/Menu.jsx").MenuItem} MenuItem */
/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{ store: BoardStore, desk: Desk, board: BoardMeta }} props */
export function PeoplePanel({ store, desk, board }) {
  const { segments, muted, removed } = board;
  const presence = store.presence.value;
  const me = store.you.value?.participant;
  const people = presence?.people?.filter((person) => person.role !== "display") ?? [];
  const kept = useKeptFocus("li");
  return (
    <Panel title={t("console.people")} count={presence ? String(presence.here) : undefined}>
      {presence && (
        <ul class="people__segments">
          {segments.map((segment, place) => {
            const count = presence.segments[segment.id] ?? 0;
            return count > 0 ? (
              <li key={segment.id}>
                <SegmentMark place={place} /> {segment.label} <strong>{count}</strong>
              </li>
            ) : null;
          })}
          {presence.ready > 0 && (
            <li>
              <strong>{t("console.people.ready", { n: presence.ready, here: Math.max(presence.here, presence.ready) })}</strong>
            </li>
          )}
          {presence.writing > 0 && <li class="quiet">{t("console.people.writing", { n: presence.writing })}</li>}
        </ul>
      )}
      {people.length === 0 ? (
        <p class="quiet small">{t("console.people.none")}</p>
      ) : (
        <details class="people__names">
          <summary>{t("console.people.names")}</summary>
          <ul {...kept}>
            {people.map((person) => (
              <li key={person.participant} class="people__person" data-pending={desk.touched.value.has(person.participant) || undefined}>
                <span class="people__who">
                  <AuthorMark person={person} segments={segments} mine={person.participant === me} />
                  <span class="quiet small">{stateOf(person, muted)}</span>
                </span>
                {person.participant !== me && (
                  <Menu label={nameOf(person)} items={itemsFor(person, desk, muted.includes(person.participant))} />
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
      {removed.length > 0 && (
        <details class="people__names">
          <summary>{t("console.people.removedList", { n: removed.length })}</summary>
          <ul>
            {removed.map((id) => {
              const person = store.people.value.get(id) ?? { participant: id, role: /** @type {const} */ ("participant"), segment: null, name: null };
              return (
                <li key={id} class="people__person">
                  <AuthorMark person={person} segments={segments} />
                  <Button
                    busy={desk.touched.value.has(id)}
                    aria-label={t("console.people.readmitOf", { name: nameOf(person) })}
                    onClick={() => void desk.act({ type: "participant.readmit", participant: id }, { done: "console.people.readmitted" })}
                  >
                    {t("console.people.readmit")}
                  </Button>
                </li>
              );
            })}
          </ul>
        </details>
      )}
    </Panel>
  );
}

/** @param {PresentView} person @param {readonly string[]} muted @returns {string} */
function stateOf(person, muted) {
  const parts = [
    person.role === "moderator" && t("console.people.role.moderator"),
    muted.includes(person.participant) && t("console.people.isMuted"),
    person.ready && t("console.people.isReady"),
    person.writing && t("console.people.isWriting"),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** @type {readonly PersonRole[]} */
const ROLES = ["participant", "staff", "moderator"];

/**
 * @param {PresentView} person
 * @param {Desk} desk
 * @param {boolean} muted
 * @returns {(MenuItem | false)[]}
 */
function itemsFor(person, desk, muted) {
  const { participant, role } = person;
  const isPerson = ROLES.some((one) => one === role);
  return [
    {
      label: t(muted ? "console.people.unmute" : "console.people.mute"),
      onPick: () => void desk.mute(participant, !muted),
    },
    ...(isPerson
      ? ROLES.filter((one) => one !== role).map((one) => ({
          label: t(`console.people.make.${one}`),
          onPick: () => void desk.act({ type: "participant.promote", participant, role: one }, { done: `console.people.made.${one}` }),
        }))
      : []),
    isPerson && {
      label: t("console.people.forget"),
      onPick: () => (desk.sheet.value = { kind: "forget", participant, name: nameOf(person) }),
    },
    {
      label: t("console.people.remove"),
      danger: true,
      onPick: () => {
        desk.sheet.value = { kind: "remove", participant, name: nameOf(person) };
      },
    },
  ];
}
