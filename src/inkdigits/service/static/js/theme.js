// Light or dark: as the system has it, until the user chooses.

import { $ } from "./dom.js";
import { remember, remembered } from "./preferences.js";
import { say } from "./words.js";

const THEME_WORDS = { auto: "themeAuto", light: "themeLight", dark: "themeDark" };
const THEMES = Object.keys(THEME_WORDS); // in the order in which the button goes through them

let theme = remembered("theme", THEMES) ?? "auto";

/** Dress the page in the theme and say on the button which one it is. */
export function showTheme() {
  document.documentElement.dataset.theme = theme;
  $("theme").ariaLabel = $("theme").title = say(THEME_WORDS[theme]);
}

/** Go on to the next theme. */
export function switchTheme() {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  remember("theme", theme);
  showTheme();
}
