// Made from the protocol's types by `python -m rebond_protocol.generate`. Change those, not this file.
//
// Unions are told apart by `type`: after `if (frame.type === "welcome")` the frame is a `WelcomeFrame`. A field with a
// question mark is only there in some cases, or, in what a client sends, may be left out.

/** (minLength 1, maxLength 64, pattern ^[A-Za-z0-9_.:-]+$) */
export type Id = string;

/** (minLength 1, maxLength 64, pattern ^[A-Za-z0-9_.:-]+$) */
export type BoardId = string;

/** (minLength 1, maxLength 64, pattern ^[A-Za-z0-9_.:-]+$) */
export type CardId = string;

/** (minLength 1, maxLength 64, pattern ^[A-Za-z0-9_.:-]+$) */
export type SectionId = string;

/** (minLength 1, maxLength 64, pattern ^[A-Za-z0-9_.:-]+$) */
export type RoundId = string;

/** (minLength 1, maxLength 64, pattern ^[A-Za-z0-9_.:-]+$) */
export type ParticipantId = string;

/** (minLength 1, maxLength 64, pattern ^[A-Za-z0-9_.:-]+$) */
export type DeviceId = string;

/** Counts up per device; names one command for ever. (minimum 1, maximum 9007199254740991) */
export type MutationId = number;

/** Number of the last entry of the board's log. (minimum 0, maximum 9007199254740991) */
export type Seq = number;

/** Milliseconds since 1970-01-01 UTC, by the server's clock. (minimum 0, maximum 9007199254740991) */
export type Ms = number;

/** What `welcome` tells a client, so that it can refuse in the composer what the server would refuse. */
export interface Limits {
  card_text_chars: number;
  owes_chars: number;
  name_chars: number;
  parents_per_card: number;
  frame_bytes: number;
  commands_in_flight: number;
  beat_ms: number;
}

export type CloseName = "slow" | "draining" | "resync" | "no_hello" | "unavailable" | "bad_token" | "expired_token" | "wrong_board" | "removed" | "unknown_board" | "abuse" | "wrong_subprotocol";

export type Role = "participant" | "staff" | "moderator" | "kiosk" | "display";

/** (minLength 1, maxLength 32, pattern ^[a-z0-9_-]+$) */
export type SegmentId = string;

/** A declared stake people may choose when they join. `shape` and colour follow its place in the list. */
export interface Segment {
  id: SegmentId;
  label: string;
}

/** A participant as others see them. */
export interface ParticipantView {
  participant: ParticipantId;
  role: Role;
  segment: SegmentId | null;
  name: string | null;
}

/** A moderator removes somebody: their sockets close, their token stops working. Their cards stay until removed. */
export interface ParticipantRemove {
  type: "participant.remove";
  participant: ParticipantId;
}

/** A moderator takes a removal back. */
export interface ParticipantReadmit {
  type: "participant.readmit";
  participant: ParticipantId;
}

/** Somebody was removed by a moderator. */
export interface ParticipantRemoved {
  type: "participant.removed";
  participant: ParticipantId;
}

/** A removal was taken back. */
export interface ParticipantReadmitted {
  type: "participant.readmitted";
  participant: ParticipantId;
}

/** This device is, or is no longer, writing. Forgotten by itself after a few seconds. */
export interface Writing {
  type: "writing";
  on?: boolean;
}

/** One person who is here, for the wall's and the console's list. */
export interface PresentView {
  participant: ParticipantId;
  role: Role;
  segment: SegmentId | null;
  name: string | null;
  writing?: boolean;
}

/** (minLength 1, maxLength 80) */
export type SectionTitle = string;

/** One column or block. `hint` is a line that helps people to fill it. */
export interface Section {
  id: SectionId;
  title: string;
  hint: string | null;
}

/** A moderator adds a section at the end. */
export interface SectionAdd {
  type: "section.add";
  title: SectionTitle;
  hint?: string | null;
}

/** A moderator renames a section. */
export interface SectionRename {
  type: "section.rename";
  section: SectionId;
  title: SectionTitle;
  hint?: string | null;
}

/** A moderator takes a section away; its cards stay on the board, in no section. */
export interface SectionRemove {
  type: "section.remove";
  section: SectionId;
}

/** There is a new section, at the end. */
export interface SectionAdded {
  type: "section.added";
  section: Section;
}

