// A board's export as a file. The token travels in a header, so the answer comes as bytes and is saved from here.

export const FORMATS = /** @type {const} */ (["json", "csv", "md"]);

/** How long the browser may take to begin saving before its address is given back. */
const RELEASE_MS = 60_000;

/**
 * @param {{ id: string, code: string }} board
 * @param {(typeof FORMATS)[number]} format
 * @param {string} token
 * @returns {Promise<boolean>} whether there is a file now
 */
export async function takeExport(board, format, token) {
  try {
    const response = await fetch(`/api/boards/${encodeURIComponent(board.id)}/export.${format}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    if (!response.ok) return false;
    save(await response.blob(), `rebond-${board.code}.${format}`);
    return true;
  } catch {
    return false;
  }
}

/** @param {Blob} bytes @param {string} name */
function save(bytes, name) {
  const address = URL.createObjectURL(bytes);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), RELEASE_MS);
}
