// Every component in every state, for whoever builds or looks. Served in development only: /dev/components.html
// ?lang=fr and ?theme=dark choose; the switches at the top too.
import { render } from "preact";
import { useState } from "preact/hooks";
import { AuthorMark } from "../src/components/AuthorMark.jsx";
import { Badge } from "../src/components/Badge.jsx";
import { Banner } from "../src/components/Banner.jsx";
import { Button } from "../src/components/Button.jsx";
import { CardView } from "../src/components/CardView.jsx";
import { ConnectionBadge } from "../src/components/ConnectionBadge.jsx";
import { CopyField } from "../src/components/CopyField.jsx";
import { GroupStack } from "../src/components/GroupStack.jsx";
import { Menu } from "../src/components/Menu.jsx";
import { RoundResults } from "../src/components/results/RoundResults.jsx";
import { Screen } from "../src/components/Screen.jsx";
import { LanguageSwitch, Segmented } from "../src/components/Segmented.jsx";
import { ThemeSwitch } from "../src/components/ThemeSwitch.jsx";
import { SegmentMark } from "../src/components/SegmentMark.jsx";
import { Stepper } from "../src/components/Stepper.jsx";
import { Switch } from "../src/components/Switch.jsx";
import { CommentList } from "../src/components/talk/CommentList.jsx";
import { HandList } from "../src/components/talk/HandList.jsx";
import { ReactionRow } from "../src/components/talk/ReactionRow.jsx";
import { TextArea } from "../src/components/TextArea.jsx";
import { TimerView } from "../src/components/TimerView.jsx";
import { Tray } from "../src/components/Tray.jsx";
import { ArcIcon, Logo, VERBS, VerbIcon } from "../src/components/VerbIcon.jsx";
import { VerbPicker } from "../src/components/VerbPicker.jsx";
import "../src/design/base.css";
import { chooseTheme, startTheme } from "../src/design/theme.js";
import { detectLanguage, language, t } from "../src/i18n/index.js";
import { IDEAS, PEOPLE, ROUNDS, SEGMENTS, card } from "./examples.js";
import "./components.css";

const nothing = () => undefined;

/** @param {{ name: string, wide?: boolean, children: import("preact").ComponentChildren }} props */
function Part({ name, wide = false, children }) {
  return (
    <section class="shelf__part" id={name}>
      <h2>{name}</h2>
      <div class="shelf__states" data-wide={wide || undefined}>
        {children}
      </div>
    </section>
  );
}

/** @param {{ name: string, children: import("preact").ComponentChildren }} props */
function State({ name, children }) {
  return (
    <div class="shelf__state">
      <p class="shelf__name">{name}</p>
      {children}
    </div>
  );
}

function Page() {
  return (
    <main class="shelf">
      <header class="shelf__head">
        <h1>
          <Logo /> Rebond
        </h1>
        <LanguageSwitch />
        <ThemeSwitch />
      </header>
      <Cards />
      <Stacks />
      <Outcomes />
      <Talk />
      <Controls />
      <Notices />
      <Screens />
      <Colours />
    </main>
  );
}

function Cards() {
  const ideas = IDEAS[language.value === "fr" ? "fr" : "en"];
  const [ana, staff, , ines] = PEOPLE;
  const text = ideas[0] ?? "";
  /** @type {[string, Omit<import("../src/components/CardView.jsx").CardViewProps, "card">, Partial<import("./examples.js").Card>][]} */
  const states = [
    ["normal", { author: ana }, {}],
    ["long", { author: ines }, { text: ideas[2] ?? "" }],
    ["staff", { author: staff }, {}],
    ["mine", { author: ana, mine: true }, {}],
    ["sending", { mine: true, delivery: "sending" }, {}],
    ["refused", { mine: true, delivery: "refused", problem: t("error.locked") }, {}],
    ["pending", { author: ana, mine: true }, { state: "pending" }],
    ["sealed, mine", { author: ana, mine: true }, { sealed: true }],
    ["sealed, another's", {}, { sealed: true, text: "", author: null }],
    ["hidden", {}, { state: "hidden", text: "", author: null }],
    ["hidden, for a moderator", { author: ana }, { state: "hidden" }],
    ["withdrawn", { author: ana, mine: true }, { state: "withdrawn" }],
    ["removed", { author: ana }, { state: "removed" }],
    ["erased", {}, { state: "erased", text: "", author: null }],
    ["voted", { author: ana, votes: 2 }, {}],
    ["tallied", { author: ana, votes: 2, tally: 12 }, {}],
    ["commented, reacted", { author: ana, comments: 3, reactions: 8 }, {}],
    ["tagged", { author: ana }, { tags: ["horaires", "agence"] }],
    ["edited", { author: ana }, { edited_ms: 1 }],
    ["question", { author: ana }, { kind: "question" }],
    ["stimulus", { author: null }, { kind: "stimulus" }],
    ["rebound", { author: ines, parents: [{ id: "c0", author: ana ?? null }], rebounds: 3 }, { verb: "adapts", parents: ["c0"], owes: ideas[1] ?? "" }],
    ["merged", { author: staff, merges: 3, parents: [{ id: "c0", author: ana ?? null }, { id: "c1", author: ines ?? null }] }, { verb: "combines", parents: ["c0", "c1"] }],
    ["grouped", { author: ana, stack: t("part.stack.untitled") }, {}],
    ["in lineage: itself", { author: ana, kin: "self" }, {}],
    ["in lineage: ancestor", { author: ana, kin: "ancestor" }, {}],
    ["in lineage: descendant", { author: ana, kin: "descendant" }, {}],
    ["in lineage: another", { author: ana, kin: "other" }, {}],
  ];
  return (
    <Part name="cards">
      {states.map(([name, props, change]) => (
        <State key={name} name={name}>
          <CardView card={card(text, 0, change)} segments={SEGMENTS} {...props} />
        </State>
      ))}
      {[1, 2, 3, 4, 5, 6].map((colour) => (
        <State key={colour} name={`colour ${colour}`}>
          <CardView card={card(ideas[colour] ?? "", colour, { colour })} author={ana} segments={SEGMENTS} />
        </State>
      ))}
      <State name="with actions">
        <CardView card={card(text, 0)} author={ana} segments={SEGMENTS} onRebounds={nothing} rebounds={2}>
          <Button kind="strong">
            <ArcIcon /> {t("verb.extends")}
          </Button>
          <Menu label="…" items={[{ label: "…", onPick: nothing }]} />
        </CardView>
      </State>
    </Part>
  );
}

