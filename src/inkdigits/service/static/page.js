// The page: strokes or a picture go to POST v1/read as they are; the answer is shown on the sheet and beside it.
// Nothing is preprocessed here: a drawing is sent as the PNG of the sheet, a picture as the file that was given.

const $ = (id) => document.getElementById(id);

// ---------------------------------------------------------------------------------------------------------- words

const COMMAND_KEY = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";

const WORDS = {
  en: {
    skip: "Skip to the answer", title: "Read handwritten digits", sheet: "Sheet", modes: "What to read",
    draw: "Draw", picture: "Picture", language: "中文", languageLabel: "以繁體中文顯示",
    theme: { auto: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" },
    pad: "Drawing area", padHelp: "Draw with mouse, pen or finger. By keyboard: arrow keys move the pen, with Shift by small steps; "
      + "Space lowers and lifts it.",
    invite: "Write a number", inviteMore: "with mouse, pen or finger. Or drop a picture, or paste one.",
    viewer: "Picture. Plus and minus zoom, arrow keys move, 0 fits it.",
    choosePicture: "Show a picture", chooseMore: "of digits on paper, on a form or on a screen. Drop it here, paste it, or",
    choose: "Choose a file", photograph: "Take a photo", dropHere: "Drop to read it",
    drawTools: "Drawing tools", pen: "Pen", eraser: "Eraser", penWidth: "Pen width", thin: "Thin", medium: "Medium", thick: "Thick",
    undo: "Undo", redo: "Redo", clear: "Clear", pictureTools: "Picture tools", zoomOut: "Smaller", zoomIn: "Larger",
    zoomFit: "Fit", savePicture: "Save the annotated picture", otherPicture: "Another picture",
    readsAs: "Reads as", copy: "Copy the number", copied: "Copied", digitsRead: "Digits read",
    waiting: "The answer appears here as you write.", waitingPicture: "The answer appears here.", reading: "Reading",
    blank: "No digit found", blankMore: "What is there looks like no digit.",
    sure: (count) => (count === 1 ? "One digit" : `${count} digits`),
    unsureCount: (count) => (count === 1 ? "one unsure" : `${count} unsure`),
    noDigitCount: (count) => (count === 1 ? "one mark is no digit" : `${count} marks are no digits`),
    correctedCount: (count) => (count === 1 ? "one corrected" : `${count} corrected`),
    spoken: (text) => `Reads as ${text}.`,
    digitName: (label, share, at, all) => `${label}, ${share} sure, ${at} of ${all}`,
    unsureName: (label, share, at, all) => `Unsure, perhaps ${label}, ${share} sure, ${at} of ${all}`,
    noDigitName: (at, all) => `No digit, ${at} of ${all}`,
    correctedName: (label, at, all) => `${label}, corrected by you, ${at} of ${all}`,
    digitTitle: { digit: (label, share) => `${label}, ${share} sure`, unsure: (label, share) => `Perhaps ${label}, ${share} sure`,
      not_a_digit: () => "Not a digit" },
    digitSaid: { digit: "", unsure: "Too unsure to answer, so it is “?”.",
      not_a_digit: (label, share) => `A digit with ${share} probability; as one it would be ${label}.` },
    correctedTitle: (label) => `${label}, corrected`, confirmedTitle: (label) => `${label}, confirmed`,
    correctedSaid: (label) => `It was read as ${label}. Backspace takes the correction back.`,
    confirmedSaid: "Kept among your digits. Backspace takes it back.",
    bars: "Probability of each label; press one to correct the digit", bar: (label, share) => `${label}: ${share}. Make it ${label}`,
    correctHelp: "Wrong? Press the right digit, here or on the keyboard.",
    correctedSpoken: (label, count) => `Corrected to ${label}. ${count} collected.`, takenBack: "Correction taken back.",
    others: "Could also be", why: "Why?", whyTitle: "What happened to your ink",
    stages: "Stages from the picture to the network", noStages: "This server tells no stages.",
    stage: (number) => `Stage ${number}`, noFaults: "Nothing suspicious was found.",
    collected: "Your corrections",
    collectedMore: "They stay in this tab until you download them. Unpacked, they are data for inkdigits train --data and evaluate --data.",
    download: "Download zip", removeSample: (label) => `Remove this ${label}`, sampleName: (label) => `A ${label}`,
    private: "Nothing you draw or show is stored.", model: (name) => `Read by ${name}`,
    hintCorrect: "correct the chosen digit", hintChoose: "choose a digit of the answer", hintUndo: "undo a stroke",
    hintPaste: "read a picture you copied", keyCommand: COMMAND_KEY,
    retry: "Try again", retrying: "Trying again by itself.",
    tooMany: (count) => `${count} pictures were given; this is the first.`,
    cannotShow: "This browser cannot show the file, so the annotated copy is shown.",
    problems: { gone: "The server does not answer", goneMore: "What you drew is still here.", 413: "This picture is too large",
      415: "This is no picture that can be read", 422: "This picture cannot be read", 503: "The server is busy",
      other: "The server could not read this" },
    crosshair: (x, y) => `${x}, ${y}`,
  },
  "zh-Hant": {
    skip: "跳到辨識結果", title: "辨識手寫數字", sheet: "紙", modes: "要辨識的東西",
    draw: "手寫", picture: "圖片", language: "English", languageLabel: "Show in English",
    theme: { auto: "外觀：跟隨系統", light: "外觀：淺色", dark: "外觀：深色" },
    pad: "書寫區", padHelp: "用滑鼠、筆或手指書寫。用鍵盤時，方向鍵移動筆，加 Shift 移動較小；空白鍵下筆與提筆。",
    invite: "寫下數字", inviteMore: "用滑鼠、筆或手指。也可以拖放或貼上圖片。",
    viewer: "圖片。加號與減號縮放，方向鍵移動，0 顯示全圖。",
    choosePicture: "選一張圖片", chooseMore: "紙上、表格上或螢幕上的數字都可以。拖放到這裡、貼上，或是",
    choose: "選擇檔案", photograph: "拍照", dropHere: "放開即可辨識",
    drawTools: "書寫工具", pen: "筆", eraser: "橡皮擦", penWidth: "筆的粗細", thin: "細", medium: "中", thick: "粗",
    undo: "復原", redo: "重做", clear: "清除", pictureTools: "圖片工具", zoomOut: "縮小", zoomIn: "放大",
    zoomFit: "顯示全圖", savePicture: "儲存標註圖", otherPicture: "另選圖片",
    readsAs: "讀作", copy: "複製數字", copied: "已複製", digitsRead: "讀出的數字",
    waiting: "書寫時，結果會出現在這裡。", waitingPicture: "結果會出現在這裡。", reading: "辨識中",
    blank: "沒有找到數字", blankMore: "這裡的筆跡不像數字。",
    sure: (count) => `${count} 個數字`, unsureCount: (count) => `${count} 個不確定`,
    noDigitCount: (count) => `${count} 處不是數字`, correctedCount: (count) => `${count} 個已更正`,
    spoken: (text) => `讀作 ${text}。`,
    digitName: (label, share, at, all) => `${label}，把握 ${share}，第 ${at} 個，共 ${all} 個`,
    unsureName: (label, share, at, all) => `不確定，可能是 ${label}，把握 ${share}，第 ${at} 個，共 ${all} 個`,
    noDigitName: (at, all) => `不是數字，第 ${at} 個，共 ${all} 個`,
    correctedName: (label, at, all) => `${label}，已由您更正，第 ${at} 個，共 ${all} 個`,
    digitTitle: { digit: (label, share) => `${label}，把握 ${share}`, unsure: (label, share) => `可能是 ${label}，把握 ${share}`,
      not_a_digit: () => "不是數字" },
    digitSaid: { digit: "", unsure: "把握不足，所以回答「?」。",
      not_a_digit: (label, share) => `是數字的機率為 ${share}；若是，最像 ${label}。` },
    correctedTitle: (label) => `${label}，已更正`, confirmedTitle: (label) => `${label}，已確認`,
    correctedSaid: (label) => `原本讀作 ${label}。按 Backspace 取消更正。`,
    confirmedSaid: "已收入您的數字。按 Backspace 取消。",
    bars: "每個數字的機率；按下即可更正", bar: (label, share) => `${label}：${share}。改為 ${label}`,
    correctHelp: "讀錯了嗎？按下正確的數字，或用鍵盤輸入。",
    correctedSpoken: (label, count) => `已更正為 ${label}。共收集 ${count} 個。`, takenBack: "已取消更正。",
    others: "也可能是", why: "為什麼？", whyTitle: "筆跡經過的步驟",
    stages: "從圖片到網路的各個步驟", noStages: "這個伺服器不提供步驟。", stage: (number) => `第 ${number} 步`, noFaults: "沒有發現可疑之處。",
    collected: "您的更正", collectedMore: "下載之前只留在這個分頁。解開後可直接交給 inkdigits train --data 與 evaluate --data。",
    download: "下載 zip", removeSample: (label) => `移除這個 ${label}`, sampleName: (label) => `數字 ${label}`,
    private: "您寫的、給的圖片都不會儲存。", model: (name) => `使用模型 ${name}`,
    hintCorrect: "更正選取的數字", hintChoose: "選取結果中的數字", hintUndo: "復原一筆", hintPaste: "辨識複製的圖片",
    keyCommand: COMMAND_KEY,
    retry: "再試一次", retrying: "會自動重試。",
    tooMany: (count) => `一共給了 ${count} 張圖片，這是第一張。`,
    cannotShow: "這個瀏覽器無法顯示此檔案，因此顯示標註後的圖。",
    problems: { gone: "伺服器沒有回應", goneMore: "您寫的內容還在。", 413: "圖片太大", 415: "這不是可以辨識的圖片",
      422: "無法辨識這張圖片", 503: "伺服器忙碌中", other: "伺服器無法辨識" },
    crosshair: (x, y) => `${x}, ${y}`,
  },
};

let language = remembered("language", Object.keys(WORDS)) ?? (navigator.languages.find((tag) => /^(zh|en)/.test(tag))?.startsWith("zh")
  ? "zh-Hant" : "en");
const words = () => WORDS[language];

/** A share from 0 to 1 as percent, rounded down, so that nothing below 1 is called 100 % and nothing above 0 is 0 %. */
function percent(share) {
  const steps = share > 0.99 || share < 0.01 ? 1000 : 100;
  const format = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  return share > 0 && share < 0.001 ? `< ${format.format(0.001)}` : format.format(Math.floor(share * steps) / steps);
}

function remembered(name, allowed) {
  try {
    const value = localStorage.getItem(`inkdigits.${name}`);
    return allowed.includes(value) ? value : null;
  } catch { // storage may be forbidden; the page works without
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(`inkdigits.${name}`, value);
  } catch { /* as above */ }
}

function make(tag, properties = {}, ...children) {
  const { label, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  if (label !== undefined) element.setAttribute("aria-label", label);
  element.append(...children);
  return element;
}

const context2d = (width, height) => make("canvas", { width, height }).getContext("2d");

// -------------------------------------------------------------------------------------------------------- strokes

const INK = { ink: "black", paper: "white" }; // of what is sent, whatever the theme

/** Strokes as vectors, with a history in which clearing is one step like a stroke. Lengths are in sheet units. */
class Drawing {
  #done = [];
  #undone = [];
  #next = 1;

  get strokes() {
    return this.#done.slice(this.#done.findLastIndex((step) => step.clears) + 1);
  }

  get canUndo() { return this.#done.length > 0; }
  get canRedo() { return this.#undone.length > 0; }
  get hasInk() { return this.strokes.some((stroke) => !stroke.erases); }

  add(stroke) {
    this.#done.push({ ...stroke, id: this.#next++ });
    this.#undone = [];
  }

  clear() {
    this.#done.push({ clears: true });
    this.#undone = [];
  }

  undo() { if (this.canUndo) this.#undone.push(this.#done.pop()); }
  redo() { if (this.canRedo) this.#done.push(this.#undone.pop()); }
}

/** Draw one stroke: quadratic curves between the middles of its points, as wide as the pressure says. */
function paintStroke(context, { points, width, erases }, ink) {
  context.globalCompositeOperation = erases ? "destination-out" : "source-over";
  context.strokeStyle = ink;
  context.lineCap = context.lineJoin = "round";
  let [fromX, fromY] = points[0];
  points.forEach(([x, y, pressure], index) => {
    const isLast = index === points.length - 1;
    const [nextX, nextY] = isLast ? [x, y] : points[index + 1];
    const [toX, toY] = isLast ? [x, y] : [(x + nextX) / 2, (y + nextY) / 2];
    context.lineWidth = width * (0.4 + 1.2 * pressure); // 0.5, a mouse's pressure, is the width itself
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.quadraticCurveTo(x, y, toX, toY);
    context.stroke();
    [fromX, fromY] = [toX, toY];
  });
  context.globalCompositeOperation = "source-over";
}

/** Paint strokes onto white paper; `box` is the part of the sheet that the canvas shows. */
function paintSheet(strokes, box) {
  const [left, top, right, bottom] = box;
  const layer = context2d(right - left, bottom - top);
  layer.translate(-left, -top);
  for (const stroke of strokes) paintStroke(layer, stroke, INK.ink);
  const sheet = context2d(right - left, bottom - top);
  sheet.fillStyle = INK.paper;
  sheet.fillRect(0, 0, right - left, bottom - top);
  sheet.drawImage(layer.canvas, 0, 0);
  return sheet.canvas;
}

const toPng = (canvas) => new Promise((resolve) => canvas.toBlob(resolve, "image/png"));

/** The strokes of which at least half of the points lie in the box. */
function strokesIn(strokes, [left, top, right, bottom]) {
  const isInside = ([x, y]) => x >= left && x <= right && y >= top && y <= bottom;
  return strokes.filter(({ points, erases }) => !erases && points.filter(isInside).length * 2 >= points.length);
}

// ------------------------------------------------------------------------------------------------------------ pad

const drawing = new Drawing();
const pad = $("pad");
const tool = { width: 10, erases: false };
const view = { scale: 1, width: 0, height: 0 }; // CSS pixels per sheet unit; the sheet's size in units
let committed = context2d(1, 1); // all finished strokes, so that a frame draws one picture and one stroke
let live = null;
let frameAsked = false;

/** Fit canvas and sheet to the place they have; a drawing that would not fit any more is shown smaller. */
function layOutPad() {
  const { clientWidth, clientHeight } = $("surface");
  if (!clientWidth || !clientHeight) return;
  const points = drawing.strokes.flatMap((stroke) => stroke.points);
  const right = points.reduce((most, point) => Math.max(most, point[0] + 20), 0);
  const bottom = points.reduce((most, point) => Math.max(most, point[1] + 20), 0);
  view.scale = Math.min(1, clientWidth / right || 1, clientHeight / bottom || 1);
  const [width, height] = [Math.ceil(clientWidth / view.scale), Math.ceil(clientHeight / view.scale)];
  const wasCut = points.some(([x, y]) => x > Math.min(width, view.width) || y > Math.min(height, view.height));
  if (drawing.hasInk && wasCut) askSoon(); // more or less of it is on the sheet now
  Object.assign(view, { width, height });
  pad.width = Math.round(clientWidth * devicePixelRatio);
  pad.height = Math.round(clientHeight * devicePixelRatio);
  commit();
  placeMarks();
}

function commit() {
  committed = context2d(pad.width, pad.height);
  committed.scale(view.scale * devicePixelRatio, view.scale * devicePixelRatio);
  for (const stroke of drawing.strokes) paintStroke(committed, stroke, inkColor());
  askFrame();
}

const inkColor = () => getComputedStyle(pad).color;

function askFrame() {
  if (frameAsked) return;
  frameAsked = true;
  requestAnimationFrame(() => {
    frameAsked = false;
    const context = pad.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, pad.width, pad.height);
    context.drawImage(committed.canvas, 0, 0);
    context.scale(view.scale * devicePixelRatio, view.scale * devicePixelRatio);
    if (live) paintStroke(context, live, inkColor());
  });
}

function beginStroke(point, erases) {
  live = { points: [point], width: erases ? tool.width * 3 : tool.width, erases };
  $("surface").classList.add("drawing");
  $("invitation").hidden = true;
  askFrame();
}

function extendStroke(point) {
  const [x, y] = live.points.at(-1);
  if (Math.hypot(point[0] - x, point[1] - y) < 1) return;
  live.points.push(point);
  askFrame();
}

function endStroke() {
  if (!live) return;
  drawing.add(live);
  live = null;
  $("surface").classList.remove("drawing");
  drawingChanged();
}

function drawingChanged() {
  commit();
  updateDrawTools();
  [selected, isChosen] = [null, false]; // the digit under the last stroke is selected when the answer comes
  if (drawing.hasInk) {
    askSoon();
  } else {
    forget();
  }
}

function updateDrawTools() {
  $("undo").disabled = !drawing.canUndo;
  $("redo").disabled = !drawing.canRedo;
  $("clear").disabled = drawing.strokes.length === 0;
  $("invitation").hidden = drawing.strokes.length > 0;
  $("pen").setAttribute("aria-pressed", String(!tool.erases));
  $("eraser").setAttribute("aria-pressed", String(tool.erases));
  for (const dot of $("widths").children) dot.setAttribute("aria-pressed", String(Number(dot.dataset.width) === tool.width));
  pad.classList.toggle("erasing", tool.erases);
}

function penPoint(event) {
  const { left, top } = pad.getBoundingClientRect();
  const pressure = event.pointerType === "pen" && event.pressure > 0 ? event.pressure : 0.5;
  return [(event.clientX - left) / view.scale, (event.clientY - top) / view.scale, pressure];
}

function listenToPen() {
  let pointer = null;
  pad.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button > 0 && event.button !== 5) return; // 5: the eraser end of a pen
    pointer = event.pointerId;
    pad.setPointerCapture(pointer);
    endStroke(); // one that the keyboard had begun
    beginStroke(penPoint(event), tool.erases || event.button === 5);
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer || !live) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) extendStroke(penPoint(each));
  });
  for (const name of ["pointerup", "pointercancel"]) {
    pad.addEventListener(name, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      endStroke();
    });
  }
}

