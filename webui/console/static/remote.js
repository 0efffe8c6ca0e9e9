// The remote's own script: the live picture, the keyboard, and a word when the box does not answer.
// Everything else is htmx. Without any script the page works by plain forms and refreshes itself.
"use strict";

const picture = document.getElementById("picture");
const noPicture = document.getElementById("no-picture");

// One picture a second while somebody looks.
function nextPicture() {
  if (document.hidden) return;
  picture.src = "/remote/picture.jpg?" + Date.now();
}
function again() { window.setTimeout(nextPicture, 1000); }
picture.addEventListener("load", () => { noPicture.hidden = true; picture.classList.remove("stale"); again(); });
picture.addEventListener("error", () => { noPicture.hidden = false; picture.classList.add("stale"); again(); });
document.addEventListener("visibilitychange", nextPicture);
nextPicture();

function say(words, wrong) {
  const said = document.getElementById("said"); // answers put a new one in its place
  said.textContent = words;
  said.classList.toggle("wrong", Boolean(wrong));
}

// Keys: only where no text is typed and no key has the focus.
function press(name) {
  const key = document.querySelector('[data-key="' + name + '"]');
  if (key && !key.disabled) key.click();
}
let escaped = -Infinity;
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") { // PANIC works wherever the focus is
    if (event.timeStamp - escaped < 1000) { escaped = -Infinity; press("panic"); } else { escaped = event.timeStamp; say("Press Esc once more for PANIC."); }
    return;
  }
  if (event.target.closest("input:not([type=range]), select, textarea")) return;
  const onKey = event.target.closest("button, a, summary");
  if (event.key === " " && !onKey) { event.preventDefault(); press("go"); return; }
  if (/^[pnbhm123]$/i.test(event.key)) press(event.key.toLowerCase());
});

// A key that was pressed by pointer keeps no focus, so that Space is GO again.
document.addEventListener("click", (event) => {
  const key = event.target.closest("button.key");
  if (key && event.detail > 0) key.blur();
});

// Sliders say where they are. The place in the film follows the film until somebody moves it.
let moved = -Infinity;
function clock(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? hours + ":" + two(minutes) + ":" + two(seconds % 60) : minutes + ":" + two(seconds % 60);
}
function word(slider) {
  const words = slider.dataset.unit ? slider.value + " %" : clock(Number(slider.value)) + " of " + clock(Number(slider.max));
  slider.parentElement.querySelector("output").textContent = words;
  slider.setAttribute("aria-valuetext", words);
}
function follow() {
  const place = document.getElementById("place");
  const played = document.querySelector("#now progress");
  if (!place || !played || performance.now() - moved < 10000) return;
  place.value = played.value;
  word(place);
}
document.addEventListener("input", (event) => {
  if (event.target.type !== "range") return;
  if (event.target.id === "place") moved = performance.now();
  word(event.target);
});
document.addEventListener("submit", (event) => { if (event.target.matches(".seek")) moved = -Infinity; });
document.body.addEventListener("htmx:afterSettle", follow);
document.body.addEventListener("htmx:sseMessage", follow);
follow();

// What somebody is choosing stays as they left it until it is sent, or for a minute.
const CHOOSING_MS = 60000;
document.addEventListener("change", (event) => {
  const region = event.target.type !== "range" && event.target.closest("section[sse-swap]");
  if (region) region.dataset.touched = performance.now();
});
document.addEventListener("submit", (event) => { const region = event.target.closest("section"); if (region) delete region.dataset.touched; });
document.body.addEventListener("htmx:sseBeforeMessage", (event) => {
  const touched = event.target.dataset.touched;
  if (touched && performance.now() - touched < CHOOSING_MS) event.preventDefault();
});

// A fresh GO takes nothing for a moment: the second half of a double press must not be another GO.
const keys = document.getElementById("keys");
let nonce = "";
let armed = 0;
function arm() {
  const field = document.querySelector('#keys [name="nonce"]');
  if (!field || field.value === nonce) return;
  const first = nonce === "";
  nonce = field.value;
  if (first) return;
  keys.classList.add("arming");
  window.clearTimeout(armed);
  armed = window.setTimeout(() => keys.classList.remove("arming"), 700);
}
document.body.addEventListener("htmx:afterSettle", arm);
document.body.addEventListener("htmx:sseMessage", arm);
document.addEventListener("submit", (event) => {
  if (!event.target.elements.nonce || !keys.classList.contains("arming")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
arm();

// The box away, and back.
const LOST = "No answer from the box. Trying again.";
document.body.addEventListener("htmx:sseError", () => { document.body.classList.add("lost"); say(LOST, true); });
document.body.addEventListener("htmx:sendError", () => say("No answer from the box. Press again in a moment.", true));
document.body.addEventListener("htmx:sseOpen", () => { if (document.body.classList.contains("lost")) { document.body.classList.remove("lost"); say(""); } });
let clearing = 0;
document.body.addEventListener("htmx:beforeRequest", () => { if (!document.body.classList.contains("lost")) say(""); });
document.body.addEventListener("htmx:afterRequest", () => { window.clearTimeout(clearing); clearing = window.setTimeout(() => { if (!document.body.classList.contains("lost")) say(""); }, 6000); });
