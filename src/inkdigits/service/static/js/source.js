// Who reads: the service that serves this page, or the browser itself on a page without a server.

import { askService } from "./api.js";
import { prepare, readHere } from "./local.js";

/** Whether this page reads by itself: `inkdigits page` writes it so into index.html. */
export const IS_LOCAL = document.documentElement.dataset.reader === "browser";

/** Let whoever reads on this page read a picture; `askService` says what it takes and gives. */
export const readPicture = IS_LOCAL ? readHere : askService;

/** Get ready for the first picture, and for a visit without a network. */
export function getReady() {
  if (!IS_LOCAL) return;
  prepare();
  navigator.serviceWorker?.register("sw.js").catch(() => {}); // not from every address; the page works without
}