/** Arrow keys move a crosshair, Space lowers and lifts the pen. */
function listenToPadKeys() {
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let at = null;
  const show = () => {
    at ??= [view.width * 0.4, view.height * 0.3];
    $("crosshair").hidden = false;
    $("crosshair").style.transform = `translate(${at[0] * view.scale}px, ${at[1] * view.scale}px)`;
    $("crosshair").classList.toggle("down", live !== null);
  };
  pad.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") {
      show();
      if (live) endStroke();
      else beginStroke([...at, 0.5], tool.erases);
    } else if (event.key in moves) {
      show();
      const step = event.shiftKey ? 3 : 12;
      at = [clamp(at[0] + moves[event.key][0] * step, 0, view.width), clamp(at[1] + moves[event.key][1] * step, 0, view.height)];
      if (live) extendStroke([...at, 0.5]);
    } else {
      return;
    }
    event.preventDefault();
    show();
  });
  pad.addEventListener("blur", () => {
    endStroke();
    $("crosshair").hidden = true;
  });
}

const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

// --------------------------------------------------------------------------------------------------------- asking

let mode = "draw"; // or "picture"
let picture = null; // {blob, name, url, id, image, note} of the picture mode
let reading = null; // the answer for what is shown, or null
let selected = null; // index into reading.digits
let isChosen = false; // by the user: an answer keeps it, which else selects anew
let problem = null;
let whyOpen = false;
let ticket = 0;
let timer = 0;
let request = null;

