// A small world for the client's core: a clock that moves when told, links that carry frames one by one, and a server that
// does what the protocol says for cards (numbering, remembered outcomes, resume, snapshot). No real time, no network.

/**
 * A seeded random number generator (mulberry32): the seed in a failing test's name replays it.
 * @param {number} seed
 */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lets every promise that can settle now do so. */
export async function settle() {
  for (let round = 0; round < 60; round += 1) await null;
}

export class World {
  /** @param {number} seed */
  constructor(seed = 1) {
    this.random = seeded(seed);
    this.now_ms = 1_700_000_000_000;
    /** @type {{ at_ms: number, run: () => void }[]} */
    this.timers = [];
    /** @type {Link[]} */
    this.links = [];
    this.reachable = true;
    this.server = new Server();
  }

  /** What `Connection` and the store need of a browser. @returns {import("../../src/core/connection.js").World} */
  get surroundings() {
    return {
      open: () => {
        const link = new Link(this);
        this.links.push(link);
        return /** @type {any} */ (link.socket);
      },
      random: () => this.random(),
      later: (/** @type {() => void} */ run, /** @type {number} */ after_ms) => {
        const timer = { at_ms: this.now_ms + after_ms, run };
        this.timers.push(timer);
        return timer;
      },
      cancel: (/** @type {unknown} */ timer) => {
        this.timers = this.timers.filter((one) => one !== timer);
      },
    };
  }

  /** @param {number} by_ms */
  advance(by_ms) {
    const until_ms = this.now_ms + by_ms;
    for (;;) {
      const due = this.timers.filter((timer) => timer.at_ms <= until_ms).sort((a, b) => a.at_ms - b.at_ms)[0];
      if (!due) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.now_ms = due.at_ms;
      due.run();
    }
    this.now_ms = until_ms;
  }

  /**
   * One step of one link: a connect, or a frame either way.
   * @returns {boolean} whether there was anything to do
   */
  step(link = this.pick(this.links.filter((one) => one.busy))) {
    if (!link) return false;
    link.step();
    return true;
  }

  /** @template T @param {readonly T[]} among @returns {T | undefined} */
  pick(among) {
    return among[Math.floor(this.random() * among.length)];
  }

  /** Ten minutes in which everything that is on its way arrives and timers go off. */
  async calm() {
    for (let round = 0; round < 60; round += 1) {
      do await settle();
      while (this.step());
      this.advance(10_000);
      this.server.beat();
    }
  }
}

/** One WebSocket, both ends, with the frames that are under way. */
export class Link {
  /** @param {World} world */
  constructor(world) {
    this.world = world;
    /** @type {any[]} */
    this.up = [];
    /** @type {any[]} */
    this.down = [];
    this.state = "opening";
    /** @type {any} */
    this.socket = {
      readyState: 0,
      send: (/** @type {string} */ text) => this.up.push(JSON.parse(text)),
      close: () => this.drop(1000, false),
    };
    /** @type {any} */
    this.session = null;
  }

  get busy() {
    return this.state === "opening" || (this.state === "open" && (this.up.length > 0 || this.down.length > 0));
  }

  step() {
    const { world, socket } = this;
    if (this.state === "opening") {
      if (!world.reachable) return this.drop(1006);
      this.state = "open";
      socket.readyState = 1;
      this.session = world.server.connect((/** @type {any} */ frame) => this.down.push(structuredClone(frame)));
      return socket.onopen?.();
    }
    const upwards = this.up.length > 0 && (this.down.length === 0 || world.random() < 0.5);
    if (upwards) return this.session?.receive(this.up.shift());
    return socket.onmessage?.({ data: JSON.stringify(this.down.shift()) });
  }

  /** The line breaks: what is under way upwards may have arrived or not, what comes down is lost. */
  drop(code = 1006, heard = true) {
    if (this.state === "closed") return;
    while (this.state === "open" && this.up.length > 0 && this.world.random() < 0.5) this.session?.receive(this.up.shift());
    this.state = "closed";
    this.socket.readyState = 3;
    this.session?.close();
    if (heard) this.socket.onclose?.({ code });
  }
}

const LIMITS = {
  card_text_chars: 1000,
  owes_chars: 280,
  name_chars: 40,
  parents_per_card: 8,
  frame_bytes: 65536,
  commands_in_flight: 64,
  beat_ms: 10_000,
};