function Stacks() {
  const ideas = IDEAS[language.value === "fr" ? "fr" : "en"];
  return (
    <Part name="stacks">
      <State name="two cards">
        <GroupStack title={ideas[10] ?? ""} count={2} />
      </State>
      <State name="many, voted">
        <GroupStack title={ideas[2] ?? ""} count={7} tally={14} votes={2} />
      </State>
      <State name="open">
        <GroupStack title={t("part.stack.untitled")} count={2}>
          <CardView card={card(ideas[0] ?? "", 0)} author={PEOPLE[0]} segments={SEGMENTS} />
          <CardView card={card(ideas[1] ?? "", 1)} author={PEOPLE[3]} segments={SEGMENTS} />
        </GroupStack>
      </State>
    </Part>
  );
}

function Outcomes() {
  const ideas = IDEAS[language.value === "fr" ? "fr" : "en"];
  return (
    <Part name="outcomes" wide>
      {Object.entries(ROUNDS).map(([name, round]) => (
        <State key={name} name={name}>
          <Outcome round={round} ideas={ideas} />
        </State>
      ))}
    </Part>
  );
}

/** @param {{ round: import("./examples.js").RoundView, ideas: readonly string[] }} props */
function Outcome({ round, ideas }) {
  const [by, setBy] = useState(/** @type {import("../src/components/results/scores.js").CountedBy | undefined} */ (undefined));
  const labelOf = (/** @type {string} */ item) => (round.on === "options" ? (round.options[Number(item) - 1] ?? "") : (ideas[Number(item.slice(1))] ?? ""));
  return <RoundResults round={round} labelOf={labelOf} by={by} onBy={round.recounts ? setBy : undefined} />;
}

function Talk() {
  const [mine, setMine] = useState(/** @type {import("../src/components/talk/ReactionRow.jsx").Reaction | null} */ ("spark"));
  const ideas = IDEAS[language.value === "fr" ? "fr" : "en"];
  const people = new Map(PEOPLE.map((person) => [person.participant, person]));
  /** @param {string} id @param {string} author @param {Partial<import("../src/components/talk/CommentList.jsx").Comment>} [change] */
  const comment = (id, author, change = {}) => ({ id, card: "c0", text: ideas[Number(id)] ?? "", author, at_ms: 1, state: /** @type {const} */ ("shown"), ...change });
  return (
    <Part name="talk">
      <State name="reactions, mine">
        <ReactionRow counts={{ heart: 4, spark: 2 }} mine={mine} onReact={setMine} />
      </State>
      <State name="reactions, given">
        <ReactionRow counts={{ heart: 4, spark: 2, wonder: 11 }} />
      </State>
      <State name="comments">
        <CommentList
          segments={SEGMENTS}
          me="p4"
          people={people}
          comments={[comment("3", "p1"), comment("4", "p2"), comment("5", "p4", { state: "pending" }), comment("6", "p4", { state: "withdrawn" })]}
        />
      </State>
      <State name="no comment">
        <CommentList comments={[]} people={people} />
      </State>
      <State name="hands">
        <HandList segments={SEGMENTS} people={people} hands={[{ participant: "p4", at_ms: 1 }, { participant: "p3", at_ms: 2 }]} />
      </State>
      <State name="badges">
        <p>
          <Badge kind="staff">{t("part.staff")}</Badge> <Badge kind="ready">24</Badge> <Badge kind="hand">2</Badge>{" "}
          <Badge kind="waits">3</Badge> <Badge kind="muted">1</Badge>
        </p>
      </State>
    </Part>
  );
}

