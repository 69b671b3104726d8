// What makes the page an app where the browser allows it (https, or this very machine): a manifest that opens this board,
// and a service worker that has the page ready in a tunnel. Without either everything else works the same.

import { effect } from "@preact/signals";
import { language } from "../../i18n/index.js";

/**
 * @param {import("../../core/store.js").BoardStore} store
 * @returns {() => void} stops
 */
export function install({ board }) {
  keepPageReady();
  return effect(() => {
    if (board.value) nameTheApp(board.value.code, language.value);
  });
}

/** @param {string} code  the board's code @param {string} locale */
function nameTheApp(code, locale) {
  const link = document.querySelector("link[rel=manifest]") ?? document.head.appendChild(document.createElement("link"));
  link.setAttribute("rel", "manifest");
  link.setAttribute("href", `/manifest.webmanifest?code=${encodeURIComponent(code)}&locale=${locale}`);
}

/** For the joining address alone: a console or a wall has its own line and needs no copy. */
function keepPageReady() {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator) || !location.pathname.startsWith("/j/")) return;
  navigator.serviceWorker.register("/sw.js", { scope: "/j/" }).catch(() => undefined);
}
