// Looks at a picture in several scales and finds the digits and signs that the detector sees.

import { CLASS_COUNT, DETECTOR_STEP, LEAST_LEARNED_HEIGHT } from "../spec.js";
import { findTouching } from "../imageops/box_index.js";
import { ceilDivide, sortedBy } from "../imageops/numbers.js";
import { cut } from "../imageops/pictures.js";
import { median } from "../imageops/quantiles.js";
import { scalePicture } from "../models/detector.js";

/** @typedef {import("../spec.js").Gray} Gray */
/** @typedef {import("../spec.js").Corners} Corners */
/** @typedef {import("../models/peaks.js").DetectedMark} DetectedMark */
/** @typedef {import("../models/detector.js").Detector} Detector */

/**
 * @typedef {object} Look at a copy of the picture
 * @property {number} scale of the copy
 * @property {DetectedMark[]} marks in pixels of the picture
 * @property {Corners[]} other ink that is no digit and no sign
 */

const FIRST_HEIGHT = 56; // pixels
const LEAST_HEIGHT = 48; // pixels
const MOST_ENLARGED = 8;
const MOST_PIXELS = 4_000_000; // of a copy
const MOST_FIRST = 32_000_000; // of the first copy
const WHOLE = 60_000; // pixels of a copy that is looked at in one piece
const [TILE, MARGIN] = [320, LEAST_HEIGHT]; // pixels
const BLOCK = 2 * DETECTOR_STEP; // pixels
const INK_CONTRAST = 0.3;
const LEAST_CONTRAST = 20; // gray levels
const BEST_HEIGHTS = [20, 46]; // pixels
const HALF_TRUST = 0.65;
const CLEAR = 0.5;
const COVERED = 0.6;

/**
 * The marks of a picture, the most trusted first, and the looks that found them.
 *
 * @param {Gray} gray
 * @param {Detector} detector
 * @returns {Promise<{marks: DetectedMark[], looks: Look[]}>}
 */
export async function findMarks(gray, detector) {
  const looks = [];
  let marks = [];
  for (const scale of findScales(gray.height, gray.width)) {
    const copy = scalePicture(gray, scale);
    const isWhole = measure(copy.height, copy.width) <= WHOLE;
    let tiles = [[0, 0, copy.width, copy.height]];
    if (looks.length || !isWhole) {
      const unexplained = findUnexplained(copy, marks, scale);
      if (!unexplained.squares.includes(1)) break;
      if (!isWhole) tiles = findTiles(copy, unexplained);
    }
    const look = { scale, marks: [], other: [] };
    for (const tile of tiles) {
      const seen = await lookAt(copy, tile, detector, scale);
      look.marks.push(...seen.marks);
      look.other.push(...seen.other);
    }
    looks.push(look);
    marks = mergeMarks([...marks.filter(wasKnown), ...look.marks]);
  }
  return { marks, looks };
}

const isSign = ({ label }) => label >= CLASS_COUNT;

/** Whether a mark was as high in its copy as the network has learned; lower digits wait for a closer look. */
const wasKnown = (mark) => isSign(mark) || mark.height * mark.scale >= LEAST_LEARNED_HEIGHT;

/** Whether a mark was seen so large that a point beside it would have been seen, too. */
const wasLarge = (mark) => isSign(mark) || mark.height * mark.scale >= BEST_HEIGHTS[0];

/**
 * Each mark once, as the scale saw it that knows its height best; the most trusted first.
 *
 * @param {DetectedMark[]} marks of all looks
 */
function mergeMarks(marks) {
  const kept = [];
  const boxes = [];
  for (const mark of sortedBy(marks, (one) => -trust(one))) {
    const { x, y, width, height } = mark;
    const box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
    const isKnown = findTouching(boxes, box).some((place) => {
      const other = boxes[place];
      const shared = (Math.min(other[2], box[2]) - Math.max(other[0], box[0]))
        * (Math.min(other[3], box[3]) - Math.max(other[1], box[1]));
      return shared > COVERED * Math.min(kept[place].width * kept[place].height, width * height);
    });
    if (isKnown) continue;
    kept.push(mark);
    boxes.push(box);
  }
  return kept;
}

/** A digit's score, less where the network saw it at a height that it hardly learned from; a sign's is its score. */
export const trust = (mark) => (isSign(mark) ? mark.score : trustAt(mark, mark.height));

/** A mark's score, less where digits of a height were of no good height in the copy. */
export function trustAt(mark, height) {
  const [low, high] = BEST_HEIGHTS;
  const seen = height * mark.scale;
  const off = Math.max(0, Math.log(low / seen), Math.log(seen / high)) / HALF_TRUST;
  return mark.score * 0.5 ** (off * off);
}

