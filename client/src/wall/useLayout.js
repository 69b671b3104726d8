// Asks the layout worker, one question at a time and always the latest: a busy board waits for nobody, and nobody for it.
import { useEffect, useRef, useState } from "preact/hooks";

/** @typedef {import("./layout/jobs.js").Job} Job */
/** @typedef {import("./layout/jobs.js").Answer} Answer */
/** @typedef {Job extends infer J ? J extends Job ? Omit<J, "before"> : never : never} Question */

/**
 * @param {Question | null} question a new object when it changed; null while there is nothing to lay out
 * @returns {Answer | null} the last answer to a question of this kind
 */
export function useLayout(question) {
  const [answered, setAnswered] = useState(/** @type {Answer | null} */ (null));
  const layouter = useRef(/** @type {ReturnType<typeof createLayouter> | null} */ (null));
  useEffect(() => {
    layouter.current ??= createLayouter(setAnswered);
    if (question) layouter.current.ask(question);
  }, [question]);
  useEffect(
    () => () => {
      layouter.current?.stop();
      layouter.current = null;
    },
    [],
  );
  return answered && answered.kind === question?.kind ? answered : null;
}

/** Where neither the worker nor what it does came, the server is away: it is asked again after this long. */
const AGAIN_MS = 1_000;

/** @param {(answer: Answer) => void} tell */
export function createLayouter(tell) {
  let worker = openWorker();
  let busy = false;
  let stopped = false;
  /** @type {Question | null} */
  let next = null;
  /** @type {Answer | null} */
  let last = null;

  /** @param {Answer} found */
  const heard = (found) => {
    if (stopped) return;
    busy = false;
    last = found;
    tell(found);
    if (next) ask(next);
  };
  /** @param {Question} question */
  function ask(question) {
    if (busy) {
      next = question;
      return;
    }
    next = null;
    const before = last?.kind === question.kind ? last.memory : null;
    const job = /** @type {Job} */ ({ ...question, before });
    busy = true;
    if (!worker) {
      const again = () => {
        if (stopped) return;
        worker = openWorker();
        busy = false;
        ask(next ?? question);
      };
      import("./layout/jobs.js").then(
        ({ answer }) => heard(answer(job)),
        () => window.setTimeout(again, AGAIN_MS),
      );
      return;
    }
    worker.onmessage = ({ data }) => heard(data);
    worker.onerror = () => {
      // a page whose worker cannot start (an old kiosk, a strict proxy) lays its cards out itself
      worker?.terminate();
      worker = null;
      busy = false;
      ask(next ?? question);
    };
    worker.postMessage(job);
  }
  return {
    ask,
    stop() {
      stopped = true;
      worker?.terminate();
      worker = null;
      next = null;
    },
  };
}

function openWorker() {
  if (typeof Worker === "undefined") return null;
  return new Worker(new URL("./layout/worker.js", import.meta.url), { type: "module" });
}
