// Numbers and boxes: limits, distances, and where a neighbor's box ends.

/** @typedef {[number, number, number, number]} Box left, top, right, bottom; the last two lie just outside */

/** The number between two limits that is nearest to a value. */
export const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

/**
 * @param {Box[]} boxes
 * @param {Box} box
 * @returns {number | null} the index of the box whose middle is nearest to that of `box`; null when there is none
 */
export function findClosest(boxes, box) {
  const middle = ([left, top, right, bottom]) => [(left + right) / 2, (top + bottom) / 2];
  const [x, y] = middle(box);
  const distances = boxes.map(middle).map(([otherX, otherY]) => Math.hypot(otherX - x, otherY - y));
  return boxes.length ? distances.indexOf(Math.min(...distances)) : null;
}

/**
 * Pull the sides of a box in until no neighbor reaches into it; never past the box that it surrounds.
 *
 * @param {Box} wide
 * @param {Box} inner what `wide` surrounds
 * @param {Box[]} neighbors
 * @returns {Box}
 */
export function withoutNeighbors(wide, inner, neighbors) {
  const [innerLeft, innerTop, innerRight, innerBottom] = inner;
  let [left, top, right, bottom] = wide;
  for (const [otherLeft, otherTop, otherRight, otherBottom] of neighbors) {
    const isBeside = otherTop < bottom && otherBottom > top;
    const isAboveOrBelow = otherLeft < right && otherRight > left;
    if (isBeside && otherRight <= innerLeft) left = Math.max(left, otherRight);
    else if (isBeside && otherLeft >= innerRight) right = Math.min(right, otherLeft);
    else if (isAboveOrBelow && otherBottom <= innerTop) top = Math.max(top, otherBottom);
    else if (isAboveOrBelow && otherTop >= innerBottom) bottom = Math.min(bottom, otherTop);
  }
  return [left, top, right, bottom];
}