/** A board of cards behind the protocol. */
export class Server {
  constructor() {
    this.epoch = "e1";
    /** @type {any[]} the events, one an entry */
    this.log = [];
    /** @type {Map<string, Map<number, any>>} device → id → outcome */
    this.outcomes = new Map();
    /** @type {Set<any>} */
    this.sessions = new Set();
    /** What was said in passing. @type {any[]} */
    this.signals = [];
    /** The next so many commands are answered `unavailable`. */
    this.failing = 0;
    /** @type {(command: any) => any} a refusal, or nothing */
    this.refuses = () => null;
  }

  get seq() {
    return this.log.length;
  }

  get cards() {
    return this.log.filter((event) => event.type === "card.added").map((event) => event.card);
  }

  view() {
    return {
      id: "b",
      code: "KITE7",
      title: "Board",
      template: "brainstorm",
      locale: "en",
      anonymous: false,
      locked: false,
      created_ms: 0,
      segments: [],
      sections: [],
      cards: this.cards,
      rounds: [],
      participants: [],
      step: { id: "open", instruction: null, allows: ["add", "rebound", "edit", "move", "vote"], private: false },
      timer: null,
    };
  }

  /** @param {(frame: any) => void} send */
  connect(send) {
    /** @type {any} */
    const session = { send, device: "" };
    session.receive = (/** @type {any} */ frame) => this.receive(session, frame);
    session.close = () => this.sessions.delete(session);
    return session;
  }

  /** @param {any} session @param {any} frame */
  receive(session, frame) {
    if (frame.type === "hello") return this.greet(session, frame);
    if (frame.type === "ping") return session.send({ type: "beat", seq: this.seq });
    if (frame.type === "submit") return this.submit(session, frame);
    if (frame.type === "signal") this.signals.push(frame.signal);
    return undefined;
  }

  /** @param {any} session @param {any} hello */
  greet(session, { device, position }) {
    session.device = device;
    const recovered = position?.epoch === this.epoch && position.seq <= this.seq;
    const here = { epoch: this.epoch, seq: this.seq };
    const you = { participant: "p1", role: "participant", segment: null, name: null };
    session.send({ type: "welcome", you, position: here, recovered, server_time: 0, limits: LIMITS });
    if (!recovered) session.send({ type: "snapshot", position: here, board: this.view() });
    else if (position.seq < this.seq) {
      session.send({ type: "events", seq: this.seq, events: this.log.slice(position.seq) });
    }
    session.send({ type: "yours", seq: this.seq, ballots: {}, cards: [], authored: [] });
    this.sessions.add(session);
  }

  /** @param {any} session @param {any} frame */
  submit(session, { id, command }) {
    const outcomes = this.outcomes.get(session.device) ?? new Map();
    this.outcomes.set(session.device, outcomes);
    const known = outcomes.get(id);
    if (known) return session.send(known);
    const remembered = [...outcomes.keys()].sort((a, b) => a - b).slice(-64);
    if (outcomes.size >= 64 && id < (remembered[0] ?? 0)) {
      return session.send({ type: "rejected", id, code: "stale_id", message: "", temporary: false });
    }
    if (this.failing > 0) {
      this.failing -= 1;
      return session.send({ type: "rejected", id, code: "unavailable", message: "", temporary: true });
    }
    const refusal = this.refuses(command);
    if (refusal) return session.send({ type: "rejected", id, message: "", temporary: false, ...refusal });
    const made = `c${this.seq + 1}`;
    const card = {
      id: made,
      text: command.text,
      section: null,
      author: session.author ?? "p1",
      rev: 1,
      parents: [],
      kind: "idea",
      state: "shown",
      at_ms: this.seq,
      order: this.seq,
    };
    this.log.push({ type: "card.added", card });
    const outcome = { type: "accepted", id, seq: this.seq, made };
    outcomes.set(id, outcome);
    session.send(outcome);
    for (const other of this.sessions) other.send({ type: "events", seq: this.seq, events: [{ type: "card.added", card }] });
    return undefined;
  }

  /** The facilitator goes to another step. @param {string} id */
  goTo(id) {
    this.happens({ type: "step.changed", step: { ...this.view().step, id } });
  }

  /** @param {any} event that everybody is told */
  happens(event) {
    this.log.push(event);
    for (const session of this.sessions) session.send({ type: "events", seq: this.seq, events: [event] });
  }

  beat() {
    for (const session of this.sessions) session.send({ type: "beat", seq: this.seq });
  }
}
