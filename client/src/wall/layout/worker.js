// The layout, off the main thread: a question in, an answer out.
import { answer } from "./jobs.js";

self.onmessage = (/** @type {MessageEvent<import("./jobs.js").Job>} */ { data }) => self.postMessage(answer(data));
