// Chooses the thresholds for a bundle and a budget of errors.

/** @typedef {"digit" | "line"} Per what a budget counts in pictures: single digits, or the strings of whole lines */

/**
 * @typedef {object} Policy how an answer is judged
 * @property {number} slope of the bundle's curve of confidence
 * @property {number} offset
 * @property {number} unsureBelow confidence below which the digit of a frame is unsure
 * @property {number} digitBelow confidence below which a digit in a picture is unsure
 * @property {number} lineBelow confidence of a line in a picture below which its weakest digit is unsure
 * @property {number} loneBelow the same of a digit that is a line of its own
 */

/**
 * The policy that answers the most within a budget of wrong answers.
 *
 * @param {object} info what the bundle's model.json says: its budgets are for frames
 * @param {object} detector what the detector's model.json says: its budgets are for pictures
 * @param {number | null} maxError largest share of wrong answers; null takes the folders' own thresholds
 * @param {Per} per what is counted in pictures
 * @returns {Policy}
 */
export function choosePolicy(info, detector, maxError = null, per = "line") {
  if (per !== "digit" && per !== "line") {
    throw new RangeError(`expected per = "digit" or "line", what the budget counts, got "${per}"`);
  }
  const [slope, offset] = [info.confidence_slope, info.confidence_offset];
  if (maxError === null) {
    const least = Math.max(info.unsure_below, detector.doubt_below);
    const lineBelow = detector.doubt_line_below;
    return { slope, offset, unsureBelow: info.unsure_below, digitBelow: least, lineBelow, loneBelow: least };
  }
  const affordable = info.budgets.filter((budget) => budget.max_error <= maxError).at(-1);
  if (!affordable) {
    const strictest = info.budgets[0]?.max_error ?? "none";
    throw new RangeError(`${info.name} cannot promise ${maxError} wrong answers; it can promise ${strictest} or more`);
  }
  const rows = detector.budgets.filter((budget) => budget.per === per);
  const kept = rows.findLast((budget) => budget.max_error <= maxError) ?? rows[0];
  const limit = kept?.unsure_below ?? detector.doubt_line_below;
  // where frames have to be surer than that, as of a smaller share, digits in pictures have to be, too
  const least = Math.max(affordable.unsure_below, detector.doubt_below);
  const frames = { slope, offset, unsureBelow: affordable.unsure_below };
  return per === "digit" ? { ...frames, digitBelow: Math.max(limit, least), lineBelow: 0, loneBelow: 0 }
    : { ...frames, digitBelow: least, lineBelow: limit, loneBelow: Math.max(limit, least) };
}
