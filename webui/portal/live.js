// Counts of offers, live where there is a script. Without one the page says the same as of when it was loaded.
"use strict";
/** Whether this person may be asked is for the box to say: it counts, and answers 204 if not. */
const ask = async (spot) => {
  const answer = await fetch(spot.dataset.call, { signal: AbortSignal.timeout(4000) });
  if (answer.status !== 200) return;
  spot.innerHTML = await answer.text();
  spot.hidden = false;
};
setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(`/api/v1/drops?lang=${document.documentElement.lang}`, { signal: AbortSignal.timeout(4000) });
    if (!answer.ok) return;
    const { drops, call, asks, ...now } = await answer.json();
    const said = document.getElementById("call");
    if (said && said.textContent !== call) { said.textContent = call; said.hidden = !call; }
    const spot = document.querySelector("[data-call]");
    if (spot && asks && spot.hidden) await ask(spot);
    else if (spot && !asks) spot.hidden = true;
    for (const part of document.querySelectorAll("[data-while]")) part.hidden = !now[part.dataset.while];
    for (const drop of drops) {
      const chip = document.querySelector(`[data-offer="${drop.id}"]`);
      if (chip && chip.textContent !== drop.words) {
        chip.textContent = drop.words;
        chip.className = { open: "chip on", later: "chip soon" }[drop.state] ?? "chip";
      }
    }
  } catch { /* the box is busy: the next round tells */ }
}, 5000 + Math.random() * 2000);
