// How often answers that are as sure are right: bands of calibrated confidence, as results/bands.py has them.

/** @typedef {"999 of 1000" | "99 of 100" | "95 of 100" | "fewer"} Band */

/** The bands, surest first, each with its least confidence. */
export const BANDS = [["999 of 1000", 0.999], ["99 of 100", 0.99], ["95 of 100", 0.95], ["fewer", 0]];

/**
 * The band of a calibrated confidence.
 *
 * @param {number} confidence 0 to 1
 * @returns {Band}
 */
export const findBand = (confidence) => (BANDS.find(([, least]) => confidence >= least) ?? BANDS.at(-1))[0];
