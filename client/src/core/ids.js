/** Random ids that need no secure context (`crypto.randomUUID` does: a LAN address over plain http has none). */

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

/**
 * 6 random bits a character: 22 characters are beyond guessing.
 * @param {number} [chars]
 */
export function randomId(chars = 22) {
  return Array.from(crypto.getRandomValues(new Uint8Array(chars)), (byte) => ALPHABET[byte & 63]).join("");
}
