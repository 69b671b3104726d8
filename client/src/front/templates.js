// The templates of this server, told in the language the board will have.

/** @typedef {import("@protocol/generated/types.d.ts").TemplateFace} TemplateFace */
/** @typedef {import("@protocol/generated/types.d.ts").Locale} Locale */

/** @param {Locale} locale @returns {Promise<TemplateFace[]>} none where they cannot be had */
export async function templatesIn(locale) {
  try {
    const response = await fetch(`/api/templates?locale=${locale}`);
    return response.ok ? await response.json() : [];
  } catch {
    return [];
  }
}
