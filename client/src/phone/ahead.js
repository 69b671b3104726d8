// What the first screen waits for, asked for while its scripts are still on their way: its words in the language somebody reads,
// and the board's face where somebody joins. It runs before everything else and so imports nothing (vite.config.js). It only
// hints: whoever needs these asks for them all the same, and a wrong guess here costs some bytes. A test holds it to what the
// phone then asks for.

/** @param {string} key */
const kept = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

/** @param {Partial<HTMLLinkElement>} what */
const fetchSoon = (what) => document.head.append(Object.assign(document.createElement("link"), what));

/** The files of each language's first words, as the build wrote them into the page. @type {Record<string, readonly string[]>} */
const words = JSON.parse(document.querySelector("meta[name=words]")?.getAttribute("content") ?? "{}");
const wanted = [new URLSearchParams(location.search).get("lang"), kept("rebond.language"), ...navigator.languages, "en"];
const spoken = wanted.flatMap((tag) => [tag ?? "", tag?.split("-")[0] ?? ""]).find((tag) => tag in words) ?? "";
for (const href of words[spoken] ?? []) fetchSoon({ rel: "modulepreload", href });

const code = location.pathname.split("/")[2]?.toUpperCase();
if (code && !location.hash && !kept(`rebond.seat.${code}`)) {
  fetchSoon({ rel: "preload", as: "fetch", crossOrigin: "anonymous", href: `/api/boards/${encodeURIComponent(code)}` });
}

export {};
