// The languages there are: BCP 47 tag → its own name. The build adds those of languages/*.json (client/languages.config.js).
/** @type {Record<string, string>} */
export const languages = { en: "English", fr: "Français" };