/** A failed request: what the server said of it, or nothing when it did not answer. */
class Failure extends Error {
  constructor(status, detail, retryAfter) {
    super(detail);
    Object.assign(this, { status, detail, retryAfter });
  }
}

function askSoon(delay = 160) {
  clearTimeout(timer);
  timer = setTimeout(ask, delay);
}

/** Ask for what is shown now; only the newest question's answer is taken. */
async function ask() {
  const mine = newTicket();
  $("reading").setAttribute("aria-busy", "true");
  try {
    const blob = mode === "draw" ? await toPng(paintSheet(drawing.strokes, [0, 0, view.width, view.height])) : picture?.blob;
    if (!blob || mine !== ticket) return;
    const explain = whyOpen;
    const answer = await post(blob, { explain, picture: Boolean(picture?.unshowable) }, request.signal);
    if (explain) answer.explain ??= { stages: [] }; // a server that tells none
    if (mine === ticket) take(answer);
  } catch (error) {
    if (mine === ticket) showProblem(error);
  } finally {
    if (mine === ticket) $("reading").setAttribute("aria-busy", "false");
  }
}

function newTicket() {
  clearTimeout(timer);
  request?.abort();
  request = new AbortController();
  ticket += 1;
  return ticket;
}

async function post(blob, { explain = false, picture: annotated = false }, signal) {
  const query = new URLSearchParams();
  if (explain) query.set("explain", "true");
  if (annotated) query.set("picture", "true");
  const headers = { "Content-Type": blob.type || "application/octet-stream", Accept: "application/json" };
  let response;
  try {
    response = await fetch(`v1/read?${query}`, { method: "POST", body: blob, headers, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(0, "");
  }
  const answer = await response.json().catch(() => ({}));
  const first = answer.readings?.[0] ?? answer;
  if (!response.ok || !first.digits) {
    throw new Failure(first.status ?? response.status, first.detail ?? first.title ?? "", Number(response.headers.get("Retry-After")));
  }
  return first;
}

function take(answer) {
  problem = null;
  const before = isChosen && reading?.digits[selected];
  reading = answer;
  selected = before ? closest(before.box) : firstChoice();
  if (picture && answer.annotated && picture.unshowable) showAnnotated(answer.annotated);
  render();
}

/** Forget the answer: there is nothing to read. */
function forget() {
  newTicket();
  $("reading").setAttribute("aria-busy", "false");
  [reading, selected, problem] = [null, null, null];
  render();
}

function closest(box) {
  const middle = (b) => [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2];
  const distance = (digit) => Math.hypot(...middle(digit.box).map((value, axis) => value - middle(box)[axis]));
  const distances = reading.digits.map(distance);
  const least = Math.min(...distances);
  return distances.length ? distances.indexOf(least) : null;
}

/** The digit written last; of a picture the first that is unsure, or the first. */
function firstChoice() {
  if (mode === "draw") {
    const points = drawing.strokes.findLast((stroke) => !stroke.erases)?.points ?? [[0, 0]];
    const xs = points.map((point) => point[0]);
    const ys = points.map((point) => point[1]);
    return closest([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
  }
  const unsure = reading.digits.findIndex((digit) => digit.outcome === "unsure");
  const digit = reading.digits.findIndex(({ outcome }) => outcome === "digit");
  return [unsure, digit, reading.digits.length - 1].find((index) => index >= 0) ?? null;
}

function showProblem(error) {
  if (error.name === "AbortError") return;
  problem = error instanceof Failure ? error : new Failure(-1, String(error.message));
  const retries = problem.status === 0 || problem.status === 503;
  if (retries) timer = setTimeout(ask, 1000 * clamp(problem.retryAfter || 3, 1, 30));
  else reading = selected = null;
  if (!retries && picture?.unshowable) showPlaces();
  render();
}

// -------------------------------------------------------------------------------------------------------- samples

const samples = new Map(); // what a digit is made of -> the sample that the user labeled

/** What tells one written digit from all others: its strokes, or its place in its picture. */
function inkOf(digit) {
  const ids = mode === "draw" ? strokesIn(drawing.strokes, digit.box).map((stroke) => stroke.id) : [];
  return ids.length ? `strokes ${ids}` : `${mode === "draw" ? "sheet" : `picture ${picture.id}`} ${digit.box}`;
}

const sampleOf = (digit) => samples.get(inkOf(digit));

async function correct(label) {
  const digit = reading?.digits[selected];
  if (!digit) return;
  const key = inkOf(digit);
  const canvas = cutOut(digit);
  const sample = { label, read: digit.label, outcome: digit.outcome, confidence: digit.confidence, url: canvas.toDataURL("image/png") };
  samples.delete(key); // so that the newest comes last
  samples.set(key, sample);
  sample.png = new Uint8Array(await (await toPng(canvas)).arrayBuffer());
  render();
  announce(words().correctedSpoken(label, samples.size));
}

function takeBack() {
  const digit = reading?.digits[selected];
  if (!digit || !samples.delete(inkOf(digit))) return;
  render();
  announce(words().takenBack);
}

/** The digit on its paper, as a canvas: of a drawing its own strokes, of a picture its surroundings up to the neighbors. */
function cutOut(digit) {
  const [left, top, right, bottom] = digit.box;
  const margin = Math.round(0.2 * Math.max(right - left, bottom - top));
  const wide = [left - margin, top - margin, right + margin, bottom + margin];
  if (mode === "draw") {
    const own = strokesIn(drawing.strokes, digit.box);
    const strokes = own.length ? drawing.strokes.filter((stroke) => stroke.erases || own.includes(stroke)) : drawing.strokes;
    return paintSheet(strokes, own.length ? wide : digit.box);
  }
  const [x, y, xEnd, yEnd] = withoutNeighbors(wide, digit);
  const crop = context2d(xEnd - x, yEnd - y);
  crop.drawImage(picture.image, x, y, xEnd - x, yEnd - y, 0, 0, xEnd - x, yEnd - y);
  return crop.canvas;
}

/** Pull the sides of a box in until no other mark's box reaches into it; never past the digit's own box. */
function withoutNeighbors(box, digit) {
  const [left, top, right, bottom] = digit.box;
  let [x, y, xEnd, yEnd] = [Math.max(0, box[0]), Math.max(0, box[1]), Math.min(reading.width, box[2]), Math.min(reading.height, box[3])];
  for (const other of reading.digits) {
    if (other === digit) continue;
    const [l, t, r, b] = other.box;
    const isBeside = t < yEnd && b > y;
    const isAbove = l < xEnd && r > x;
    if (isBeside && r <= left) x = Math.max(x, r);
    else if (isBeside && l >= right) xEnd = Math.min(xEnd, l);
    else if (isAbove && b <= top) y = Math.max(y, b);
    else if (isAbove && t >= bottom) yEnd = Math.min(yEnd, t);
  }
  return [x, y, xEnd, yEnd];
}

const CSV_HEADER = "file,label,read,confidence,outcome";

/** The collected digits as a zip of one folder with labels.csv and a PNG of each. */
function sampleZip() {
  const folder = "inkdigits-corrected";
  const rows = [CSV_HEADER];
  const files = [...samples.values()].map((sample, index) => {
    const name = `${String(index + 1).padStart(4, "0")}-${sample.label}.png`;
    rows.push([name, sample.label, sample.read, sample.confidence, sample.outcome].join(","));
    return { name: `${folder}/${name}`, bytes: sample.png };
  });
  files.unshift({ name: `${folder}/labels.csv`, bytes: new TextEncoder().encode(`${rows.join("\n")}\n`) });
  return zip(files);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** A zip file of stored, uncompressed files; names are ASCII. */
function zip(files, now = new Date()) {
  const time = (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1);
  const date = ((now.getFullYear() - 1980) << 9) | ((now.getMonth() + 1) << 5) | now.getDate();
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const ascii = new TextEncoder().encode(name);
    // version, flags, method, time, date, CRC, both sizes, lengths of name and extra field
    const shared = [[2, 20], [2, 0], [2, 0], [2, time], [2, date], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length],
      [2, ascii.length], [2, 0]];
    const local = littleEndian([[4, 0x04034b50], ...shared]);
    directory.push(littleEndian([[4, 0x02014b50], [2, 20], ...shared, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), ascii);
    parts.push(local, ascii, bytes);
    offset += local.length + ascii.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = files.length;
  const end = littleEndian([[4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0]]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

function littleEndian(fields) {
  const bytes = [];
  for (const [width, value] of fields) for (let at = 0; at < width; at += 1) bytes.push((value >>> (8 * at)) & 0xff);
  return Uint8Array.from(bytes);
}

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

// ------------------------------------------------------------------------------------------------------ rendering

function render() {
  renderNumber();
  renderStatus();
  renderProblem();
  renderOthers();
  renderDigit();
  renderMarks();
  renderWhy();
  renderSamples();
  $("model").textContent = reading ? words().model(reading.model) : "";
}

/** The class that shows what a mark was taken for. */
function stateOf(digit) {
  return sampleOf(digit) ? "corrected" : { digit: "sure", unsure: "unsure", not_a_digit: "no-digit" }[digit.outcome];
}

/** What stands for a mark in the number: a label, "?", or "" for no digit. */
function glyph(digit) {
  if (sampleOf(digit)) return String(sampleOf(digit).label);
  return { digit: String(digit.label), unsure: "?", not_a_digit: "" }[digit.outcome];
}

/** The lines of the number, each a list of {digit}, an index, and {character}, a point, a comma or a gap between words. */
function numberLines() {
  const lines = (reading?.lines ?? []).map(() => []);
  const counts = lines.map(() => 0);
  (reading?.digits ?? []).forEach((digit, index) => {
    if (digit.outcome !== "not_a_digit") {
      lines[digit.line].push(...between(digit.line, counts[digit.line]));
      counts[digit.line] += 1;
    }
    if (glyph(digit)) lines[digit.line].push({ digit: index });
  });
  return lines.filter((line) => line.length > 0);
}

/** What stands in a line after so many digits. */
function between(line, count) {
  const marks = (reading.separators ?? []).filter((mark) => mark.line === line && mark.after === count);
  let end = 0;
  const isWordEnd = count > 0 && (reading.lines[line].words ?? []).some((word) => (end += word.length) === count);
  return [...marks.map(({ character }) => ({ character })), ...(isWordEnd ? [{ character: " " }] : [])];
}

function numberText() {
  const lineText = (line) => line.map((part) => part.character ?? glyph(reading.digits[part.digit])).join("");
  return numberLines().map(lineText).join("\n");
}

function renderNumber() {
  const number = $("number");
  const hadFocus = number.contains(document.activeElement);
  const lines = numberLines();
  const longest = Math.max(3, ...lines.map((line) => line.length));
  number.style.setProperty("--longest", longest);
  number.style.setProperty("--lines", Math.max(1, lines.length));
  const rest = (reading?.digits ?? []).flatMap((digit, index) => (glyph(digit) ? [] : [{ digit: index }]));
  const rows = lines.map((line) => make("div", { className: "number-line" }, ...line.map(numberPart)));
  if (rest.length) rows.push(make("div", { className: "number-rest" }, ...rest.map(numberPart)));
  number.replaceChildren(...rows);
  $("hints").hidden = Boolean(reading ?? problem);
  $("copy").hidden = !navigator.clipboard || !reading || !numberText();
  if (hadFocus) number.querySelector("[tabindex='0']")?.focus();
}

function numberPart(part) {
  if (part.character) return make("span", { className: "separator", textContent: part.character });
  const digit = reading.digits[part.digit];
  const button = make("button", { type: "button", className: `glyph ${stateOf(digit)}`, textContent: glyph(digit) || "×", label: digitName(part.digit) });
  button.tabIndex = part.digit === (selected ?? 0) ? 0 : -1;
  button.setAttribute("aria-pressed", String(part.digit === selected));
  button.addEventListener("click", () => select(part.digit));
  return button;
}

function digitName(index) {
  const digit = reading.digits[index];
  const [at, all] = [index + 1, reading.digits.length];
  if (sampleOf(digit)) return words().correctedName(sampleOf(digit).label, at, all);
  if (digit.outcome === "not_a_digit") return words().noDigitName(at, all);
  return words()[digit.outcome === "unsure" ? "unsureName" : "digitName"](digit.label, percent(digit.confidence), at, all);
}

function select(index, isFocused = false) {
  [selected, isChosen] = [index, true];
  render();
  if (isFocused) $("number").querySelector("[tabindex='0']")?.focus();
}

function countLine() {
  const counts = { digit: 0, unsure: 0, not_a_digit: 0, corrected: 0 };
  for (const digit of reading.digits) counts[sampleOf(digit) ? "corrected" : digit.outcome] += 1;
  const all = counts.digit + counts.unsure + counts.corrected;
  return [words().sure(all), counts.unsure && words().unsureCount(counts.unsure), counts.corrected && words().correctedCount(counts.corrected),
    counts.not_a_digit && words().noDigitCount(counts.not_a_digit)].filter(Boolean).join(" · ");
}

function renderStatus() {
  $("reading").classList.toggle("empty", !reading);
  const number = reading ? numberText() : "";
  const text = !reading ? (problem ? "" : mode === "draw" ? words().waiting : words().waitingPicture)
    : number ? countLine() : reading.digits.length ? words().blankMore : words().blank;
  $("status").textContent = text;
  // digits one by one, as a long number would be read as millions
  if (reading) announce(number ? `${words().spoken([...number].join(" "))} ${text}` : text);
}

/** Let a screen reader say something that is on the screen in another form. */
function announce(text) {
  if ($("spoken").textContent !== text) $("spoken").textContent = text;
}

function renderProblem() {
  $("problem").hidden = !problem;
  if (!problem) return;
  const said = words().problems;
  const isGone = problem.status === 0;
  $("problem-title").textContent = isGone ? said.gone : said[problem.status] ?? said.other;
  const retries = isGone || problem.status === 503;
  $("problem-detail").textContent = problem.detail; // in English, as the server speaks
  $("problem-detail").lang = "en";
  $("problem-more").textContent = [isGone && said.goneMore, retries && words().retrying].filter(Boolean).join(" ");
  $("retry").hidden = !retries;
}

function renderOthers() {
  const found = (reading?.lines ?? []).flatMap((line) => (line.alternatives ?? []).filter(({ text }) => text !== line.text));
  found.sort((one, other) => other.confidence - one.confidence);
  $("others").hidden = found.length === 0;
  $("others-list").replaceChildren(...found.slice(0, 3).map(({ text, confidence }) =>
    make("li", {}, make("span", { className: "other", textContent: text }), make("span", { className: "share", textContent: percent(confidence) }))));
}

function renderDigit() {
  const digit = reading?.digits[selected];
  $("digit").hidden = !digit;
  if (!digit) return;
  const sample = sampleOf(digit);
  const [label, share] = [digit.label, percent(digit.outcome === "not_a_digit" ? digit.digit_share : digit.confidence)];
  const isConfirmed = sample?.label === digit.label;
  $("digit").className = `digit ${stateOf(digit)}`;
  $("digit-title").textContent = sample ? words()[isConfirmed ? "confirmedTitle" : "correctedTitle"](sample.label)
    : words().digitTitle[digit.outcome](label, share);
  const said = words().digitSaid[digit.outcome];
  $("digit-said").textContent = sample ? (isConfirmed ? words().confirmedSaid : words().correctedSaid(digit.label))
    : typeof said === "function" ? said(label, share) : said;
  renderCutout(digit);
  renderBars(digit, sample);
}

function renderCutout(digit) {
  const shown = $("cutout");
  const context = shown.getContext("2d");
  context.fillStyle = INK.paper;
  context.fillRect(0, 0, shown.width, shown.height);
  if (picture?.unshowable && mode === "picture") return;
  const crop = cutOut(digit);
  const scale = Math.min(shown.width / crop.width, shown.height / crop.height);
  const [width, height] = [crop.width * scale, crop.height * scale];
  context.imageSmoothingQuality = "high";
  context.drawImage(crop, (shown.width - width) / 2, (shown.height - height) / 2, width, height);
}

function renderBars(digit, sample) {
  const bars = $("bars");
  if (!bars.children.length) {
    bars.append(...digit.probabilities.map((_, label) => {
      const bar = make("button", { type: "button", className: "bar" }, make("span", { className: "label", textContent: String(label) }),
        " ", make("span", { className: "share" }), make("span", { className: "fill" }));
      bar.addEventListener("click", () => correct(label));
      return bar;
    }));
  }
  digit.probabilities.forEach((probability, label) => {
    const bar = bars.children[label];
    bar.style.setProperty("--share", probability);
    bar.classList.toggle("best", label === digit.label);
    bar.classList.toggle("chosen", label === sample?.label);
    bar.querySelector(".share").textContent = probability >= 0.01 ? percent(probability) : "";
    bar.setAttribute("aria-label", words().bar(label, percent(probability)));
  });
}

/** Boxes on the sheet or on the picture; their tags can be clicked, the boxes let the pen through. */
function renderMarks() {
  const holder = mode === "draw" ? $("surface") : $("stage");
  for (const old of document.querySelectorAll(".mark")) old.remove();
  (reading && !picture?.unshowable || reading && mode === "draw" ? reading.digits : []).forEach((digit, index) => {
    const text = sampleOf(digit) ? String(sampleOf(digit).label)
      : { digit: String(digit.label), unsure: `${digit.label}?`, not_a_digit: "×" }[digit.outcome];
    const tag = make("button", { type: "button", className: "tag", textContent: text, tabIndex: -1, label: digitName(index) });
    tag.addEventListener("click", () => select(index));
    const mark = make("div", { className: `mark ${stateOf(digit)}` }, tag);
    mark.classList.toggle("selected", index === selected);
    mark.box = digit.box;
    if (mode === "picture") mark.addEventListener("click", () => select(index));
    holder.append(mark);
  });
  placeMarks();
}

function placeMarks() {
  const scale = mode === "draw" ? view.scale : lens.scale;
  const room = mode === "draw" ? 3 : 1; // so that a box does not lie on the ink
  for (const mark of document.querySelectorAll(".mark")) {
    const [left, top, right, bottom] = mark.box;
    mark.classList.toggle("low", top * scale < 30);
    Object.assign(mark.style, { left: `${left * scale - room}px`, top: `${top * scale - room}px`,
      width: `${(right - left) * scale + 2 * room}px`, height: `${(bottom - top) * scale + 2 * room}px` });
  }
}

// ------------------------------------------------------------------------------------------------------------ why

const STAGE_WORDS = {
  en: { input: "Your picture", "evened light": "Light evened", "removed lines": "Printed lines removed", ink: "Ink found",
    "boxes and lines": "Marks and lines", frames: "What the network saw", labels: "What it said" },
  "zh-Hant": { input: "您的圖片", "evened light": "均勻光線", "removed lines": "移除印刷線", ink: "找到的筆跡",
    "boxes and lines": "筆跡與行", frames: "網路看到的", labels: "網路的回答" },
};

function renderWhy() {
  $("why").hidden = !reading;
  $("why").setAttribute("aria-expanded", String(whyOpen));
  $("why-panel").hidden = !whyOpen || !reading;
  if ($("why-panel").hidden) return;
  const { stages = [], faults = [] } = reading.explain ?? {};
  const note = !reading.explain ? words().reading : stages.length ? words().noFaults : words().noStages;
  $("faults").replaceChildren(...(faults.length ? faults.map((fault) => make("li", { className: "fault", textContent: fault, lang: "en" }))
    : [make("li", { textContent: note })]));
  $("stages").classList.toggle("waiting", !reading.explain);
  $("stages").replaceChildren(...stages.map(({ name, png }, index) => {
    const text = STAGE_WORDS[language][name] ?? name;
    const image = make("img", { src: `data:image/png;base64,${png}`, alt: words().stage(index + 1) });
    image.addEventListener("load", () => sizeStage(image));
    return make("li", {}, make("figure", {}, image, make("figcaption", { textContent: text })));
  }));
}

/** Show a stage as large as its place allows; frames of 28 pixels with their pixels as squares. */
function sizeStage(image) {
  const scale = Math.min(180 / image.naturalHeight, Math.min(440, innerWidth - 64) / image.naturalWidth);
  image.style.width = `${image.naturalWidth * scale}px`;
  image.style.height = `${image.naturalHeight * scale}px`;
  image.classList.toggle("coarse", scale > 1.5);
}

function toggleWhy() {
  whyOpen = !whyOpen;
  if (whyOpen && reading && !reading.explain) ask();
  render();
  if (whyOpen) $("why-panel").scrollIntoView({ block: "nearest", behavior: isCalm() ? "auto" : "smooth" });
}

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function renderSamples() {
  $("collection").hidden = samples.size === 0;
  $("samples").replaceChildren(...[...samples].map(([key, sample]) => {
    const remove = make("button", { type: "button", className: "remove", textContent: "×", label: words().removeSample(sample.label) });
    remove.addEventListener("click", () => {
      samples.delete(key);
      render();
      (document.querySelector(".remove") ?? $("reading")).focus();
    });
    return make("li", {}, make("img", { src: sample.url, alt: words().sampleName(sample.label) }),
      make("span", { className: "sample-label", textContent: String(sample.label), ariaHidden: "true" }), remove);
  }));
}

// -------------------------------------------------------------------------------------------------------- picture

const lens = { scale: 1, x: 0, y: 0, fit: 1 };
let pictureCount = 0;

async function showPicture(files) {
  const blob = files[0];
  if (!blob) return;
  if (picture?.url) URL.revokeObjectURL(picture.url);
  pictureCount += 1;
  picture = { blob, id: pictureCount, url: URL.createObjectURL(blob), image: $("shown"), unshowable: false };
  [reading, selected, problem] = [null, null, null];
  $("shown").src = picture.url;
  $("shown").alt = files.length > 1 ? words().tooMany(files.length) : blob.name ?? "";
  setMode("picture");
  const isShown = await $("shown").decode().then(() => true, () => false);
  picture.unshowable = !isShown;
  fitPicture();
  ask();
}

/** Show the server's annotated picture where the browser cannot decode the file, as for TIFF. */
async function showAnnotated(png) {
  $("shown").src = `data:image/png;base64,${png}`;
  $("shown").alt = words().cannotShow;
  await $("shown").decode();
  fitPicture();
}

function fitPicture() {
  const { clientWidth, clientHeight } = $("viewer");
  const { naturalWidth, naturalHeight } = $("shown");
  $("stage").hidden = !naturalWidth;
  if (!naturalWidth || !clientWidth) return;
  const [side, above, below] = [20, 72, Math.max(20, $("viewer").offsetTop + clientHeight - $("picture-tools").offsetTop + 16)];
  lens.fit = Math.min((clientWidth - 2 * side) / naturalWidth, (clientHeight - above - below) / naturalHeight, 4);
  lens.scale = lens.fit;
  lens.x = (clientWidth - naturalWidth * lens.scale) / 2;
  lens.y = above + (clientHeight - above - below - naturalHeight * lens.scale) / 2;
  placeStage();
}

/** Zoom by a factor and keep the point (x, y) of the viewer, in CSS pixels, where it is. */
function zoomBy(factor, x = $("viewer").clientWidth / 2, y = $("viewer").clientHeight / 2) {
  const scale = clamp(lens.scale * factor, lens.fit / 2, Math.max(12, lens.fit * 8));
  lens.x = x - (x - lens.x) * scale / lens.scale;
  lens.y = y - (y - lens.y) * scale / lens.scale;
  lens.scale = scale;
  placeStage();
}

function moveBy(x, y) {
  lens.x += x;
  lens.y += y;
  placeStage();
}

function placeStage() {
  const { naturalWidth, naturalHeight } = $("shown");
  const { clientWidth, clientHeight } = $("viewer");
  const [width, height] = [naturalWidth * lens.scale, naturalHeight * lens.scale];
  lens.x = clamp(lens.x, 40 - width, clientWidth - 40); // never out of sight
  lens.y = clamp(lens.y, 40 - height, clientHeight - 40);
  Object.assign($("stage").style, { width: `${width}px`, height: `${height}px`, transform: `translate(${lens.x}px, ${lens.y}px)` });
  $("stage").classList.toggle("close", lens.scale >= 4);
  $("zoom").textContent = new Intl.NumberFormat(language, { style: "percent" }).format(lens.scale);
  placeMarks();
}

function listenToViewer() {
  const viewer = $("viewer");
  const pointers = new Map();
  const place = (event) => {
    const { left, top } = viewer.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  viewer.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY / 400), ...place(event));
  }, { passive: false });
  viewer.addEventListener("pointerdown", (event) => pointers.set(event.pointerId, place(event)));
  viewer.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return;
    const [before, now] = [pointers.get(event.pointerId), place(event)];
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    if (!other) moveBy(now[0] - before[0], now[1] - before[1]);
    else zoomBy(Math.hypot(now[0] - other[0], now[1] - other[1]) / Math.max(1, Math.hypot(before[0] - other[0], before[1] - other[1])), ...other);
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) viewer.addEventListener(name, (event) => pointers.delete(event.pointerId));
  viewer.addEventListener("keydown", (event) => {
    const actions = { "+": () => zoomBy(1.25), "=": () => zoomBy(1.25), "-": () => zoomBy(0.8), Home: fitPicture,
      ArrowLeft: () => moveBy(40, 0), ArrowRight: () => moveBy(-40, 0), ArrowUp: () => moveBy(0, 40), ArrowDown: () => moveBy(0, -40) };
    if (event.ctrlKey || event.metaKey || !(event.key in actions)) return;
    event.preventDefault();
    actions[event.key]();
  });
}

async function saveAnnotated() {
  try {
    const answer = await post(picture.blob, { picture: true });
    const bytes = Uint8Array.from(atob(answer.annotated), (character) => character.charCodeAt(0));
    save(new Blob([bytes], { type: "image/png" }), "inkdigits-annotated.png");
  } catch (error) {
    showProblem(error);
  }
}

// --------------------------------------------------------------------------------------------------------- wiring

function setMode(next) {
  if (next !== mode) [reading, selected, problem] = [null, null, null];
  mode = next;
  newTicket();
  showPlaces();
  if (mode === "draw") layOutPad();
  render();
}

/** Show the sheet, the picture, or where one is chosen; there, too, when the last one was none. */
function showPlaces() {
  const hasPicture = picture && !(picture.unshowable && problem);
  const shows = { surface: mode === "draw", "draw-tools": mode === "draw", viewer: mode === "picture" && hasPicture,
    "picture-tools": mode === "picture" && hasPicture, chooser: mode === "picture" && !hasPicture };
  for (const [id, isShown] of Object.entries(shows)) $(id).hidden = !isShown;
  $("mode-draw").setAttribute("aria-pressed", String(mode === "draw"));
  $("mode-picture").setAttribute("aria-pressed", String(mode === "picture"));
}

function switchMode(next) {
  if (next === mode) return;
  setMode(next);
  if (mode === "draw" ? drawing.hasInk : picture) ask();
  if (mode === "picture" && picture) fitPicture();
}

function showWords() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = words()[element.dataset.text];
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", words()[element.dataset.label]);
    if (element.matches("button")) element.title = words()[element.dataset.label];
  }
  $("language").textContent = words().language;
  $("language").lang = language === "en" ? "zh-Hant" : "en";
  $("language").setAttribute("aria-label", words().languageLabel);
  showTheme();
}

const THEMES = ["auto", "light", "dark"];
let theme = remembered("theme", THEMES) ?? "auto";

function showTheme() {
  document.documentElement.dataset.theme = theme;
  $("theme").setAttribute("aria-label", words().theme[theme]);
  $("theme").title = words().theme[theme];
  commit();
}

function listenToButtons() {
  const actions = {
    "mode-draw": () => switchMode("draw"), "mode-picture": () => switchMode("picture"),
    pen: () => useTool({ erases: false }), eraser: () => useTool({ erases: true }),
    undo: () => step("undo"), redo: () => step("redo"), clear: () => step("clear"),
    choose: () => $("file").click(), photograph: () => $("camera").click(), "other-picture": () => $("file").click(),
    "zoom-in": () => zoomBy(1.25), "zoom-out": () => zoomBy(0.8), "zoom-fit": fitPicture, "save-picture": saveAnnotated,
    why: toggleWhy, retry: ask, download: () => save(sampleZip(), "inkdigits-corrected.zip"), copy,
    language: () => setLanguage(language === "en" ? "zh-Hant" : "en"),
    theme: () => setTheme(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]),
  };
  for (const [id, action] of Object.entries(actions)) $(id).addEventListener("click", action);
  for (const dot of $("widths").children) dot.addEventListener("click", () => useTool({ width: Number(dot.dataset.width) }));
  for (const id of ["file", "camera"]) {
    $(id).addEventListener("change", () => {
      showPicture([...$(id).files]);
      $(id).value = ""; // so that the same file can be chosen again
    });
  }
}

