// How the client is built: one page per surface (every client/*.html), into the server's static folder.
// Governed by the strict Content-Security-Policy: nothing the build emits may be an inline script or a data: URL.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));
const protocol = fileURLToPath(new URL("../protocol", import.meta.url));
const server = "127.0.0.1:8000";
const pages = readdirSync(here)
  .filter((name) => name.endsWith(".html"))
  .map((name) => here + name);

/**
 * What more than one page needs, in one file: compressed together it is smaller on the phone than in six, and whoever
 * comes from the front page has it already. Words are not in it: a page fetches one language of them. Nor is a folder
 * within the components: what stands in one is fetched by whoever shows it.
 */
const shared = {
  name: "shared",
  test: /node_modules|protocol\/|src\/(core|design)\/|src\/components\/(?!texts\.(en|fr)|\w+\/)|src\/i18n\/index/,
  minShareCount: 2,
};

export default defineConfig({
  root: here,
  base: "/",
  resolve: { alias: { "@protocol": protocol } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: fileURLToPath(new URL("../server/rebond/web/static", import.meta.url)),
    emptyOutDir: true,
    sourcemap: false,
    target: "es2020",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: pages, output: { codeSplitting: { groups: [shared] } } },
  },
  server: {
    fs: { allow: [here, protocol] },
    proxy: {
      "/api": `http://${server}`,
      "/brand": `http://${server}`,
      "/ws": { target: `ws://${server}`, ws: true },
    },
  },
});