function Controls() {
  const [value, setValue] = useState(2);
  const [verb, setVerb] = useState(/** @type {import("../src/components/VerbPicker.jsx").Verb | null} */ ("adapts"));
  const [text, setText] = useState(IDEAS.fr[2] ?? "");
  return (
    <Part name="controls">
      <State name="buttons">
        <p>
          <Button kind="primary">{t("part.close")}</Button> <Button kind="strong">{t("part.close")}</Button> <Button>{t("part.close")}</Button>{" "}
          <Button kind="bare">{t("part.close")}</Button> <Button kind="danger">{t("part.close")}</Button>{" "}
          <Button aria-disabled>{t("part.close")}</Button> <Button busy>{t("part.close")}</Button>
        </p>
      </State>
      <State name="stepper">
        <Stepper label="…" value={value} min={0} max={3} onChange={setValue} />
      </State>
      <State name="tray">
        <Tray left={2} budget={5} />
        <Tray left={0} budget={5} />
        <Tray left={31} budget={100} />
      </State>
      <State name="segmented">
        <Segmented label="…" options={[{ value: "a", label: t("part.theme.light") }, { value: "b", label: t("part.theme.dark") }]} value="a" onChange={nothing} />
      </State>
      <State name="switch">
        <Switch label={t("part.theme.dark")} checked onChange={nothing} />
        <Switch label={t("part.theme.dark")} about={t("part.screen.empty")} checked={false} onChange={nothing} />
        <Switch label={t("part.theme.dark")} checked busy onChange={nothing} />
      </State>
      <State name="text area">
        <TextArea label={t("common.you")} value={text} onInput={setText} maxChars={110} />
        <TextArea label={t("common.you")} value="" onInput={nothing} problem={t("error.locked")} />
      </State>
      <State name="copy field">
        <CopyField label="…" value="https://rebond.local/j/KITE7" />
      </State>
      <State name="verbs">
        <VerbPicker value={verb} onChange={setVerb} label="…" />
      </State>
    </Part>
  );
}

function Notices() {
  const now = Date.now();
  return (
    <Part name="notices">
      <State name="timer">
        <p>
          <TimerView timer={{ started_ms: now, ends_ms: now + 3_600_000 }} skewMs={0} />
        </p>
        <p>
          <TimerView timer={{ started_ms: now - 1, ends_ms: now - 1 }} skewMs={0} />
        </p>
      </State>
      <State name="relaunch">
        <Banner kind="relaunch" about={SEGMENTS[0]?.label} action={{ label: t("part.close"), onPress: nothing }} onClose={nothing}>
          {IDEAS[language.value === "fr" ? "fr" : "en"][7]}
        </Banner>
      </State>
      <State name="notice, warning">
        <Banner kind="notice">{t("part.line.kept")}</Banner>
        <Banner kind="warning">{t("part.line.offline")}</Banner>
      </State>
      <State name="line">
        {/** @type {const} */ (["connecting", "live", "late", "offline", "ended"]).map((status) => (
          <p key={status}>
            {status}: <ConnectionBadge status={status} waiting={status === "offline" ? 2 : 0} />
          </p>
        ))}
      </State>
      <State name="marks">
        <p>
          {Array.from({ length: 12 }, (_, place) => (
            <SegmentMark key={place} place={place} label={`${place + 1}`} />
          ))}
        </p>
        <p>
          {VERBS.map((verb) => (
            <VerbIcon key={verb} verb={verb} label={t(`verb.${verb}`)} />
          ))}
        </p>
        {PEOPLE.map((person) => (
          <p key={person.participant}>
            <AuthorMark person={person} segments={SEGMENTS} />
          </p>
        ))}
      </State>
    </Part>
  );
}

function Screens() {
  return (
    <Part name="screens">
      {/** @type {const} */ (["empty", "loading", "offline", "full", "ended", "removed", "wrong-code"]).map((kind) => (
        <State key={kind} name={kind}>
          <Screen kind={kind} action={kind === "wrong-code" ? { label: t("part.close"), onPress: nothing } : undefined} />
        </State>
      ))}
    </Part>
  );
}

const PAIRS = [
  ["--ink", "--paper"], ["--ink", "--card"], ["--quiet", "--sunk"], ["--on-accent", "--accent"], ["--paper", "--ink"], ["--ink", "--accent-wash"],
  ["--success", "--card"], ["--warning", "--card"], ["--danger", "--card"],
  ...[1, 2, 3, 4, 5, 6].map((colour) => ["--ink", `--wash-${colour}`]),
]; // prettier-ignore

function Colours() {
  return (
    <section class="shelf__part" id="colours">
      <h2>colours</h2>
      <div class="shelf__swatches">
        {PAIRS.map(([text, ground]) => (
          <span key={`${text} ${ground}`} class="shelf__swatch" style={{ color: `var(${text})`, background: `var(${ground})` }}>
            {ground}
          </span>
        ))}
      </div>
    </section>
  );
}

startTheme();
const asked = new URLSearchParams(location.search).get("theme");
if (asked === "light" || asked === "dark") chooseTheme(asked);
void detectLanguage().then(() => {
  const app = document.getElementById("app");
  if (app) render(<Page />, app);
});
