// The page's texts in the user's language. They are in words.json; index.html and the other modules name them by key.

import WORDS from "../words.json" with { type: "json" };
import { $ } from "./dom.js";
import { remember, remembered } from "./preferences.js";

const LANGUAGES = Object.keys(WORDS);
const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

let language = remembered("language", LANGUAGES) ?? browserLanguage();

function browserLanguage() {
  const tag = navigator.languages.find((each) => /^(zh|en)/.test(each));
  return tag?.startsWith("zh") ? "zh-Hant" : "en";
}

const otherLanguage = () => LANGUAGES.find((each) => each !== language);

/**
 * A text of words.json in the user's language.
 *
 * @param {string} key
 * @param {Object<string, string | number>} values what stands for {name} in the text; a text in several grammatical
 *   numbers is chosen by `count`
 * @returns {string}
 */
export function say(key, values = {}) {
  const entry = WORDS[language][key];
  const text = typeof entry === "object" ? entry[new Intl.PluralRules(language).select(values.count)] : entry;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Write the texts that do not change with the answer into the elements that name one. */
export function showWords() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) {
    element.ariaLabel = say(element.dataset.label);
    if (element.matches("button")) element.title = element.ariaLabel;
  }
  for (const key of document.querySelectorAll(".command-key")) {
    key.textContent = IS_APPLE ? say("commandKeyOfApple") : say("commandKey");
  }
  $("language").textContent = say("otherLanguage");
  $("language").lang = otherLanguage();
  $("language").ariaLabel = say("otherLanguageLabel");
}

/** Go on in the other language. */
export function switchLanguage() {
  language = otherLanguage();
  remember("language", language);
  showWords();
}

const MOST_SHARE = 0.999; // that is shown: nothing is sure

/** A share from 0 to 1 as percent, rounded down; nothing is called 100 %, and nothing above 0 is 0 %. */
export function percent(share) {
  const steps = share > 0.99 || share < 0.01 ? 1000 : 100;
  const format = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  if (share > 0 && share < 0.001) return `< ${format.format(0.001)}`;
  return format.format(Math.min(Math.floor(share * steps) / steps, MOST_SHARE));
}

/** A scale, 1 for the natural size, as whole percent. */
export const scalePercent = (scale) => new Intl.NumberFormat(language, { style: "percent" }).format(scale);
