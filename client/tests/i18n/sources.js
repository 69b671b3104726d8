// What the client's sources say and ask for, read with TypeScript's own eyes: which keys each `t(…)` can ask for, which
// words stand in the markup itself, and what each page can reach. Judges nothing: the checks beside it do.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { SyntaxKind } from "typescript/unstable/ast";
import { API } from "typescript/unstable/sync";

/** @typedef {import("typescript/unstable/ast").Node} Node */
/** @typedef {import("typescript/unstable/ast").SourceFile} SourceFile */
/** @typedef {import("typescript/unstable/sync").Type} Type */
/** @typedef {import("../../src/i18n/index.js").Dictionary} Dictionary */
/** @typedef {{ at: string, keys: string[] | null }} Ask  `keys`: what it can ask for; null: TypeScript cannot tell */
/** `made`: what was put together elsewhere than in a `t(…)`. */
/** @typedef {{ asks: Ask[], made: string[], strings: string[], words: string[], byHand: string[], imports: string[] }} Source */

const CLIENT = resolve(import.meta.dirname, "../..");
const SRC = join(CLIENT, "src");
const PIECE = /\.(en|fr)\.js$/;

/** What a reader sees or hears of an element that is not between its tags. */
const SAID = /^(aria-(label|description|roledescription|valuetext|placeholder)|title|placeholder|alt|label|sentence|said|lead|legend)$/;