/** A section has another title or hint. */
export interface SectionRenamed {
  type: "section.renamed";
  section: Section;
}

/** A section is gone; its cards now stand in none. */
export interface SectionRemoved {
  type: "section.removed";
  section: SectionId;
}

export type CardKind = "idea" | "question" | "feedback" | "stimulus";

/** shown; hidden by a moderator; pending approval; withdrawn by its author; removed by a moderator; erased for ever. */
export type CardState = "shown" | "hidden" | "pending" | "withdrawn" | "removed" | "erased";

export type Verb = "extends" | "combines" | "adapts" | "removes_obstacle" | "counters";

/** Plain text, counted after cleaning. (minLength 1, maxLength 1000) */
export type CardText = string;

/** What I owe this idea, one line. (maxLength 280) */
export type Owes = string;

/** (minimum 1, maximum 9007199254740991) */
export type Rev = number;

/** One idea on the board. */
export interface Card {
  id: CardId;
  text: string;
  section: SectionId | null;
  author: ParticipantId | null;
  rev: number;
  parents: CardId[];
  kind: CardKind;
  state: CardState;
  at_ms: Ms;
  /** Place among the cards of its section, ascending. */
  order: number;
  verb?: Verb;
  owes?: string;
  /** Written privately and not yet revealed. */
  sealed?: boolean;
  edited_ms?: Ms;
}

/** Put a new card on the board. */
export interface CardAdd {
  type: "card.add";
  text: CardText;
  section?: SectionId | null;
  kind?: CardKind;
}

/** Change the text. Refused `stale_rev` with the current text when the card has moved on from `base_rev`. */
export interface CardEdit {
  type: "card.edit";
  card: CardId;
  text: CardText;
  base_rev: Rev;
}

/** Move to a section (null: none), before another card or at the end. */
export interface CardMove {
  type: "card.move";
  card: CardId;
  section?: SectionId | null;
  before?: CardId | null;
}

/** The author takes the card back; it can be restored. */
export interface CardWithdraw {
  type: "card.withdraw";
  card: CardId;
}

/** Take a card out of the bin: an author what they withdrew, a moderator anything. */
export interface CardRestore {
  type: "card.restore";
  card: CardId;
}

/** A moderator turns the card over; its place and lineage stay. */
export interface CardHide {
  type: "card.hide";
  card: CardId;
}

/** A moderator turns a hidden card back. */
export interface CardShow {
  type: "card.show";
  card: CardId;
}

/** A moderator lets a pending card onto the board. */
export interface CardApprove {
  type: "card.approve";
  card: CardId;
}

/** A moderator puts the card in the bin; it can be restored. */
export interface CardRemove {
  type: "card.remove";
  card: CardId;
}

/** A moderator, or the author, erases the words for ever (LG7). Place and lineage stay: nobody's credit breaks. */
export interface CardErase {
  type: "card.erase";
  card: CardId;
}

/** A card is on the board. On its way out, `author` tells who that is: no list of people need travel first. */
export interface CardAdded {
  type: "card.added";
  card: Card;
  author?: ParticipantView;
}

/** The text changed; `rev` is the new revision. */
export interface CardEdited {
  type: "card.edited";
  card: CardId;
  text: string;
  rev: number;
  edited_ms: Ms;
}

/** The card stands elsewhere. */
export interface CardMoved {
  type: "card.moved";
  card: CardId;
  section: SectionId | null;
  order: number;
}

/** What was written privately is now for everybody. Leaves the server with the cards themselves in `cards`. */
export interface CardsRevealed {
  type: "cards.revealed";
  at_ms: Ms;
  cards: Card[];
  authors: ParticipantView[];
}

/** This card now looks like this to you (hidden, shown, restored, erased, linked): replace it whole, or add it. */
export interface CardChanged {
  type: "card.changed";
  card: Card;
  author?: ParticipantView;
}

/** This card is no longer on your board: take it away. */
export interface CardGone {
  type: "card.gone";
  card: CardId;
}

/** A new card that starts from one or several others. `owes`: one optional line, "what I owe this idea". */
export interface CardRebound {
  type: "card.rebound";
  parents: CardId[];
  verb: Verb;
  text: CardText;
  owes?: Owes | null;
  section?: SectionId | null;
  kind?: CardKind;
}

/** Credit afterwards: this card, already on the board, starts from these as well. Author or moderator. */
export interface ReboundLink {
  type: "rebound.link";
  card: CardId;
  parents: CardId[];
  verb: Verb;
  owes?: Owes | null;
}

