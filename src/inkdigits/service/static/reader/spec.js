// Numbers and names that the reader's modules share, as `inkdigits/spec.py` has them.

/**
 * @typedef {object} Gray a picture
 * @property {Uint8Array} data row by row, 0 for black to 255 for white; of ink, 0 for paper to 255 for ink
 * @property {number} width
 * @property {number} height
 */

/** @typedef {[number, number, number, number]} Corners left, top, right and bottom in pixels, half open */

export const CLASS_COUNT = 10; // the labels 0 to 9
export const LEAST_PROBABILITY = 1e-9; // that counts: its logarithm stays finite
export const FRAME_SIDE = 28; // pixels
export const INK_SIDE = 20; // pixels, long side of a frame's ink
export const FRAME_CENTER = 14; // pixel index of its center of mass on both axes
export const STRIP_HEIGHT = 32; // pixels
export const STRIP_DIGIT_HEIGHT = 22; // rows of it: the height of a digit of usual height
export const STRIP_MARGIN = 8; // columns of the picture left and right of the digits
export const STRIP_WIDTH_STEP = 16; // columns: a strip's width is a multiple of it
export const STRIP_MOST_COLUMNS = 2048; // a longer line is squeezed
export const STRIP_STEP = 4; // columns of a strip for each answer of the line recognizer
export const SIGNS = ".,-/:()%+=$€£¥₹";
export const MARK_LABELS = [..."0123456789", ...SIGNS];
export const DETECTOR_STEP = 4; // pixels of a picture for each place of the detector's answer
export const DETECTOR_SIDE = 16; // both sides of a picture that it takes are multiples of this
export const OTHER_CHANNEL = MARK_LABELS.length;
export const PRINTED_CHANNEL = OTHER_CHANNEL + 1;
export const PROBABILITY_CHANNELS = PRINTED_CHANNEL + 1;
export const DETECTOR_CHANNELS = PROBABILITY_CHANNELS + 4;
export const LEAST_LEARNED_HEIGHT = 12; // pixels of a digit, the first of `spec.DETECTOR_HEIGHTS`
export const DETECTOR_USUAL_SIZE = [16, 32]; // pixels, width and height of a usual digit