/** Letters, and the signs that one language sets off otherwise than another. */
const WORDS = /\p{L}|[;:?!«»"%]/u;

/** What is the same in every language: names, and a key of the keyboard. */
const NAMES = /\bRebond\b|\bQR\b|^\s*\?\s*$/g;

/** Texts by file below src, e.g. `wall/texts.en.js`. @returns {Record<string, Dictionary>} */
export function pieces() {
  const found = /** @type {Record<string, Dictionary>} */ (
    import.meta.glob("../../src/**/*.{en,fr}.js", { eager: true, import: "default" })
  );
  return Object.fromEntries(Object.entries(found).map(([path, texts]) => [path.slice("../../src/".length), texts]));
}

/** Every module of src, by path below src; of texts nothing but that they are there. @returns {Record<string, Source>} */
export function readSources() {
  const api = new API({ cwd: CLIENT });
  try {
    const config = join(CLIENT, "tsconfig.json");
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (!project) throw new Error(`No project at ${config}`);
    const { program, checker } = project;
    const names = program.getSourceFileNames().filter((name) => name.startsWith(`${SRC}/`) && !name.endsWith(".d.ts"));
    return Object.fromEntries(
      names.flatMap((name) => {
        const file = isPiece(name) ? undefined : program.getSourceFile(name);
        return file ? [[relative(SRC, name), read(file, name, (nodes) => checker.getTypeAtLocation(nodes))]] : [];
      }),
    );
  } finally {
    api.close();
  }
}

/**
 * @param {SourceFile} file
 * @param {string} path
 * @param {(nodes: readonly Node[]) => (Type | undefined)[]} typesOf
 * @returns {Source}
 */
function read(file, path, typesOf) {
  const asked = /** @type {Node[]} */ ([]);
  const made = /** @type {Node[]} */ ([]);
  const source = /** @type {Source} */ ({ asks: [], made: [], strings: [], words: [], byHand: [], imports: [] });
  const at = (/** @type {Node} */ node) => `${relative(SRC, path)}: ${node.getText(file)}`;
  const visit = (/** @type {any} */ node) => {
    switch (node.kind) {
      case SyntaxKind.CallExpression:
        if (node.expression.kind === SyntaxKind.Identifier && node.expression.text === "t") asked.push(node.arguments[0]);
        if (isByHand(node)) source.byHand.push(at(node));
        source.imports.push(...importedBy(node, path));
        break;
      case SyntaxKind.ImportDeclaration:
      case SyntaxKind.ExportDeclaration:
        if (node.moduleSpecifier) source.imports.push(resolve(dirname(path), node.moduleSpecifier.text));
        break;
      case SyntaxKind.NewExpression: // a worker's module
        for (const one of node.arguments ?? []) source.imports.push(...workerOf(one, path));
        break;
      case SyntaxKind.TemplateExpression:
        made.push(node);
        break;
      case SyntaxKind.StringLiteral:
        source.strings.push(node.text);
        break;
      case SyntaxKind.JsxText:
        if (isWords(node.text)) source.words.push(at(node));
        break;
      case SyntaxKind.JsxExpression:
        if (node.parent.kind !== SyntaxKind.JsxAttribute) source.words.push(...wordsIn(node.expression).map(at));
        break;
      case SyntaxKind.JsxAttribute:
        if (SAID.test(node.name.getText(file))) {
          const value = node.initializer;
          source.words.push(...wordsIn(value?.kind === SyntaxKind.JsxExpression ? value.expression : value).map(at));
        }
        break;
    }
    node.forEachChild(visit);
  };
  visit(file);
  const types = typesOf([...asked, ...made]).map(keysOf);
  source.asks = asked.map((node, place) => ({ at: at(node), keys: types[place] ?? null }));
  source.made = types.slice(asked.length).flatMap((keys) => keys ?? []);
  source.imports = source.imports.filter((one) => one.startsWith(SRC)).map((one) => relative(SRC, one));
  return source;
}

/** @param {Type | undefined} type @returns {string[] | null} */
function keysOf(type) {
  if (type?.isStringLiteralType()) return [type.value];
  if (!type?.isUnionType()) return null;
  const each = type.getTypes().map(keysOf);
  return each.some((one) => one === null) ? null : each.flatMap((one) => one ?? []);
}

/** @param {string} text */
const isWords = (text) => WORDS.test(text.replace(NAMES, ""));

/**
 * What would be shown of an expression without having been asked of `t`: its literals, whichever branch is taken.
 * @param {any} node
 * @returns {Node[]}
 */
function wordsIn(node) {
  switch (node?.kind) {
    case SyntaxKind.StringLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
      return isWords(node.text) ? [node] : [];
    case SyntaxKind.TemplateExpression: {
      const parts = [node.head, ...node.templateSpans.map((/** @type {any} */ span) => span.literal)];
      return parts.some((part) => isWords(part.text)) ? [node] : [];
    }
    case SyntaxKind.ConditionalExpression:
      return [...wordsIn(node.whenTrue), ...wordsIn(node.whenFalse)];
    case SyntaxKind.BinaryExpression:
      return [...wordsIn(node.left), ...wordsIn(node.right)].filter((one) => !isCompared(one));
    case SyntaxKind.ParenthesizedExpression:
      return wordsIn(node.expression);
    default:
      return [];
  }
}

const COMPARES = [SyntaxKind.EqualsEqualsEqualsToken, SyntaxKind.ExclamationEqualsEqualsToken];

/** @param {any} node */
const isCompared = (node) => node.parent.kind === SyntaxKind.BinaryExpression && COMPARES.includes(node.parent.operatorToken.kind);

/** Numbers and lists as one language writes them, instead of `Intl`. */
const BY_HAND = ["toFixed", "toLocaleString", "toLocaleDateString", "toLocaleTimeString"];

/** @param {any} call */
function isByHand({ expression, arguments: [first] }) {
  if (expression.kind === SyntaxKind.Identifier && expression.text === "t") {
    return first?.kind === SyntaxKind.ConditionalExpression && /\b1\b/.test(first.condition.getText());
  }
  return expression.kind === SyntaxKind.PropertyAccessExpression && BY_HAND.includes(expression.name.text);
}

/** @param {any} call @param {string} path @returns {string[]} */
function importedBy({ expression, arguments: [first] }, path) {
  if (!first || first.kind !== SyntaxKind.StringLiteral) return [];
  if (expression.kind === SyntaxKind.ImportKeyword) return [resolve(dirname(path), first.text)];
  return expression.getText() === "import.meta.glob" ? globbed(dirname(path), first.text) : [];
}

/** @param {any} node @param {string} path */
const workerOf = (node, path) =>
  node.kind === SyntaxKind.NewExpression && node.expression.getText() === "URL" && node.arguments[0]?.kind === SyntaxKind.StringLiteral
    ? [resolve(dirname(path), node.arguments[0].text)]
    : [];

/** @param {string} folder @param {string} pattern @returns {string[]} */
function globbed(folder, pattern) {
  const wanted = new RegExp(`^${pattern.replace(/^\.\//, "").replace(/\./g, "\\.").replace(/\*/g, "[^/]*")}$`);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => wanted.test(name))
    .map((name) => join(folder, name));
}

/**
 * Everything a page may ever load, from the script in its HTML on.
 * @param {string} page  e.g. "wall.html"
 * @param {Record<string, Source>} sources
 * @param {string} html  what stands in the page
 * @returns {Set<string>} paths below src
 */
export function reachable(page, sources, html) {
  const entry = /src="\/src\/([^"]+)"/.exec(html)?.[1];
  if (!entry) throw new Error(`${page} starts nothing`);
  const found = new Set([entry]);
  for (const path of found) for (const next of sources[path]?.imports ?? []) if (existsSync(join(SRC, next))) found.add(next);
  return found;
}

/** @param {string} path */
export const isPiece = (path) => PIECE.test(path);