/** Take one credit back. Author or moderator. */
export interface ReboundUnlink {
  type: "rebound.unlink";
  card: CardId;
  parent: CardId;
}

/** The whole rebound of this card as it is now: `parents` in order of credit; none: it is no rebound any more. */
export interface CardLinked {
  type: "card.linked";
  card: CardId;
  parents: CardId[];
  verb: Verb | null;
  owes: string | null;
}

export type Method = "dots";

export type RoundState = "open" | "closed";

/** (minimum 1, maximum 100) */
export type Points = number;

/** One card's outcome. Equal points share a rank: ties stay ties. */
export interface Result {
  card: CardId;
  points: number;
  voters: number;
  rank: number;
}

/** A round as an audience sees it. `tallies` is absent while the ballots are secret and the round is open. */
export interface RoundView {
  id: RoundId;
  method: Method;
  title: string | null;
  budget: number;
  cap: number;
  secret: boolean;
  state: RoundState;
  opened_ms: Ms;
  voters: number;
  tallies?: Record<CardId, number>;
  results?: Result[];
  closed_ms?: Ms;
}

/** Open a vote: `budget` points each, at most `cap` of them on one card (no cap: the whole budget). */
export interface RoundOpen {
  type: "round.open";
  method: Method;
  budget: Points;
  cap?: Points | null;
  secret?: boolean;
  title?: string | null;
}

/** Close the vote and show the results. */
export interface RoundClose {
  type: "round.close";
  round: RoundId;
}

/** My points on this card are now `weight` (not: more by `weight`), so that sending it twice changes nothing. */
export interface VoteCast {
  type: "vote.cast";
  round: RoundId;
  card: CardId;
  weight: Points;
}

/** Take my points on this card back. */
export interface VoteRetract {
  type: "vote.retract";
  round: RoundId;
  card: CardId;
}

/** A vote is open. */
export interface RoundOpened {
  type: "round.opened";
  round: RoundId;
  method: Method;
  budget: number;
  cap: number;
  secret: boolean;
  title: string | null;
  at_ms: Ms;
}

/** A vote is closed. On its way out it carries the results, and the tallies that were secret until now. */
export interface RoundClosed {
  type: "round.closed";
  round: RoundId;
  at_ms: Ms;
  tallies?: Record<CardId, number>;
  results?: Result[];
  voters?: number;
}

/**
 * Where the round stands: absolute points of the cards that changed, and how many people have voted.
 *
 * While a secret round is open only `voters` is there.
 */
export interface RoundTallied {
  type: "round.tallied";
  round: RoundId;
  voters: number;
  tallies?: Record<CardId, number>;
}

export type Permission = "add" | "rebound" | "edit" | "move" | "vote";

/** A stage of the facilitation: what to do, what participants may do, whether what they write is sealed for now. */
export interface Step {
  id: Id;
  instruction: string | null;
  allows: Permission[];
  private: boolean;
}

/** Runs on the server's clock: every screen shows `ends_ms - now`, with now corrected by `welcome.server_time`. */
export interface Timer {
  started_ms: Ms;
  ends_ms: Ms;
}

/** (minimum 1, maximum 14400) */
export type Seconds = number;

/** A moderator sets the current step. Leaving a private step reveals what was written in it. */
export interface StepSet {
  type: "step.set";
  instruction?: string | null;
  allows?: Permission[];
  private?: boolean;
}

/** A moderator gives the board another title. */
export interface BoardRename {
  type: "board.rename";
  title: string;
}

/** A moderator locks the board: participants can look, not change. */
export interface BoardLock {
  type: "board.lock";
}

/** A moderator unlocks the board. */
export interface BoardUnlock {
  type: "board.unlock";
}

/** Start the timer, in place of one that may be running. */
export interface TimerStart {
  type: "timer.start";
  seconds: Seconds;
}

/** Give more time: counts from the end of the running timer. */
export interface TimerExtend {
  type: "timer.extend";
  seconds: Seconds;
}

/** Take the timer off every screen. */
export interface TimerStop {
  type: "timer.stop";
}

/** The board is at another step. */
export interface StepChanged {
  type: "step.changed";
  step: Step;
}

/** The board has another title. */
export interface BoardRenamed {
  type: "board.renamed";
  title: string;
}

