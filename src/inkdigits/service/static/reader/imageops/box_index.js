// Finds which of many boxes touch a window, and which lie nearest to one another.

/** @typedef {import("../spec.js").Corners} Corners */

/**
 * The places of the boxes that share more than an edge with a window, ascending.
 *
 * @param {Corners[]} boxes
 * @param {Corners} window
 * @returns {number[]}
 */
export function findTouching(boxes, [left, top, right, bottom]) {
  const found = [];
  for (let place = 0; place < boxes.length; place += 1) {
    const box = boxes[place];
    if (box[0] < right && box[2] > left && box[1] < bottom && box[3] > top) found.push(place);
  }
  return found;
}

/**
 * Of each box the places of those that lie nearest, itself included: distances are between middles, along the longer
 * axis.
 *
 * @param {Corners[]} boxes
 * @param {number} most how many for each
 * @returns {number[][]}
 */
export function findNeighbors(boxes, most) {
  const middles = boxes.map(([left, top, right, bottom]) => [left + right, top + bottom]);
  return middles.map(([x, y]) => {
    const near = []; // the nearest so far, each its distance and place, the nearest first
    middles.forEach((other, place) => {
      const off = Math.max(Math.abs(other[0] - x), Math.abs(other[1] - y));
      if (near.length === most && off >= near[most - 1][0]) return;
      let at = near.length;
      while (at > 0 && near[at - 1][0] > off) at -= 1;
      near.splice(at, 0, [off, place]);
      if (near.length > most) near.pop();
    });
    return near.map(([, place]) => place);
  });
}
