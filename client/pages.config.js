// What every page of the client has around its own title and script; what a page says itself, it says instead.
// Governed by the strict Content-Security-Policy: nothing inline.

/** Told apart by how they begin, up to the value. */
const HEAD = [
  '<meta charset="utf-8" />',
  '<meta name="viewport" content="width=device-width, initial-scale=1" />',
  '<meta name="color-scheme" content="light dark" />',
  '<meta name="referrer" content="no-referrer" />',
  '<link rel="stylesheet" href="/brand.css" vite-ignore />',
  '<link rel="icon" type="image/svg+xml" href="/src/design/icon.svg" />',
];

const NO_SCRIPT = ["Rebond needs JavaScript.", "Rebond a besoin de JavaScript."];

/**
 * @param {string} html as it stands in the file
 * @returns {string} the whole page
 */
export function wholePage(html) {
  const own = HEAD.filter((tag) => !html.includes(tag.slice(0, tag.indexOf(" ", tag.indexOf('="')))));
  const said = /<html lang="fr">/.test(html) ? [...NO_SCRIPT].reverse() : NO_SCRIPT;
  const body = `<body>\n    <div id="app"></div>\n    <noscript>${said.join(" · ")}</noscript>\n  </body>`;
  return html.replace("<head>", ["<head>", ...own].join("\n    ")).replace("<body></body>", body);
}

/** @type {import("vite").Plugin} */
export const wholePages = { name: "whole-pages", transformIndexHtml: { order: "pre", handler: wholePage } };

/** Surfaces that stand at an address with a code or a board's id in it, as the server has them (server/rebond/web/pages.py). */
const PLACE = /^\/(j|console|wall|lab|kiosk)\/[^/?]+/;

/** While one develops, each address shows the page that it shows in a build. @type {import("vite").Plugin} */
export const placedPages = {
  name: "placed-pages",
  configureServer({ middlewares }) {
    middlewares.use((request, _answer, next) => {
      const [, place] = request.url?.match(PLACE) ?? [];
      if (place) request.url = `/${place === "j" ? "phone" : place}.html`;
      next();
    });
  },
};