/** The board is locked. */
export interface BoardLocked {
  type: "board.locked";
}

/** The board is open again. */
export interface BoardUnlocked {
  type: "board.unlocked";
}

/** The timer is now this, or off. */
export interface TimerSet {
  type: "timer.set";
  timer: Timer | null;
}

export type Locale = "fr" | "en";

export type NameAsked = "no" | "optional" | "required";

/** A snapshot of the board for one audience. */
export interface BoardView {
  id: BoardId;
  code: string;
  title: string;
  template: string;
  locale: Locale;
  anonymous: boolean;
  locked: boolean;
  created_ms: Ms;
  segments: Segment[];
  sections: Section[];
  cards: Card[];
  rounds: RoundView[];
  /** The authors of `cards`, and the staff; not everybody who ever joined. */
  participants: ParticipantView[];
  step: Step;
  timer: Timer | null;
}

/** What may be in a `submit` frame. */
export type ClientCommand =
  | CardAdd
  | CardEdit
  | CardMove
  | CardWithdraw
  | CardRestore
  | CardHide
  | CardShow
  | CardApprove
  | CardRemove
  | CardErase
  | CardRebound
  | ReboundLink
  | ReboundUnlink
  | RoundOpen
  | RoundClose
  | VoteCast
  | VoteRetract
  | SectionAdd
  | SectionRename
  | SectionRemove
  | StepSet
  | BoardRename
  | BoardLock
  | BoardUnlock
  | TimerStart
  | TimerExtend
  | TimerStop
  | ParticipantRemove
  | ParticipantReadmit;

/**
 * What an audience is told.
 *
 * Some facts never leave as they are: a ballot becomes part of a tally, a state change a card.
 */
export type OutgoingEvent =
  | CardAdded
  | CardEdited
  | CardMoved
  | CardsRevealed
  | CardChanged
  | CardGone
  | CardLinked
  | RoundOpened
  | RoundClosed
  | RoundTallied
  | SectionAdded
  | SectionRenamed
  | SectionRemoved
  | StepChanged
  | BoardRenamed
  | BoardLocked
  | BoardUnlocked
  | TimerSet
  | ParticipantRemoved
  | ParticipantReadmitted;

/** How far somebody has followed a board. Only comparable within one epoch. */
export interface Position {
  epoch: string;
  seq: Seq;
}

/** Who the server takes you for. */
export interface You {
  participant: ParticipantId;
  role: Role;
  segment: SegmentId | null;
  name: string | null;
}

/** The first frame. `device`: an id this browser or program made for itself once. `position`: where to resume. */
export interface HelloFrame {
  type: "hello";
  token: string;
  device: DeviceId;
  position?: Position | null;
}

/**
 * A command under its mutation id.
 *
 * Sent again under the same id, it is answered as before and changes nothing (LG4).
 */
export interface SubmitFrame {
  type: "submit";
  id: MutationId;
  command: ClientCommand;
}

/** Something fleeting that others may see in `presence`; never stored, never acknowledged. */
export interface SignalFrame {
  type: "signal";
  signal: Writing;
}

/** Ask for a `beat` now, e.g. after the phone woke up. */
export interface PingFrame {
  type: "ping";
}

export type ClientFrame =
  | HelloFrame
  | SubmitFrame
  | SignalFrame
  | PingFrame;

/** You are in. `position` is where the frames that follow lead. */
export interface WelcomeFrame {
  type: "welcome";
  you: You;
  position: Position;
  recovered: boolean;
  server_time: Ms;
  limits: Limits;
}

/** The whole board as you may see it: forget what you knew. */
export interface SnapshotFrame {
  type: "snapshot";
  position: Position;
  board: BoardView;
}

/**
 * What happened, in order. `seq` is the position after them.
 *
 * A frame at or below the position you hold is a repeat: leave it.
 */
export interface EventsFrame {
  type: "events";
  seq: Seq;
  events: OutgoingEvent[];
}

/**
 * What only you may see. Does not move your position; comes after the events it belongs to.
 *
 * Replace the ballots of the rounds, and the cards, named here. `cards` are your own cards that others cannot see as
 * they are (sealed, pending, hidden, withdrawn); a whole card in later `events` ends what was said of it here.
 * `authored` lists all your cards: on an anonymous board nothing else tells you which are yours. Where it is there,
 * this is the whole of what is yours, and what is not named is yours no more.
 */
