// Decodes a picture file to upright gray levels, as far as the browser knows the kind of file.

import { toGray } from "./levels.js";

/** @typedef {import("../spec.js").Gray} Gray */

const MOST_PIXELS = 64_000_000;
const TOO_LARGE = 413;
const NO_PICTURE = 415;

/** The reason why a picture cannot be read, with a status as the service has it. */
export class PictureError extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/**
 * @param {Blob} blob
 * @returns {Promise<Gray>}
 * @throws {PictureError}
 */
export async function decode(blob) {
  const bitmap = await openBitmap(blob);
  const { width, height } = bitmap;
  if (width * height > MOST_PIXELS) {
    bitmap.close();
    throw new PictureError(TOO_LARGE, `${width} x ${height}`);
  }
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return toGray(context.getImageData(0, 0, width, height));
}

async function openBitmap(blob) {
  try {
    return await createImageBitmap(blob, {
      imageOrientation: "from-image", premultiplyAlpha: "none", colorSpaceConversion: "none",
    });
  } catch {
    throw new PictureError(NO_PICTURE, blob.type);
  }
}
