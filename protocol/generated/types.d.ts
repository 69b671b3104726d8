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
export type GroupId = string;

/** (minLength 1, maxLength 64, pattern ^[A-Za-z0-9_.:-]+$) */
export type CommentId = string;

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

/** The language of a text, as a BCP 47 tag. (minLength 2, maxLength 16, pattern ^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$) */
export type Lang = string;

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

export type PersonRole = "participant" | "staff" | "moderator";

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

/** A moderator mutes somebody: they go on reading and voting, and write nothing. */
export interface ParticipantMute {
  type: "participant.mute";
  participant: ParticipantId;
}

/** A moderator lets somebody write again. */
export interface ParticipantUnmute {
  type: "participant.unmute";
  participant: ParticipantId;
}

/** A moderator gives somebody a role: staff with a badge, a co-moderator, or a participant again. */
export interface ParticipantPromote {
  type: "participant.promote";
  participant: ParticipantId;
  role: PersonRole;
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

/** Somebody may not write, or may again. */
export interface ParticipantMuted {
  type: "participant.muted";
  participant: ParticipantId;
  muted: boolean;
}

/**
 * Somebody has another role. Their connections begin anew (`resync`): they see what that role sees.
 *
 * On its way out, `person` tells how others see them now: a badge needs a name.
 */
export interface ParticipantPromoted {
  type: "participant.promoted";
  participant: ParticipantId;
  role: PersonRole;
  person?: ParticipantView;
}

/** This device is, or is no longer, writing. Forgotten by itself after a few seconds. */
export interface Writing {
  type: "writing";
  on?: boolean;
}

/** This person is ready for the next step, or not after all. For this step only; said again after a reconnect. */
export interface Ready {
  type: "ready";
  step: Id;
  on?: boolean;
}

export type Signal =
  | Writing
  | Ready;

/** One person who is here, for the wall's and the console's list. */
export interface PresentView {
  participant: ParticipantId;
  role: Role;
  segment: SegmentId | null;
  name: string | null;
  writing?: boolean;
  ready?: boolean;
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

/** (minLength 1, maxLength 24) */
export type Tag = string;

/** Place in the palette of the design tokens. (minimum 1, maximum 6) */
export type Colour = number;

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
  /** The stack it stands in. */
  group?: GroupId;
  tags?: string[];
  colour?: number;
  /** The language it is written in, where its author's screen said so. */
  lang?: Lang;
}

/** Put a new card on the board. */
export interface CardAdd {
  type: "card.add";
  text: CardText;
  section?: SectionId | null;
  kind?: CardKind;
  tags?: Tag[];
  colour?: Colour | null;
  lang?: Lang | null;
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

/** The tags and the colour of this card are now these. Author or moderator. */
export interface CardTag {
  type: "card.tag";
  card: CardId;
  tags?: Tag[];
  colour?: Colour | null;
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

/**
 * A moderator lets a pending card onto the board.
 *
 * With `base_rev`, as they read it: refused `stale_rev` with the current text when its author has changed it since.
 */
export interface CardApprove {
  type: "card.approve";
  card: CardId;
  base_rev?: Rev | null;
}

/** A moderator puts the card in the bin; it can be restored. */
export interface CardRemove {
  type: "card.remove";
  card: CardId;
}

/**
 * A moderator, or the author, erases the words for ever (LG7). Place and lineage stay: nobody's credit breaks.
 *
 * A moderator erases the comments on it as well; an author leaves others theirs, which nobody else reads any more.
 */
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

/** The card's tags and colour are now these. */
export interface CardTagged {
  type: "card.tagged";
  card: CardId;
  tags: string[];
  colour: number | null;
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
  lang?: Lang | null;
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

export type Method = "dots" | "choice" | "hands" | "agree" | "stars" | "criteria" | "matrix" | "pairwise" | "quadratic";

export type RoundState = "open" | "closed";

/** What is voted on. `groups`: stacks, and the cards that stand in none. */
export type Items = "cards" | "groups" | "options";

/** A card's id, a group's, or an option's ("1" is the first). (minLength 1, maxLength 64, pattern ^[A-Za-z0-9_.:-]+$) */
export type ItemId = string;

/** What a ballot is on: an item; of a comparison its two items, the lesser id first, with a space between. (minLength 1, maxLength 129) */
export type BallotKey = string;

export type Says = "left" | "right" | "tie" | "unsure";

/**
 * What a score is. Whole numbers: `points` their sum · `voters` how many people gave any · `net` for minus against.
 *
 * In percent: `agreement` the lower end of the Wilson interval of agree among agree and disagree · `bradley_terry` the
 * estimated chance to be taken over an item of middling strength · `wins` of the items it was compared with, how many it
 * was taken over by more people than not (equal: a half).
 * On the scale of the marks: `mean` · `median` (interpolated within the middle mark) · `weighted` the criteria's means by
 * their weights · `balance` mean impact minus mean effort · `impact` its mean.
 */
export type CountedBy = "points" | "voters" | "net" | "agreement" | "mean" | "median" | "weighted" | "balance" | "impact" | "bradley_terry" | "wins";

/** (minimum 1, maximum 100) */
export type Points = number;

/** (minimum -100, maximum 100) */
export type Mark = number;

/** (minimum 1, maximum 10) */
export type Weight = number;

/** (minimum 2, maximum 10) */
export type Scale = number;

/** What is judged, and how much it weighs beside the others. */
export interface Criterion {
  label: string;
  weight: Weight;
}

/**
 * One item's outcome (`card`: its id). Equal scores share a rank: ties stay ties.
 *
 * `points` is the score where that is a whole number, and there is no `score` then; else it is the score rounded.
 * `low`, `high`: the 95 % interval, where the count has one. `counts`: what the score comes from, see
 * `RoundView.counts` (in a recount by agreement: agree, pass, disagree).
 * Every item that somebody's ballot is on has a result, whatever became of the item since. What nobody said anything
 * of has none, but for the options of a poll by points, choice or hands: there it is 0.
 */
export interface Result {
  card: ItemId;
  points: number;
  voters: number;
  rank: number;
  score?: number;
  low?: number;
  high?: number;
  counts?: number[];
}

/** The same ballots counted in another honest way. */
export interface Recount {
  by: CountedBy;
  results: Result[];
}

/**
 * A round as an audience sees it.
 *
 * A round has `tallies` or `counts`, by its method; neither while ballots are secret and the round is open. An item
 * without ballots is in neither.
 * `tallies`: points an item (dots, choice, hands, quadratic: net). `counts`, for the other methods, an item's
 * agree → (agree, pass, disagree) · stars → how many gave 1, 2 … scale · criteria → (people, sum of each criterion's
 * marks …) · matrix → (people, sum of efforts, sum of impacts) · pairwise → (won, drawn, lost, can't decide).
 * `budget` and `cap` are 0 where the method has none.
 */
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
  on: Items;
  options: string[];
  criteria: Criterion[];
  scale: number;
  tallies?: Record<ItemId, number>;
  counts?: Record<ItemId, number[]>;
  /** How `results` were counted; set when the round is closed. */
  counted_by?: CountedBy;
  results?: Result[];
  recounts?: Recount[];
  closed_ms?: Ms;
}

/**
 * Open a vote.
 *
 * `budget` (dots, quadratic: needed) points or credits each, at most `cap` of them on one item (dots; none: the whole
 * budget). `options` where `on` is options: two to ten; for a show of hands one is enough. `criteria` for criteria.
 * `scale`: the highest mark for stars, criteria and matrix.
 */
export interface RoundOpen {
  type: "round.open";
  method: Method;
  budget: Points | null;
  cap: Points | null;
  secret: boolean;
  title: string | null;
  on: Items;
  options: string[];
  criteria: Criterion[];
  scale: Scale;
}

/** Close the vote and show the results. */
export interface RoundClose {
  type: "round.close";
  round: RoundId;
}

/**
 * A moderator erases a vote for ever: its words, its ballots, and its place in the plan (LG7). Every screen begins
 * with a snapshot without it.
 */
export interface RoundErase {
  type: "round.erase";
  round: RoundId;
}

/** My points on this item are now `weight` (not: more by `weight`), so that sending it twice changes nothing. */
export interface VoteCast {
  type: "vote.cast";
  round: RoundId;
  card: ItemId;
  weight: Points;
}

/** What I say of this item is now this: one mark, or one for each criterion. */
export interface VoteMark {
  type: "vote.mark";
  round: RoundId;
  card: ItemId;
  marks: Mark[];
}

/** Which of two items I would take. */
export interface VoteCompare {
  type: "vote.compare";
  round: RoundId;
  left: ItemId;
  right: ItemId;
  says: Says;
}

/** Take back what I said of this item (or of this pair, by its key). */
export interface VoteRetract {
  type: "vote.retract";
  round: RoundId;
  card: BallotKey;
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
  on: Items;
  options: string[];
  criteria: Criterion[];
  scale: number;
}

/** A vote is closed. On its way out it carries the results, and what was secret until now. */
export interface RoundClosed {
  type: "round.closed";
  round: RoundId;
  at_ms: Ms;
  tallies?: Record<ItemId, number>;
  counts?: Record<ItemId, number[]>;
  counted_by?: CountedBy;
  results?: Result[];
  recounts?: Recount[];
  voters?: number;
}

/**
 * Where the round stands: absolute points (or counts) of the items that changed, and how many people have voted.
 *
 * An item whose numbers are all 0 has none any more.
 * While a secret round is open only `voters` is there.
 */
export interface RoundTallied {
  type: "round.tallied";
  round: RoundId;
  voters: number;
  tallies?: Record<ItemId, number>;
  counts?: Record<ItemId, number[]>;
}

/** A stack: its title, where it stands, and its place among the cards and groups there, ascending. */
export interface Group {
  id: GroupId;
  title: string | null;
  section: SectionId | null;
  order: number;
}

/** Stack these cards, two at least; it stands where the first of them stood. They leave other groups for it. */
export interface GroupMake {
  type: "group.make";
  cards: CardId[];
  title?: string | null;
}

/** Put cards onto a stack. */
export interface GroupAdd {
  type: "group.add";
  group: GroupId;
  cards: CardId[];
}

/** Take a card off its stack. */
export interface GroupTake {
  type: "group.take";
  card: CardId;
}

/** Another title, or none. */
export interface GroupRename {
  type: "group.rename";
  group: GroupId;
  title?: string | null;
}

/** Unstack: its cards stand by themselves again. */
export interface GroupDissolve {
  type: "group.dissolve";
  group: GroupId;
}

/** A new card that combines these, and credits them all. They stay, stacked under it, with their votes. */
export interface CardMerge {
  type: "card.merge";
  cards: CardId[];
  text: CardText;
  owes?: Owes | null;
}

/** There is this group now, or it is now so. */
export interface GroupChanged {
  type: "group.changed";
  group: Group;
}

/** These cards now stand in this group (null: in none). */
export interface CardsGrouped {
  type: "cards.grouped";
  cards: CardId[];
  group: GroupId | null;
}

/** The group is no more; cards that still stood in it stand in none. */
export interface GroupGone {
  type: "group.gone";
  group: GroupId;
}

export type Reaction = "heart" | "spark" | "thanks" | "laugh" | "wonder";

export type CommentState = "shown" | "pending" | "withdrawn" | "removed" | "erased";

/** Plain text, counted after cleaning. (minLength 1, maxLength 500) */
export type CommentText = string;

/** What somebody said about a card. Seen by whoever sees the card face up. */
export interface Comment {
  id: CommentId;
  card: CardId;
  text: string;
  author: ParticipantId | null;
  at_ms: Ms;
  state: CommentState;
  lang?: Lang;
}

/** Say something about a card that everybody sees. */
export interface CommentAdd {
  type: "comment.add";
  card: CardId;
  text: CommentText;
  lang?: Lang | null;
}

/** The author takes the comment back; it can be restored. */
export interface CommentWithdraw {
  type: "comment.withdraw";
  comment: CommentId;
}

/** A moderator takes it off the board; it can be restored. */
export interface CommentRemove {
  type: "comment.remove";
  comment: CommentId;
}

/** Back on the board: an author what they withdrew, a moderator anything. */
export interface CommentRestore {
  type: "comment.restore";
  comment: CommentId;
}

/** A moderator lets a pending comment onto the board. */
export interface CommentApprove {
  type: "comment.approve";
  comment: CommentId;
}

/** A moderator, or the author, erases the words for ever (LG7). */
export interface CommentErase {
  type: "comment.erase";
  comment: CommentId;
}

/** My one reaction to this card is now this; none takes it back. */
export interface ReactionSet {
  type: "reaction.set";
  card: CardId;
  reaction?: Reaction | null;
}

/** Somebody said something. On its way out, `author` tells who that is. */
export interface CommentAdded {
  type: "comment.added";
  comment: Comment;
  author?: ParticipantView;
}

/** This comment now looks like this to you: replace it whole, or add it. */
export interface CommentChanged {
  type: "comment.changed";
  comment: Comment;
  author?: ParticipantView;
}

/** This comment is no longer on your board: take it away. */
export interface CommentGone {
  type: "comment.gone";
  comment: CommentId;
}

/** All reactions to these cards as they are now; those nobody gave are not named. */
export interface ReactionsCounted {
  type: "reactions.counted";
  cards: Record<CardId, Record<Reaction, number>>;
}

/** (minLength 1, maxLength 280) */
export type Prompt = string;

/** A hand that is up, and since when: whoever raised theirs first speaks first. */
export interface Hand {
  participant: ParticipantId;
  at_ms: Ms;
}

/** A prompt on everybody's screen, or on one segment's, until it is taken back or the step changes. */
export interface Relaunch {
  id: Id;
  text: string;
  segment: SegmentId | null;
  about: About;
  at_ms: Ms;
}

/** What the facilitator shows large on every wall: one card, or one group. */
export interface Spotlight {
  card: CardId | null;
  group: GroupId | null;
}

/** I should like to speak. */
export interface HandRaise {
  type: "hand.raise";
}

/** My hand down again; a moderator's `participant`: that person's. */
export interface HandLower {
  type: "hand.lower";
  participant?: ParticipantId | null;
}

/** Push a prompt, in place of one that may be there. */
export interface RelaunchSend {
  type: "relaunch.send";
  text: Prompt;
  segment?: SegmentId | null;
  about?: About;
}

/** Take the prompt back. */
export interface RelaunchEnd {
  type: "relaunch.end";
}

/** Show this card or this group large; neither: nothing. */
export interface SpotlightSet {
  type: "spotlight.set";
  card?: CardId | null;
  group?: GroupId | null;
}

/** Hide the wall now: displays are sent no card until it is shown again. */
export interface WallHide {
  type: "wall.hide";
}

/** Show the wall again. */
export interface WallShow {
  type: "wall.show";
}

/** A hand is up. */
export interface HandRaised {
  type: "hand.raised";
  participant: ParticipantId;
  at_ms: Ms;
}

/** A hand is down. */
export interface HandLowered {
  type: "hand.lowered";
  participant: ParticipantId;
}

/** The prompt is now this, or none. */
export interface Relaunched {
  type: "board.relaunched";
  relaunch: Relaunch | null;
}

/** The spotlight is on this, or off. */
export interface SpotlightTurned {
  type: "spotlight.turned";
  spotlight: Spotlight | null;
}

/** The wall is hidden, or shown again. Displays that are here are led on by a `snapshot` in its place. */
export interface WallTurned {
  type: "wall.turned";
  hidden: boolean;
}

export type Stage = "idea" | "design" | "development" | "test" | "live" | "stopped";

/** How a visitor answers: agree, pass or disagree; one to five stars; a reaction. */
export type Asks = "agree" | "stars" | "reaction";

/** SHA-256 of the picture as it is kept, in hexadecimal. (minLength 64, maxLength 64, pattern ^[0-9a-f]+$) */
export type PictureId = string;

/** Why, or what was learnt. (minLength 1, maxLength 280) */
export type StageNote = string;

/** (maxLength 140) */
export type ShowcaseQuestion = string;

/** (maxLength 280) */
export type Alternative = string;

/** One line of a card's history: from then on it was at this stage. */
export interface Staged {
  stage: Stage;
  at_ms: Ms;
  note: string | null;
}

/** How a card stands in the window: a picture, and a question to the visitor. */
export interface Showcase {
  asks: Asks;
  /** None: what do you think of it? */
  question: ShowcaseQuestion | null;
  picture: PictureId | null;
  /** What the picture shows, in words; needed where there is one (WCAG 2.2, 1.1.1). */
  alternative: Alternative | null;
}

/** A moderator says how far this card is, and why. The same stage again adds a note to its history. */
export interface CardStage {
  type: "card.stage";
  card: CardId;
  stage: Stage;
  note?: StageNote | null;
}

/**
 * A moderator takes the last line of this card's history back, which was said at `at_ms`.
 *
 * Refused `stale_rev` when another line has come since: of a history only the end can be taken back.
 */
export interface CardUnstage {
  type: "card.unstage";
  card: CardId;
  at_ms: Ms;
}

/** A moderator puts this card in the window, changes how it stands there, or takes it out (null). */
export interface CardShowcase {
  type: "card.showcase";
  card: CardId;
  showcase?: Showcase | null;
}

/** This card stands in the window like this, or no longer. */
export interface CardShowcased {
  type: "card.showcased";
  card: CardId;
  showcase: Showcase | null;
}

/** The whole history of this card as you may know it, oldest first: replace what you have. */
export interface HistoryTold {
  type: "card.history";
  card: CardId;
  stages: Staged[];
}

/** What somebody thinks of a card, in the way it asks: agreement, stars, or a reaction. */
export type OpinionMark = "agree" | "pass" | "disagree" | "1" | "2" | "3" | "4" | "5" | "heart" | "spark" | "thanks" | "laugh" | "wonder";

/** A visitor's opinion of a card that everybody sees. Any mark is taken: the card may ask otherwise since. */
export interface OpinionGive {
  type: "opinion.give";
  card: CardId;
  mark: OpinionMark;
}

/** All opinions of these cards as they are now, over all kiosks; those nobody gave are not named. */
export interface OpinionsCounted {
  type: "opinions.counted";
  cards: Record<CardId, Record<OpinionMark, number>>;
}

export type Keyboard = "azerty" | "qwerty";

/** (minimum 10, maximum 600) */
export type Idle = number;

/** This board is now in the lab. */
export interface LabLinked {
  type: "lab.linked";
  board: BoardId;
  at_ms: Ms;
}

/** This board is no longer in the lab. */
export interface LabUnlinked {
  type: "lab.unlinked";
  board: BoardId;
}

/** How the kiosks of this board behave. */
export interface KioskSettings {
  /** Untouched for so long, a kiosk asks whether somebody is there, counts down in sight, then forgets everything. */
  idle_s: Idle;
  /** The on-screen keyboard to begin with; None: the one usual in the language shown. */
  keyboard: Keyboard | null;
}

/** Kiosks now behave like this. */
export interface KioskSettingsChanged {
  type: "kiosk.settings_changed";
  settings: KioskSettings;
}

/** What a kiosk's seat says is another: its name or its PIN, which are in no log. Each kiosk asks for its own. */
export interface KioskSeatsChanged {
  type: "kiosk.seats_changed";
}

/**
 * A moderator says how the kiosks behave.
 *
 * With `base`, from the settings they saw: refused `stale_rev` with those of now when somebody changed them since.
 */
export interface KioskSet {
  type: "kiosk.set";
  settings: KioskSettings;
  base?: KioskSettings | null;
}

export type Permission = "add" | "rebound" | "edit" | "move" | "group" | "comment" | "react" | "vote";

/** What wall and phones put first: ideas, columns, who starts from whom, stacks, the open round, its outcome. */
export type StepView = "cards" | "sections" | "lineage" | "groups" | "choose" | "results";

/** (minimum 1, maximum 14400) */
export type Seconds = number;

/**
 * A stage of the facilitation: what to do, what may be done, whether what is written is sealed or approved first.
 *
 * Whoever is no moderator is told of the other steps of a plan no more than `id` and `title`.
 */
export interface Step {
  id: Id;
  instruction: string | null;
  allows: Permission[];
  /** What is written is sealed: nobody but its author reads it before the reveal. */
  private: boolean;
  title?: string;
  /** What staff may do, where that is not the same as everybody. */
  staff_allows?: Permission[];
  /** What participants write waits for a moderator's approval. */
  approve: boolean;
  view: StepView;
  /** Runs from the moment the board comes to this step. */
  timer_s?: Seconds;
  /** Opens when the board comes to this step, and closes when it leaves. */
  round?: RoundOpen;
}

/** Runs on the server's clock: every screen shows `ends_ms - now`, with now corrected by `welcome.server_time`. */
export interface Timer {
  started_ms: Ms;
  ends_ms: Ms;
}

/** What a moderator says of a step; its id is the board's business. */
export interface StepSettings {
  instruction?: string | null;
  allows?: Permission[];
  private?: boolean;
  title?: string | null;
  staff_allows?: Permission[] | null;
  approve?: boolean;
  view?: StepView;
  timer_s?: Seconds | null;
  round?: RoundOpen | null;
}

/**
 * A moderator sets what holds at the current step. Ending private writing reveals what was written in it.
 *
 * What is not named keeps its value, but for the first three, which are always meant.
 */
export interface StepSet {
  type: "step.set";
  instruction?: string | null;
  allows?: Permission[];
  private?: boolean;
  approve?: boolean;
  view?: StepView;
}

/**
 * The board goes to this step of its plan: next, back, or anywhere.
 *
 * In the same entry: the round of the step it leaves closes, what was sealed there is revealed unless the next step is
 * private too, its timer stops; the timer and the round of the step it comes to begin.
 */
export interface StepGo {
  type: "step.go";
  step: Id;
}

/** A new step in the plan, before another or at the end. */
export interface StepAdd {
  type: "step.add";
  settings: StepSettings;
  before?: Id | null;
}

/** Another content for a step of the plan; of the current one it holds at once (round and timer go on). */
export interface StepEdit {
  type: "step.edit";
  step: Id;
  settings: StepSettings;
}

/** Another place in the plan: before another step, or at the end. */
export interface StepMove {
  type: "step.move";
  step: Id;
  before?: Id | null;
}

/** Out of the plan. The current step cannot be removed: go elsewhere first. */
export interface StepRemove {
  type: "step.remove";
  step: Id;
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

/** The board is at another step, or what holds at its step is now this. */
export interface StepChanged {
  type: "step.changed";
  step: Step;
}

/** The whole plan as it is now. */
export interface PlanChanged {
  type: "plan.changed";
  plan: Step[];
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

/** avatar: the phone offers a pair of words in place of a name, and another at a touch. */
export type NameAsked = "no" | "avatar" | "optional" | "required";

/** Who comes in with the code: everybody; who knows the passphrase; whom a moderator lets in. */
export type Access = "open" | "passphrase" | "approval";

/** Where a relaunch leads: the board as it is, or the cards this person has not seen yet. */
export type About = "board" | "unseen";

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
  /** The authors of `cards` and `comments`, and the staff; not everybody who ever joined. */
  participants: ParticipantView[];
  step: Step;
  timer: Timer | null;
  plan: Step[];
  groups: Group[];
  comments: Comment[];
  reactions: Record<CardId, Record<Reaction, number>>;
  /** The history of the cards of which something was said, oldest first. */
  stages: Record<CardId, Staged[]>;
  showcases: Record<CardId, Showcase>;
  /** Given at kiosks, apart from every vote. */
  opinions: Record<CardId, Record<OpinionMark, number>>;
  /** The other boards of this lab, in the order they came. */
  lab: BoardId[];
  kiosk: KioskSettings;
  /** In the order they went up. */
  hands: Hand[];
  relaunch: Relaunch | null;
  spotlight: Spotlight | null;
  wall_hidden: boolean;
  /** Who was removed; told to moderators only. */
  removed: ParticipantId[];
  /** Who may not write; told to moderators only. */
  muted: ParticipantId[];
}

/**
 * A moderator has the board forget for ever what no longer stands on it (LG7): former words of cards, titles and
 * instructions, stacks and sections that are gone, what was asked of the room.
 *
 * What is in the bin can be restored, and stays.
 */
export interface BoardForget {
  type: "board.forget";
}

/** What may be in a `submit` frame. */
export type ClientCommand =
  | BoardForget
  | CardAdd
  | CardEdit
  | CardMove
  | CardTag
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
  | RoundErase
  | VoteCast
  | VoteMark
  | VoteCompare
  | VoteRetract
  | SectionAdd
  | SectionRename
  | SectionRemove
  | StepSet
  | StepGo
  | StepAdd
  | StepEdit
  | StepMove
  | StepRemove
  | BoardRename
  | BoardLock
  | BoardUnlock
  | TimerStart
  | TimerExtend
  | TimerStop
  | GroupMake
  | GroupAdd
  | GroupTake
  | GroupRename
  | GroupDissolve
  | CardMerge
  | CommentAdd
  | CommentWithdraw
  | CommentRemove
  | CommentRestore
  | CommentApprove
  | CommentErase
  | ReactionSet
  | HandRaise
  | HandLower
  | RelaunchSend
  | RelaunchEnd
  | SpotlightSet
  | WallHide
  | WallShow
  | CardStage
  | CardUnstage
  | CardShowcase
  | OpinionGive
  | KioskSet
  | ParticipantRemove
  | ParticipantReadmit
  | ParticipantMute
  | ParticipantUnmute
  | ParticipantPromote;

/**
 * What an audience is told.
 *
 * Some facts never leave as they are: a ballot becomes part of a tally, a state change a card.
 */
export type OutgoingEvent =
  | CardAdded
  | CardEdited
  | CardMoved
  | CardTagged
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
  | PlanChanged
  | BoardRenamed
  | BoardLocked
  | BoardUnlocked
  | TimerSet
  | GroupChanged
  | CardsGrouped
  | GroupGone
  | CommentAdded
  | CommentChanged
  | CommentGone
  | ReactionsCounted
  | HandRaised
  | HandLowered
  | Relaunched
  | SpotlightTurned
  | WallTurned
  | CardShowcased
  | HistoryTold
  | OpinionsCounted
  | LabLinked
  | LabUnlinked
  | KioskSettingsChanged
  | KioskSeatsChanged
  | ParticipantRemoved
  | ParticipantReadmitted
  | ParticipantMuted
  | ParticipantPromoted;

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
  signal: Signal;
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
  /** As `ballots`, for the methods whose ballots are marks: replace those of the rounds named here. */
  marks?: Record<RoundId, Record<BallotKey, number[]>>;
  /** Your own comments that others cannot see as they are. */
  comments?: Comment[];
  /** Your own reactions to the cards named here. */
  reactions?: Record<CardId, Reaction | null>;
  /** Whether a moderator asked you to only read and vote. */
  muted?: boolean;
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

/**
 * Who is here now: how many people, by segment, how many are writing, how many are ready.
 *
 * Counted are the people of the room: moderators, kiosks and displays are not. The people themselves, moderators
 * among them, where they may be seen.
 */
export interface PresenceFrame {
  type: "presence";
  here: number;
  writing: number;
  segments: Record<string, number>;
  people?: PresentView[];
  ready: number;
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

export type InvitedRole = "moderator" | "staff";

/** (minimum 1, maximum 90) */
export type Days = number;

/** How alike, in hundredths. (minimum 0, maximum 100) */
export type Score = number;

/** POST /api/boards. `template` is the name of one of the templates; `segments` replaces the usual ones. */
export interface NewBoard {
  title: string;
  template?: string;
  locale?: Locale;
  name_asked?: NameAsked;
  anonymous?: boolean;
  segments?: Segment[] | null;
  access?: Access;
  /** Needed where `access` is passphrase. Kept as a salted slow hash, apart from the log. */
  passphrase?: string | null;
  email_asked?: boolean;
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

/**
 * GET /api/boards/{id}/links, with a moderator's token: what the board's screens are opened with, on any device.
 *
 * A screen that a moderator has removed has no link. A moderator's own stays where it is: others are invited.
 */
export interface BoardLinks {
  participant: string;
  kiosk: string | null;
  wall: string | null;
}

/** 201 to POST /api/boards. The tokens are told this once. */
export interface BoardMade {
  id: BoardId;
  code: string;
  tokens: Tokens;
  links: Links;
}

/**
 * GET /api/boards/{id-or-code}: what the joining page needs, and nothing of the board's content.
 *
 * Asked with an invitation's token, it says as what one is `invited`, and `access` is open.
 */
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
  access: Access;
  email_asked: boolean;
  invited?: InvitedRole;
}

/**
 * POST /api/boards/{id-or-code}/join. The same `device` (20 characters or more) again is the same participant.
 *
 * Answered `waiting_for_approval`, the same join is sent again with the `ticket` of its details, every
 * `retry_after_ms`, until somebody has decided.
 */
export interface Join {
  name?: string | null;
  segment?: SegmentId | null;
  device?: DeviceId | null;
  passphrase?: string | null;
  /** Where the board asks for it: kept beside the name, erased with it. */
  email?: string | null;
  /** What stands behind `#i=` in an invitation's link. */
  invitation?: string | null;
  ticket?: string | null;
  /** What stands behind `#h=` in a QR code that a kiosk showed: takes home what was written there. */
  handoff?: string | null;
}

/** 200 to a join. `token` opens the WebSocket and exports; keep it where only this person can read it. */
export interface Joined {
  board: BoardId;
  participant: ParticipantId;
  token: string;
  /** A moderator goes on at /console/{board}#t={token}. */
  role: Role;
}

/** POST /api/boards/{id}/invitations, with a moderator's token. `name`: what the link is for, for the list. */
export interface NewInvitation {
  role: InvitedRole;
  name?: string | null;
  days?: Days;
}

/** A link that several people may open; each joins as a person of their own, with this role. */
export interface Invitation {
  id: Id;
  role: InvitedRole;
  name: string | null;
  expires_ms: Ms;
  link: string;
}

/** One row of GET /api/boards/{id}/waiting: somebody who asks to be let in. */
export interface Waiting {
  participant: ParticipantId;
  name: string | null;
  segment: SegmentId | null;
  since_ms: Ms;
}

/** POST /api/boards/{id}/waiting/{participant}: let them in, or not. Who was not can be readmitted on the board. */
export interface Admission {
  admit: boolean;
}

/** POST /api/boards/{id}/similar: what somebody is writing, and the card where that is being edited. */
export interface SimilarAsked {
  text: string;
  card?: CardId | null;
}

/** A card that this person may see, and how much it is like the text. */
export interface SimilarCard {
  card: CardId;
  score: Score;
}

/** At most three, the closest first. */
export interface SimilarFound {
  cards: SimilarCard[];
}

/** Cards that say much the same, the closest first; `score` is that of the two that are least alike. */
export interface Suggestion {
  cards: CardId[];
  score: Score;
}

/** GET /api/boards/{id}/suggestions, for moderators: likely duplicates as of entry `seq`, the surest first. */
export interface Suggestions {
  seq: Seq;
  groups: Suggestion[];
}

/** A line of an import that became no card, and why. Lines count from 1, the heading of a table included. */
export interface RefusedLine {
  line: number;
  code: string;
  message: string;
  temporary: boolean;
  details?: Record<string, unknown>;
}

/**
 * 200 to POST /api/boards/{id}/import. A refused line has no effect on the others.
 *
 * Sent again, what became a card the first time is refused as `already_so`, so that an answer that got lost doubles
 * nothing.
 */
export interface Imported {
  cards: CardId[];
  refused: RefusedLine[];
}

/** A row of an import in JSON, which is a list of such rows or of texts, or has one as `cards`. */
export interface ImportedCard {
  text: string;
  /** Its id or its title. */
  section?: string | null;
  kind?: string | null;
  tags?: string[];
  colour?: number | null;
  lang?: string | null;
}

/** GET /api/brand: the organisation this server belongs to, null where nobody said. Colours: /brand.css. */
export interface BrandFace {
  name: string | null;
  /** The address of the picture. */
  logo: string | null;
}

/** One row of GET /api/templates. */
export interface TemplateFace {
  name: string;
  title: string;
  about: string;
  sections: number;
  /** What the steps of its plan are called, in their order. */
  steps: string[];
}

/** Every error over HTTP: the same codes and sentences as on the socket. */
export interface Problem {
  code: string;
  message: string;
  temporary: boolean;
  details?: Record<string, unknown>;
}

/** (minLength 4, maxLength 8, pattern ^[0-9]+$) */
export type Pin = string;

/** SHA-256 of the secret in the QR code, in base64url without padding (RFC 4648 section 5). (minLength 43, maxLength 43, pattern ^[A-Za-z0-9_-]+$) */
export type HandoffKey = string;

/** Commands that wait for the line. (minimum 0, maximum 9007199254740991) */
export type Queued = number;

/** (maxLength 64) */
export type BoardRef = string;

/** 201 to POST /api/boards/{ref}/pairings: a screen asks to become a kiosk of this board. */
export interface PairingMade {
  pairing: Id;
  /** Six unambiguous letters and digits, to be shown and typed on the console. */
  code: string;
  /** Only the screen that asked knows it. */
  secret: string;
  expires_ms: Ms;
  retry_after_ms: number;
}

/**
 * POST /api/boards/{ref}/pairings/{pairing}: has anybody confirmed?
 *
 * Until then `waiting_for_approval`; once it is over, `not_found`. Asked again after an answer that was lost, it
 * answers the same until it expires.
 */
export interface PairingAsked {
  secret: string;
}

/** 200 once a moderator has confirmed. */
export interface KioskPaired {
  board: BoardId;
  participant: ParticipantId;
  token: string;
}

/** POST /api/boards/{ref}/kiosks, with a moderator's token: the screen that shows this code is this kiosk. */
export interface NewKiosk {
  code: string;
  name: string;
  /** What staff type on the screen to leave the visitors' side of it. */
  pin?: Pin | null;
}

/**
 * POST /api/boards/{ref}/kiosks/{participant}, with a moderator's token: the kiosk is called so, or has this PIN.
 *
 * What is left out stays. The screen learns it by itself: it asks for its seat when `kiosk.seats_changed` comes, and
 * whenever it has its line back. Of two who change different things at once, both have changed them.
 */
export interface KioskChange {
  name?: string;
  /** The one before opens nothing from now on. */
  pin?: Pin;
  /** It has none any more, whatever `pin` says. */
  without_pin?: boolean;
}

/** One row of GET /api/boards/{ref}/kiosks, for moderators. */
export interface Kiosk {
  participant: ParticipantId;
  /** None: whoever opened the kiosk link. */
  name: string | null;
  since_ms: Ms | null;
  /** When it last reported; None: never. */
  seen_ms: Ms | null;
  /** What it had not been able to send yet, then. */
  queued: number;
  build: string | null;
  /** It shows an older page than this server serves now; it loads that one by itself, between visitors. */
  behind: boolean;
  removed: boolean;
  has_pin: boolean;
  /** It is here through a lab this board is in: there, and not here, it has its name and its PIN. */
  of_lab: boolean;
}

/** POST /api/boards/{ref}/seat, with a kiosk's token: once a minute, and when it starts. */
export interface KioskReport {
  build?: Id | null;
  queued?: Queued;
  /** A moderator's look at it, from the console: it is no screen that stands somewhere, and nothing of it is noted. */
  preview?: boolean;
}

/** A board this kiosk shows, and the token that opens it. */
export interface SeatBoard {
  board: BoardId;
  code: string;
  title: string;
  locale: Locale;
  join_url: string;
  participant: ParticipantId;
  token: string;
}

/** What a kiosk needs to check its PIN while it is offline: PBKDF2 with HMAC-SHA-256 (RFC 8018), base64. */
export interface PinCheck {
  salt: string;
  rounds: number;
  hash: string;
}

/** 200 to a report: what this kiosk is, and what it shows. The first board is the one it was paired with. */
export interface KioskSeat {
  name: string | null;
  /** Of the page that this server serves now; another one than its own, and a kiosk loads it between visitors. */
  build: string | null;
  settings: KioskSettings;
  pin: PinCheck | null;
  boards: SeatBoard[];
  server_time: Ms;
}

/**
 * POST /api/boards/{ref}/handoffs, with the token of the kiosk that wrote it. Sent again, it changes nothing.
 *
 * The kiosk makes the secret itself, so that it can show the QR code while the line is away.
 */
export interface NewHandoff {
  /** The card or comment that `accepted` named. */
  made: Id;
  key: HandoffKey;
}

/** 201: whoever joins with the secret first, and in time, owns what was written. */
export interface Handoff {
  expires_ms: Ms;
}

/** POST /api/boards/{lab}/lab/boards, with the token of a moderator of the lab: this board is in it from now on. */
export interface NewLabBoard {
  /** Its id or its join code. */
  board: BoardRef;
  /** Of a moderator of that board: nobody puts somebody else's board in a shop window. */
  token: string;
}

/**
 * One row of GET /api/boards/{lab}/lab/boards, for moderators of the lab: a board in it, and how much waits there.
 *
 * What waits, and by whom, only that board's own moderators are told.
 */
export interface LabBoard {
  board: BoardId;
  /** Null: the board is gone, and can be taken out. */
  code: string | null;
  title: string | null;
  /** To be approved. */
  cards_waiting: number;
  comments_waiting: number;
}

/**
 * One row of GET /api/boards/{ref}/labs, for moderators: a lab that this board is in, whose kiosks and page show
 * it. They may take it out.
 */
export interface LabOfBoard {
  board: BoardId;
  code: string;
  title: string;
}

/** A card in the window, with its history. */
export interface ShowcaseFace {
  card: CardId;
  text: string;
  showcase: Showcase;
  stages: Staged[];
  lang: string | null;
}

/** What anybody may know of a board in a lab. */
export interface LabBoardFace {
  board: BoardId;
  code: string;
  title: string;
  locale: Locale;
  join_url: string;
  /** Whether ideas may be added now. */
  open: boolean;
  cards: number;
  rebounds: number;
  opinions: number;
  /** How many cards stand at each stage; a card of which nothing was said is an idea. */
  stages: Record<Stage, number>;
  showcases: ShowcaseFace[];
}

/** GET /api/boards/{ref}/lab: the front page of a lab. Of a board that not everybody may join, no content. */
export interface LabFace {
  board: BoardId;
  code: string;
  title: string;
  locale: Locale;
  /** The lab's own board first, where it has any card. */
  boards: LabBoardFace[];
}

/**
 * 201 to POST /api/boards/{ref}/pictures, with a moderator's token and a JPEG, PNG, WebP, GIF or AVIF image.
 *
 * It is decoded, turned upright, made smaller, encoded anew without any metadata, and kept under the hash of that.
 * GET /api/boards/{ref}/pictures/{picture}?width=480 (or 1080) shows it, as WebP. Else `not_a_picture`, whose details
 * say which `problem`: `unknown`, `damaged`, or `heic`, which the browser of the phone that took it makes a JPEG where
 * a page asks for pictures without naming that format; or `too_large`, by `max_bytes` or `max_pixels`.
 */
export interface PictureKept {
  picture: PictureId;
  width: number;
  height: number;
  bytes: number;
}

/** The frame of one `type`: `FrameOf<"welcome">`. */
export type FrameOf<T extends (ClientFrame | ServerFrame)["type"]> = Extract<ClientFrame | ServerFrame, { type: T }>;
/** The command of one `type`: `CommandOf<"card.add">`. */
export type CommandOf<T extends ClientCommand["type"]> = Extract<ClientCommand, { type: T }>;
/** The event of one `type`: `EventOf<"card.added">`. */
export type EventOf<T extends OutgoingEvent["type"]> = Extract<OutgoingEvent, { type: T }>;