function useTool(change) {
  Object.assign(tool, change);
  updateDrawTools();
}

function step(name) {
  drawing[name]();
  layOutPad();
  drawingChanged();
}

function setLanguage(next) {
  language = next;
  remember("language", language);
  showWords();
  render();
}

function setTheme(next) {
  theme = next;
  remember("theme", theme);
  showTheme();
}

async function copy() {
  await navigator.clipboard.writeText(numberText());
  $("status").textContent = words().copied;
  announce(words().copied);
}

function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (isCommand && mode === "draw" && (key === "z" || key === "y")) {
      event.preventDefault();
      step(key === "y" || event.shiftKey ? "redo" : "undo");
    } else if (!isCommand && !event.altKey && /^[0-9]$/.test(event.key)) {
      correct(Number(event.key));
    } else if (event.key === "Backspace") {
      takeBack();
    }
  });
  $("number").addEventListener("keydown", (event) => {
    const all = reading?.digits.length ?? 0;
    const next = { ArrowLeft: selected - 1, ArrowRight: selected + 1, Home: 0, End: all - 1 }[event.key];
    if (next === undefined || !all) return;
    event.preventDefault();
    select(clamp(next, 0, all - 1), true);
  });
}

function listenToFiles() {
  const sheet = document.body;
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    sheet.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) sheet.classList.remove("dropping"); });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    sheet.classList.remove("dropping");
    showPicture([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    showPicture(files);
  });
}

function start() {
  showWords();
  listenToPen();
  listenToPadKeys();
  listenToViewer();
  listenToButtons();
  listenToKeys();
  listenToFiles();
  new ResizeObserver(layOutPad).observe($("surface"));
  new ResizeObserver(() => { if (picture) fitPicture(); }).observe($("viewer"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", commit);
  updateDrawTools();
  render();
}

start();
