// Scales gray pictures as OpenCV does: by areas to make them smaller, by lines or cubic curves to make them larger.

import { clip, round } from "./numbers.js";
import { makeGray } from "./pictures.js";

/** @typedef {import("../spec.js").Gray} Gray */

const UNIT = 2048; // weights of lines and curves are whole numbers of this
const BEND = -0.75; // of the cubic curve
const NEGLIGIBLE = 1e-3; // of a pixel

/**
 * Scale down, each pixel the mean of what it covers.
 *
 * @param {Gray} gray
 * @param {number} width at most the picture's
 * @param {number} height at most the picture's
 */
export function resizeArea(gray, width, height) {
  const [across, down] = [gray.width / width, gray.height / height];
  if (Number.isInteger(across) && Number.isInteger(down)) return averageBlocks(gray, width, height, across, down);
  const columns = findCovered(gray.width, width, across);
  const rows = findCovered(gray.height, height, down);
  const result = makeGray(width, height);
  const total = new Float32Array(width);
  for (let y = 0; y < height; y += 1) {
    total.fill(0);
    for (let tap = rows.starts[y]; tap < rows.starts[y + 1]; tap += 1) {
      addLine(total, gray.data, rows.places[tap] * gray.width, columns, rows.shares[tap]);
    }
    for (let x = 0; x < width; x += 1) result.data[y * width + x] = clip(round(total[x]), 0, 255);
  }
  return result;
}

/** Add a share of one old row, averaged to the new columns; sums are rounded as numbers of 32 bits are. */
function addLine(total, data, start, { starts, places, shares }, share) {
  for (let x = 0; x < total.length; x += 1) {
    let value = 0;
    for (let tap = starts[x]; tap < starts[x + 1]; tap += 1) {
      value = Math.fround(value + Math.fround(data[start + places[tap]] * shares[tap]));
    }
    total[x] += Math.fround(value * share);
  }
}

function averageBlocks({ data, width: stride }, width, height, across, down) {
  const result = makeGray(width, height);
  const share = Math.fround(1 / (across * down));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let total = 0;
      for (let row = y * down; row < (y + 1) * down; row += 1) {
        for (let column = x * across; column < (x + 1) * across; column += 1) total += data[row * stride + column];
      }
      const isQuarter = across === 2 && down === 2;
      result.data[y * width + x] = isQuarter ? (total + 2) >> 2 : round(Math.fround(total * share));
    }
  }
  return result;
}

/** The old pixels that the new ones cover, and the share of each; those of new pixel `x` begin at `starts[x]`. */
function findCovered(from, to, scale) {
  const [starts, places, shares] = [[0], [], []];
  const add = (place, share) => { places.push(place); shares.push(share); };
  for (let place = 0; place < to; place += 1) {
    const [start, end] = [place * scale, place * scale + scale];
    const whole = Math.min(scale, from - start);
    const last = Math.min(Math.floor(end), from - 1);
    const first = Math.min(Math.ceil(start), last);
    if (first - start > NEGLIGIBLE) add(first - 1, (first - start) / whole);
    for (let at = first; at < last; at += 1) add(at, 1 / whole);
    if (end - last > NEGLIGIBLE) add(last, Math.min(end - last, 1, whole) / whole);
    starts.push(places.length);
  }
  return { starts: Int32Array.from(starts), places: Int32Array.from(places), shares: Float32Array.from(shares) };
}

/**
 * Scale between pixels in straight lines, with weights that are whole numbers of 1 / 2048.
 *
 * @param {Gray} gray
 * @param {number} width
 * @param {number} height
 */
export function resizeLinear(gray, width, height) {
  const columns = findPlaces(gray.width, width, Math.fround).map(({ first, at }) => {
    const isInside = first >= 0 && first < gray.width - 1;
    const weight = isInside ? round(at * UNIT) : 0;
    return [clip(first, 0, gray.width - 1), clip(first + 1, 0, gray.width - 1), UNIT - weight, weight];
  });
  const toLine = (row) => Int32Array.from(columns, ([left, right, one, other]) => (
    gray.data[row * gray.width + left] * one + gray.data[row * gray.width + right] * other) >> 4);
  const lines = rememberLines(toLine, gray.height);
  const result = makeGray(width, height);
  findPlaces(gray.height, height, Math.fround).forEach(({ first, at }, y) => {
    const [upper, lower, weight] = [lines(first), lines(first + 1), round(at * UNIT)];
    for (let x = 0; x < width; x += 1) { // as processors do it with 16 bits at a time
      const total = ((upper[x] * (UNIT - weight)) >> 16) + ((lower[x] * weight) >> 16);
      result.data[y * width + x] = clip((total + 2) >> 2, 0, 255);
    }
  });
  return result;
}

/**
 * Scale between pixels in cubic curves.
 *
 * @param {Gray} gray
 * @param {number} width
 * @param {number} height
 */
export function resizeCubic(gray, width, height) {
  const columns = findPlaces(gray.width, width).map(({ first, at }) => (
    { places: [-1, 0, 1, 2].map((tap) => clip(first + tap, 0, gray.width - 1)), weights: weighCubic(at) }));
  const toLine = (row) => Float64Array.from(columns, ({ places, weights }) => (
    weights.reduce((total, weight, tap) => total + weight * gray.data[row * gray.width + places[tap]], 0)));
  const lines = rememberLines(toLine, gray.height);
  const result = makeGray(width, height);
  findPlaces(gray.height, height).forEach(({ first, at }, y) => {
    const [used, weights] = [[-1, 0, 1, 2].map((tap) => lines(first + tap)), weighCubic(at)];
    for (let x = 0; x < width; x += 1) {
      const total = weights.reduce((part, weight, tap) => part + weight * used[tap][x], 0);
      result.data[y * width + x] = clip(round(Math.fround(total)), 0, 255);
    }
  });
  return result;
}

function weighCubic(at) {
  const outer = ((BEND * (at + 1) - 5 * BEND) * (at + 1) + 8 * BEND) * (at + 1) - 4 * BEND;
  const inner = (x) => ((BEND + 2) * x - (BEND + 3)) * x * x + 1;
  const [second, third] = [inner(at), inner(1 - at)];
  return [outer, second, third, 1 - outer - second - third];
}

/**
 * Where the new pixels lie between the old ones: the one before, and how far behind it.
 *
 * @param {(value: number) => number} [hold] how places are rounded; not at all unless told otherwise
 */
function findPlaces(from, to, hold = (value) => value) {
  const scale = 1 / (to / from);
  return Array.from({ length: to }, (_, place) => {
    const at = hold((place + 0.5) * scale - 0.5);
    const first = Math.floor(at);
    return { first, at: hold(at - first) };
  });
}

/** Rows that are made once; beyond the picture its edge goes on. */
function rememberLines(make, height) {
  const lines = new Map();
  return (row) => {
    const place = clip(row, 0, height - 1);
    if (!lines.has(place)) lines.set(place, make(place));
    return lines.get(place);
  };
}