/** The scales of the copies, small to large. */
function findScales(height, width) {
  const largest = Math.max(1, Math.min(LEAST_HEIGHT / height, MOST_ENLARGED));
  const halvings = Math.max(0, Math.ceil(Math.log2(largest * height / FIRST_HEIGHT)));
  const scales = [];
  for (let halving = halvings; halving >= 0; halving -= 1) {
    const scale = largest / 2 ** halving;
    const most = halving === halvings ? MOST_FIRST : MOST_PIXELS;
    if (measure(height * scale, width * scale) <= most) scales.push(scale);
  }
  if (height * width * largest * largest <= WHOLE) scales.push(2 * largest); // small writing in a small picture
  return scales;
}

/** How many pixels the network sees of a picture: a thin one is continued to the sides that it takes. */
const measure = (height, width) => Math.max(height, LEAST_HEIGHT) * Math.max(width, LEAST_HEIGHT);

/** Which squares of a copy hold contrast that no clear mark explains. */
function findUnexplained(copy, marks, scale) {
  const [rows, columns] = [ceilDivide(copy.height, BLOCK), ceilDivide(copy.width, BLOCK)];
  const contrast = measureContrast(copy, rows, columns);
  const clear = marks.filter((mark) => trust(mark) >= CLEAR && wasLarge(mark));
  const places = clear.map((mark) => findSquares(mark, scale, rows, columns)).filter((squares) => squares.length);
  const inside = places.map((squares) => squares.reduce((most, at) => Math.max(most, contrast[at]), 0));
  const least = inside.length ? Math.max(LEAST_CONTRAST, INK_CONTRAST * median(inside)) : LEAST_CONTRAST;
  const squares = contrast.map((range) => Number(range >= least));
  for (const at of places.flat()) squares[at] = 0;
  return { squares, rows, columns };
}

/** The range of levels in each square. */
function measureContrast({ data, width, height }, rows, columns) {
  const lows = new Uint8Array(rows * columns).fill(255);
  const highs = new Uint8Array(rows * columns);
  for (let row = 0; row < height; row += 1) {
    const start = Math.floor(row / BLOCK) * columns;
    for (let column = 0; column < width; column += 1) {
      const [at, level] = [start + Math.trunc(column / BLOCK), data[row * width + column]];
      if (level < lows[at]) lows[at] = level;
      if (level > highs[at]) highs[at] = level;
    }
  }
  return highs.map((high, at) => high - lows[at]);
}

/** The squares that a mark's box touches. */
function findSquares({ x, y, width, height }, scale, rows, columns) {
  const toSquare = (side) => Math.max(0, Math.trunc(side * scale / BLOCK));
  const toEnd = (side) => Math.max(0, Math.trunc(side * scale / BLOCK) + 1);
  const squares = [];
  for (let row = toSquare(y - height / 2); row < Math.min(toEnd(y + height / 2), rows); row += 1) {
    for (let column = toSquare(x - width / 2); column < Math.min(toEnd(x + width / 2), columns); column += 1) {
      squares.push(row * columns + column);
    }
  }
  return squares;
}

/** The tiles of a copy in which something is unexplained. */
function findTiles(copy, { squares, rows, columns }) {
  const step = TILE / BLOCK;
  const tiles = [];
  for (let row = 0; row < rows; row += step) {
    for (let column = 0; column < columns; column += step) {
      const [lastColumn, lastRow] = [Math.min(column + step, columns), Math.min(row + step, rows)];
      if (!hasOne(squares, columns, [column, row, lastColumn, lastRow])) continue;
      const [left, top] = [column * BLOCK, row * BLOCK];
      tiles.push([left, top, Math.min(left + TILE, copy.width), Math.min(top + TILE, copy.height)]);
    }
  }
  return tiles;
}

function hasOne(squares, columns, [left, top, right, bottom]) {
  for (let row = top; row < bottom; row += 1) {
    if (squares.subarray(row * columns + left, row * columns + right).includes(1)) return true;
  }
  return false;
}

/** The marks and other ink whose middle lies in a tile, in pixels of the picture; the network sees around it, too. */
async function lookAt(copy, [left, top, right, bottom], detector, scale) {
  const [x, y] = [Math.max(0, left - MARGIN), Math.max(0, top - MARGIN)];
  const { marks, other } = await detector.see(cut(copy, x, y, right + MARGIN, bottom + MARGIN));
  const isInside = (column, row) => left <= column && column < right && top <= row && row < bottom;
  const move = (mark) => ({
    ...mark, x: (mark.x + x) / scale, y: (mark.y + y) / scale, width: mark.width / scale, height: mark.height / scale,
    scale,
  });
  return {
    marks: marks.filter((mark) => isInside(mark.x + x, mark.y + y)).map(move),
    other: other.filter((box) => isInside(x + (box[0] + box[2]) / 2, y + (box[1] + box[3]) / 2))
      .map((box) => box.map((side, at) => (side + (at % 2 ? y : x)) / scale)),
  };
}
