// How the client is built: one page per surface (every client/*.html, made whole by pages.config.js), into the server's static folder.
// Governed by the strict Content-Security-Policy: nothing the build emits may be an inline script or a data: URL.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { LANGUAGES_FOLDER, languages, readLanguages } from "./languages.config.js";
import { placedPages, wholePages } from "./pages.config.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const protocol = fileURLToPath(new URL("../protocol", import.meta.url));
const server = "127.0.0.1:8000";
const LANGUAGES = process.env.EXTRA_LANGUAGES ?? LANGUAGES_FOLDER;
const pages = readdirSync(here)
  .filter((name) => name.endsWith(".html"))
  .map((name) => here + name);

/**
 * What more than one page needs, in one file: compressed together it is smaller on the phone than in six, and whoever
 * comes from the front page has it already. Words are not in it: a page fetches one language of them. Nor is a folder
 * within the components: what stands in one is fetched by whoever shows it. Nor what a phone does not need to begin with.
 */
const shared = {
  name: "shared",
  test: /node_modules\/(?!(qr|idb|simple-keyboard|@noble)\/)|protocol\/|src\/(core\/(?!(lab|undo)\.)|design\/)|src\/components\/(?!texts\.[\w-]+\.js|\w+\/|(Menu|GroupStack|itemWords|Stepper|QrView|Badge|CopyField|Tray|useJoinUrl|usePageTitle|useFitting|useKeptFocus|memo|ThemeSwitch)\.)|src\/i18n\/(index|languages)\.js/,
  minShareCount: 2,
  priority: 2,
};

/** @typedef {import("vite").Rolldown.OutputBundle} Bundle */

/**
 * Everything a page may ever ask for, from its entry on: what it needs at once and what it fetches later.
 * @param {Bundle} bundle
 * @param {string} surface
 * @returns {string[]}
 */
function filesOf(bundle, surface) {
  const entry = Object.values(bundle).find((one) => one.type === "chunk" && one.isEntry && one.name === surface);
  const found = new Set();
  const open = entry ? [entry.fileName] : [];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const one = bundle[name];
    if (!one || found.has(name)) continue;
    found.add(name);
    if (one.type !== "chunk") continue;
    open.push(...one.imports, ...one.dynamicImports);
    for (const kept of one.viteMetadata?.importedCss ?? []) open.push(kept);
    for (const kept of one.viteMetadata?.importedAssets ?? []) open.push(kept);
  }
  const alike = Object.keys(bundle).filter((name) => name.endsWith(".woff2") || (surface === "phone" && name.includes("/ahead-")));
  return [...new Set([...found, ...alike])].map((name) => `/${name}`).sort();
}

/** The texts that the phone's first screen is written in. */
const FIRST_WORDS = /src\/(i18n\/common|i18n\/phone|components\/texts)\.([\w-]+)\.js$/;

/**
 * The phone's first script, which asks ahead for what the first screen waits for (src/phone/ahead.js): it stands before all
 * others in the page, and beside it which files hold the first words of each language.
 * @type {import("vite").Plugin}
 */
const asksAhead = {
  name: "asks-ahead",
  apply: "build",
  buildStart() {
    this.emitFile({ type: "chunk", id: `${here}src/phone/ahead.js`, name: "ahead" });
  },
  transformIndexHtml: {
    order: "post",
    handler(html, { filename, bundle = {} }) {
      if (!filename.endsWith("/phone.html")) return html;
      const chunks = Object.values(bundle).filter((one) => one.type === "chunk");
      /** @type {Record<string, string[]>} */
      const words = {};
      for (const { facadeModuleId, fileName } of chunks) {
        const tag = FIRST_WORDS.exec(facadeModuleId ?? "")?.[2];
        if (tag) (words[tag] ??= []).push(`/${fileName}`);
      }
      const script = chunks.find(({ name }) => name === "ahead")?.fileName;
      const tags = `<meta name="words" content='${JSON.stringify(words)}' />\n    <script type="module" async src="/${script}"></script>\n    `;
      return html.replace('<link rel="stylesheet"', `${tags}$&`);
    },
  },
};

/** The service worker of phone and kiosk, with the lists of what it keeps (src/worker/sw.js). @type {import("vite").Plugin} */
const serviceWorker = {
  name: "service-worker",
  apply: "build",
  enforce: "post", // after vite has taken away the scripts that held nothing but styles
  generateBundle(_, bundle) {
    const kept = (/** @type {string} */ surface) => {
      const files = filesOf(bundle, surface);
      const words = Object.fromEntries([...readLanguages(LANGUAGES).keys()].map((tag) => [tag, files.filter((name) => name.includes(`.${tag}-`))]));
      const always = files.filter((name) => !Object.values(words).flat().includes(name));
      return { FILES: always, WORDS: words, VERSION: createHash("sha256").update(files.join()).digest("hex").slice(0, 12) };
    };
    const source = readFileSync(`${here}src/worker/sw.js`, "utf8");
    const head = `self.BUILD = ${JSON.stringify({ phone: kept("phone"), kiosk: kept("kiosk") })};\n`;
    this.emitFile({ type: "asset", fileName: "sw.js", source: head + source });
  },
};

/** What the phone begins with, in one file too; its folders hold what it fetches later. */
const phone = { name: "phone", test: /src\/phone\/(?!seen|main|ahead)[^/]+\.jsx?$/, priority: 1 };

/** What JSX becomes. @type {{ runtime: "automatic", importSource: string }} */
const preact = { runtime: "automatic", importSource: "preact" };

export default defineConfig({
  root: here,
  plugins: [wholePages, placedPages, languages(LANGUAGES), asksAhead, serviceWorker],
  base: "/",
  resolve: { alias: { "@protocol": protocol } },
  oxc: { jsx: preact },
  optimizeDeps: { rolldownOptions: { transform: { jsx: preact } } },
  build: {
    outDir: fileURLToPath(new URL("../server/rebond/web/static", import.meta.url)),
    emptyOutDir: true,
    sourcemap: false,
    target: "es2020",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // how long plugins take on a busy machine is nothing that whoever types `make run` can do anything about
    rolldownOptions: { input: pages, checks: { bundlerTimings: false }, output: { codeSplitting: { groups: [shared, phone] } } },
  },
  server: {
    fs: { allow: [here, protocol] },
    proxy: {
      "/api": `http://${server}`,
      "/brand": `http://${server}`,
      "/icons": `http://${server}`,
      "/manifest.webmanifest": `http://${server}`,
      "/ws": { target: `ws://${server}`, ws: true },
    },
  },
});
