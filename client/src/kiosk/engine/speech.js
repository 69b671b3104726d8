/**
 * Reads aloud with the voice that the browser has, where it has one for the language; nothing leaves the device for it.
 *
 * @import { ReadonlySignal, Signal } from "@preact/signals"
 * @import { Surroundings } from "./surroundings.js"
 */
import { signal } from "@preact/signals";

/** A long text is said in pieces: some engines fall silent after a quarter of a minute. */
const PIECE_CHARS = 180;

/** @param {{ surroundings: Surroundings }} parts */
export function createSpeech({ surroundings: { page } }) {
  /** @type {SpeechSynthesis | undefined} */
  const synthesis = page.speechSynthesis;
  /** Voices come late; an engine that runs on another machine is none of ours. @type {Signal<readonly SpeechSynthesisVoice[]>} */
  const voices = signal([]);
  const speaking = signal(false);
  /** What was said last: an end of something before it means nothing. */
  let turn = 0;

  const listen = () => {
    voices.value = (synthesis?.getVoices() ?? []).filter(({ localService }) => localService);
  };
  listen();
  synthesis?.addEventListener?.("voiceschanged", listen);

  /** @param {string} lang @returns {SpeechSynthesisVoice | undefined} */
  const voiceFor = (lang) =>
    voices.value.find((voice) => voice.lang.toLowerCase() === lang.toLowerCase()) ??
    voices.value.find((voice) => baseOf(voice.lang) === baseOf(lang));

  function stop() {
    turn += 1;
    speaking.value = false;
    synthesis?.cancel();
  }

  /**
   * @param {string} text
   * @param {string} lang BCP 47
   */
  function say(text, lang) {
    stop();
    const voice = voiceFor(lang);
    if (!synthesis || !voice) return;
    const mine = turn;
    const pieces = inPieces(text);
    speaking.value = pieces.length > 0;
    pieces.forEach((piece, place) => {
      const utterance = new SpeechSynthesisUtterance(piece);
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.onend = utterance.onerror = () => {
        if (turn === mine && place === pieces.length - 1) speaking.value = false;
      };
      synthesis.speak(utterance);
    });
  }

  return {
    /** Whether this language can be read aloud here. @param {string} lang */
    available: (lang) => voiceFor(lang) !== undefined,
    speaking: /** @type {ReadonlySignal<boolean>} */ (speaking),
    say,
    stop,
    close() {
      stop();
      synthesis?.removeEventListener?.("voiceschanged", listen);
    },
  };
}

/** @param {string} tag */
const baseOf = (tag) => tag.toLowerCase().split(/[-_]/)[0];

/**
 * At ends of sentences, else between words.
 * @param {string} text
 * @returns {string[]}
 */
export function inPieces(text) {
  /** @type {string[]} */
  const pieces = [];
  for (const sentence of text.split(/(?<=[.!?…:;\n])\s+/)) {
    for (const word of sentence.split(/\s+/)) {
      const last = pieces[pieces.length - 1];
      const joined = last === undefined ? word : `${last} ${word}`;
      if (last === undefined || last === "" || joined.length > PIECE_CHARS) pieces.push(word);
      else pieces[pieces.length - 1] = joined;
    }
    pieces.push("");
  }
  return pieces.filter(Boolean);
}
