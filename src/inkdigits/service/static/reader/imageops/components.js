// Pieces of ink: pixels that touch one another, also at their corners.

/**
 * The pieces in a picture.
 *
 * @param {ArrayLike<number>} isInk row by row; 0 for paper
 * @param {number} width
 * @param {number} height
 * @returns {{pieces: Int32Array, count: number}} of each pixel the number of its piece, 0 for paper; how many numbers
 *   there are, that of paper included. Pieces are numbered as they come, row by row
 */
export function findPieces(isInk, width, height) {
  const pieces = new Int32Array(width * height);
  const stack = [];
  let count = 1;
  for (let first = 0; first < pieces.length; first += 1) {
    if (!isInk[first] || pieces[first]) continue;
    pieces[first] = count;
    stack.push(first);
    while (stack.length) spreadFrom(stack.pop());
    count += 1;
  }
  return { pieces, count };

  function spreadFrom(at) {
    const [row, column] = [Math.floor(at / width), at % width];
    for (let down = Math.max(0, row - 1); down <= Math.min(height - 1, row + 1); down += 1) {
      for (let across = Math.max(0, column - 1); across <= Math.min(width - 1, column + 1); across += 1) {
        const near = down * width + across;
        if (!isInk[near] || pieces[near]) continue;
        pieces[near] = count;
        stack.push(near);
      }
    }
  }
}

/**
 * The boxes of the pieces, in their order.
 *
 * @returns {import("../spec.js").Corners[]}
 */
export function findBoxes(isInk, width, height) {
  const { pieces, count } = findPieces(isInk, width, height);
  const boxes = Array.from({ length: count - 1 }, () => [width, height, 0, 0]);
  pieces.forEach((piece, at) => {
    if (!piece) return;
    const [box, row, column] = [boxes[piece - 1], Math.floor(at / width), at % width];
    box[0] = Math.min(box[0], column);
    box[1] = Math.min(box[1], row);
    box[2] = Math.max(box[2], column + 1);
    box[3] = Math.max(box[3], row + 1);
  });
  return boxes;
}
