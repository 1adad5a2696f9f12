// Weighs a string that is known already against all strings that differ from it in one place, by a line's steps.

import { CLASS_COUNT } from "../spec.js";
import { argmax, logAdd } from "../imageops/numbers.js";

/**
 * @typedef {object} LineEvidence natural logarithms of probabilities
 * @property {number} string of the string
 * @property {Float64Array[]} labels of the string with each label in each place
 * @property {number[]} without of the string without each digit
 * @property {Float64Array[]} more of the string with one more digit, in front of each digit and at the end
 * @property {number[]} places the step at which the likeliest one more digit stands
 */

/**
 * @typedef {object} HeardLine what the line recognizer says of a line
 * @property {Float64Array[]} steps as `weighString` takes them
 * @property {number[]} string the digits of the line that were weighed already
 * @property {number} logProbability of that string, natural logarithm
 */

const BLANK = 0;
const NEVER = -1e9;
const NO_STATE = -1;

/**
 * @param {Float64Array[]} steps of a line, each the logarithms of the probabilities of blank and of the ten labels
 * @param {number[]} string its digits, which may be none
 * @returns {LineEvidence | null} null where the line is too short for the string
 */
export function weighString(steps, string) {
  const states = spread(string);
  const forward = runForward(steps, states);
  const backward = runForward(steps.toReversed(), states.toReversed()).reverse();
  for (const row of backward) row.reverse();
  const total = findTotal(forward);
  if (total <= NEVER / 2) return null;
  const chances = new Chances(steps, states, forward, backward);
  const labels = string.map((_, place) => chances.withLabel(2 * place, 2 * place + 2).together);
  const gaps = [...string, null].map((_, gap) => chances.withLabel(2 * gap, 2 * gap));
  return {
    string: total, labels, without: string.map((_, place) => chances.without(place, place === string.length - 1)),
    more: gaps.map(({ together }) => together), places: gaps.map(({ stands }) => stands),
  };
}

/**
 * The probability, 0 to 1, that a line says a string.
 *
 * @param {HeardLine} line
 * @param {number[]} string
 */
export function findProbability({ steps, string: weighed, logProbability }, string) {
  const isWeighed = string.length === weighed.length && string.every((label, at) => label === weighed[at]);
  return Math.min(1, Math.exp(isWeighed ? logProbability : findTotal(runForward(steps, spread(string)))));
}

/** The states of a string: its labels, with a blank on either side of each. */
const spread = (string) => string.flatMap((label) => [BLANK, label + 1]).concat(BLANK);

/** The logarithm of the chance to end a string. */
function findTotal(forward) {
  const last = forward.at(-1);
  return last.length > 1 ? logAdd(last.at(-2), last.at(-1)) : last[0];
}

/** Of each step and state the logarithm of the chance to be there, what came before and itself seen. */
function runForward(steps, states) {
  const result = [];
  steps.forEach((seen, step) => {
    const now = new Float64Array(states.length).fill(NEVER);
    const last = result[step - 1];
    for (let at = 0; at < states.length; at += 1) {
      if (!last) {
        if (at < 2) now[at] = seen[states[at]];
        continue;
      }
      const skips = at >= 2 && states[at] !== BLANK && states[at] !== states[at - 2];
      let came = last[at];
      came = logAdd(came, at >= 1 ? last[at - 1] : NEVER);
      came = logAdd(came, (at >= 2 ? last[at - 2] : NEVER) + (skips ? 0 : NEVER));
      now[at] = Math.max(came + seen[states[at]], NEVER);
    }
    result.push(now);
  });
  return result;
}

/** The chances to have come to a state, and to go on from it; before the first and after the last there is none. */
class Chances {
  constructor(steps, states, forward, backward) {
    Object.assign(this, { steps, states, forward, backward });
  }

  #came(step, state) { return this.forward[step][state] ?? NEVER; }
  #goes(step, state) { return this.backward[step][state] ?? NEVER; }

  /** The chance of any label between two blank states, which are the same for one more digit in a gap. */
  withLabel(before, after) {
    const { steps, states } = this;
    const [previous, next] = [states[before - 1] ?? NO_STATE, states[after + 1] ?? NO_STATE];
    const together = new Float64Array(CLASS_COUNT);
    const stands = new Int32Array(CLASS_COUNT);
    for (let label = 0; label < CLASS_COUNT; label += 1) {
      const name = label + 1;
      const [fromLabel, toLabel] = [previous === name ? NEVER : 0, next === name ? NEVER : 0];
      let [here, total, best] = [NEVER, NEVER, -Infinity];
      for (let step = 0; step < steps.length; step += 1) {
        const entered = step === 0 ? (before === 0 ? 0 : NEVER)
          : logAdd(this.#came(step - 1, before), this.#came(step - 1, before - 1) + fromLabel);
        here = logAdd(here, entered) + steps[step][name];
        const left = step + 1 === steps.length ? (after === states.length - 1 ? 0 : NEVER)
          : logAdd(this.#goes(step + 1, after), this.#goes(step + 1, after + 1) + toLabel);
        const chance = here + left;
        total = step === 0 ? chance : logAdd(total, chance);
        if (chance > best) [best, stands[label]] = [chance, step];
      }
      together[label] = Math.max(total, NEVER);
    }
    return { together, stands: stands[argmax(together)] };
  }

  /** The chance of the string without the digit of a place. */
  without(place, isLast) {
    const state = 2 * place + 1;
    const isSame = (this.states[state - 2] ?? NO_STATE) === (this.states[state + 2] ?? NO_STATE);
    const end = this.forward.length - 1;
    if (isLast) return Math.max(logAdd(this.#came(end, state - 1), this.#came(end, state - 2)), NEVER);
    let chance = NEVER;
    for (let step = 0; step < end; step += 1) {
      const came = logAdd(this.#came(step, state - 1), isSame ? NEVER : this.#came(step, state - 2));
      // at the blank in front of it, or at the digit before that
      chance = logAdd(chance, came + this.#goes(step + 1, state + 2));
    }
    if (place === 0) chance = logAdd(chance, this.#goes(0, state + 2));
    return Math.max(chance, NEVER);
  }
}