export interface YoursFrame {
  type: "yours";
  seq: Seq;
  ballots: Record<RoundId, Record<CardId, number>>;
  cards: Card[];
  authored?: CardId[];
}

/**
 * The command is stored as durably as this server was told to store.
 *
 * `seq` is its entry. `made`: the id of what it created.
 */
export interface AcceptedFrame {
  type: "accepted";
  id: MutationId;
  seq: Seq;
  made?: string;
}

/**
 * The command changed nothing. `code` is for programs, `message` for people.
 *
 * `temporary`: it may succeed later, unchanged; send it again under a new id.
 */
export interface RejectedFrame {
  type: "rejected";
  id: MutationId;
  code: string;
  message: string;
  temporary: boolean;
  details?: Record<string, unknown>;
}

/** Who is here now: how many people, by segment, how many are writing; the people where they may be seen. */
export interface PresenceFrame {
  type: "presence";
  here: number;
  writing: number;
  segments: Record<string, number>;
  people?: PresentView[];
}

/** The server is alive and the board stands at `seq` (HB5). Ahead of you and no events come: resume. */
export interface BeatFrame {
  type: "beat";
  seq: Seq;
}

/** A frame of yours could not be taken; it changed nothing and the connection lives on. */
export interface ErrorFrame {
  type: "error";
  code: string;
  message: string;
  details?: Record<string, unknown>;
}

/**
 * The server is about to close this connection; `code` is the close code's name.
 *
 * Null `retry_after_ms`: do not come back.
 */
export interface ByeFrame {
  type: "bye";
  code: string;
  retry_after_ms: number | null;
}

export type ServerFrame =
  | WelcomeFrame
  | SnapshotFrame
  | EventsFrame
  | YoursFrame
  | AcceptedFrame
  | RejectedFrame
  | PresenceFrame
  | BeatFrame
  | ErrorFrame
  | ByeFrame;

/** POST /api/boards. `template` is the name of one of the templates; `segments` replaces the usual ones. */
export interface NewBoard {
  title: string;
  template?: string;
  locale?: Locale;
  name_asked?: NameAsked;
  anonymous?: boolean;
  segments?: Segment[] | null;
}

/** Capability tokens. Whoever holds one has its role. */
export interface Tokens {
  moderator: string;
  kiosk: string;
  display: string;
}

/** Addresses to hand out. The secret part stands behind `#`, which browsers never send to a server. */
export interface Links {
  participant: string;
  moderator: string;
  kiosk: string;
  wall: string;
}

/** 201 to POST /api/boards. The tokens are told this once. */
export interface BoardMade {
  id: BoardId;
  code: string;
  tokens: Tokens;
  links: Links;
}

/** GET /api/boards/{id-or-code}: what the joining page needs, and nothing of the board's content. */
export interface BoardFace {
  id: BoardId;
  code: string;
  title: string;
  locale: Locale;
  name_asked: NameAsked;
  anonymous: boolean;
  segments: Segment[];
  /** Where phones join, as phones can reach it: on the facilitator's laptop the address bar may say localhost. */
  join_url: string;
}

/** POST /api/boards/{id-or-code}/join. The same `device` (20 characters or more) again is the same participant. */
export interface Join {
  name?: string | null;
  segment?: SegmentId | null;
  device?: DeviceId | null;
}

/** 200 to a join. `token` opens the WebSocket and exports; keep it where only this person can read it. */
export interface Joined {
  board: BoardId;
  participant: ParticipantId;
  token: string;
}

/** One row of GET /api/templates. */
export interface TemplateFace {
  name: string;
  title: string;
  about: string;
  sections: number;
}

/** Every error over HTTP: the same codes and sentences as on the socket. */
export interface Problem {
  code: string;
  message: string;
  temporary: boolean;
  details?: Record<string, unknown>;
}

/** The frame of one `type`: `FrameOf<"welcome">`. */
export type FrameOf<T extends (ClientFrame | ServerFrame)["type"]> = Extract<ClientFrame | ServerFrame, { type: T }>;
/** The command of one `type`: `CommandOf<"card.add">`. */
export type CommandOf<T extends ClientCommand["type"]> = Extract<ClientCommand, { type: T }>;
/** The event of one `type`: `EventOf<"card.added">`. */
export type EventOf<T extends OutgoingEvent["type"]> = Extract<OutgoingEvent, { type: T }>;
