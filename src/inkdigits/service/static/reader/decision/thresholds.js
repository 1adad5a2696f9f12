// Chooses the thresholds for a bundle and a budget of errors.

/**
 * @typedef {object} Policy how an answer is judged
 * @property {number} slope of the bundle's curve of confidence
 * @property {number} offset
 * @property {number} unsureBelow confidence below which a digit is unsure
 */

/**
 * The policy that answers the most digits within a budget of wrong answers.
 *
 * @param {object} info what the bundle's model.json says
 * @param {number | null} maxError largest share of wrong digits among the answered ones; null takes the bundle's own
 * @returns {Policy}
 */
export function choosePolicy(info, maxError = null) {
  const [slope, offset] = [info.confidence_slope, info.confidence_offset];
  if (maxError === null) return { slope, offset, unsureBelow: info.unsure_below };
  const affordable = info.budgets.filter((budget) => budget.max_error <= maxError);
  if (!affordable.length) {
    const least = info.budgets[0]?.max_error ?? "none";
    throw new RangeError(`${info.name} cannot promise ${maxError} wrong answers; it can promise ${least} or more`);
  }
  return { slope, offset, unsureBelow: affordable.at(-1).unsure_below };
}
