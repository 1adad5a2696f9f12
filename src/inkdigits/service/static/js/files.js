// What a file is, and what comes from the service as one.

const DOCUMENT = /[./](pdf|tiff?)$/i; // at the end of a media type or a file's name

/**
 * Whether a file may have several pages.
 *
 * @param {Blob | File} blob
 */
export const isDocument = (blob) => DOCUMENT.test(blob.type) || DOCUMENT.test(blob.name ?? "");

/**
 * A picture that the service sent.
 *
 * @param {string} base64
 * @returns {Blob} a PNG
 */
export function pngOf(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Blob([bytes], { type: "image/png" });
}
