// The window's pages: parts that say data-again are asked for again and again; a page is printed at a press.
"use strict";

async function again(part) {
  if (document.hidden || [...part.querySelectorAll("video")].some((one) => !one.paused) || part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea, summary, button")) return;
  try {
    const back = part.id === "work" ? "?back=" + encodeURIComponent(location.pathname) : "";
    const answer = await fetch(part.dataset.again + back, { headers: { "X-Part": "1" } });
    if (!answer.ok) return;
    const text = (await answer.text()).trim();
    if (text === part.dataset.shown) return;
    const ended = part.id === "work" && part.querySelector("[data-end=running]");
    const open = [...part.querySelectorAll("details")].map((one) => one.open);
    part.innerHTML = text;
    part.dataset.shown = text;
    [...part.querySelectorAll("details")].forEach((one, at) => { one.open = Boolean(open[at]); });
    if (ended && !part.querySelector("[data-end=running]")) document.dispatchEvent(new Event("work-ended"));
  } catch { /* the window is being closed, or busy: it is asked again */ }
}

for (const part of document.querySelectorAll("[data-again]")) {
  window.setInterval(() => again(part), Number(part.dataset.every));
}
document.addEventListener("brought", () => document.querySelectorAll("#films").forEach(again));
document.addEventListener("work-ended", () => {
  if (!document.querySelector("textarea, form.sending")) location.reload();
  else if (document.querySelector("details:not([open]) textarea")) location.reload();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
