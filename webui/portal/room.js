// The room, live, where the browser does not play HLS by itself: pieces of MP4, one after another (Media Source Extensions).
"use strict";
const video = document.getElementById("room");
const said = document.getElementById("said");
const LIST = video.dataset.list;
const BEHIND_S = 2.5;
const WAIT = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const say = (words) => { said.textContent = words; said.hidden = !words; video.hidden = Boolean(words); };

/** The codecs that the head names: H.264's profile from its avcC box, AAC if there is sound. */
const codecsOf = (head) => {
  const text = new TextDecoder("latin1").decode(head);
  const at = text.indexOf("avcC");
  const hex = [5, 6, 7].map((place) => head[at + place].toString(16).padStart(2, "0")).join("");
  return `video/mp4; codecs="avc1.${hex}${text.includes("mp4a") ? ",mp4a.40.2" : ""}"`;
};

/** A fault with a sentence for people; of any other nobody is told more than that nothing is shown now. */
class Told extends Error {}

const fetched = async (name) => {
  const patience = AbortSignal.timeout ? { signal: AbortSignal.timeout(8000) } : {};
  const answer = await fetch(name, { ...patience, cache: "no-store" });
  if (!answer.ok) {
    const problem = await answer.text();
    throw new Told(answer.status === 404 ? video.dataset.ended : problem.match(/<p[^>]*class="lead"[^>]*>([^<]+)/)?.[1] ?? video.dataset.full);
  }
  return answer;
};

const sayFault = (fault) => say(fault instanceof Told ? fault.message : video.dataset.ended);

const appended = (buffer, bytes) => new Promise((resolve, reject) => {
  buffer.addEventListener("updateend", resolve, { once: true });
  buffer.addEventListener("error", () => reject(new Error("unplayable")), { once: true });
  buffer.appendBuffer(bytes);
});

/** One run of filming, until it ends or its head changes. */
const play = async () => {
  const list = await (await fetched(LIST)).text();
  const head = list.match(/EXT-X-MAP:URI="([^"]+)"/)[1];
  const bytes = new Uint8Array(await (await fetched(`/live/${head}`)).arrayBuffer());
  const source = new MediaSource();
  video.src = URL.createObjectURL(source);
  await new Promise((resolve) => source.addEventListener("sourceopen", resolve, { once: true }));
  const buffer = source.addSourceBuffer(codecsOf(bytes));
  await appended(buffer, bytes);
  say("");
  const seen = new Set();
  for (;;) {
    const now = await (await fetched(LIST)).text();
    if (!now.includes(head)) return;
    for (const name of now.split("\n").filter((line) => line.endsWith(".m4s")).slice(seen.size ? 0 : -3)) {
      if (seen.has(name)) continue;
      seen.add(name);
      await appended(buffer, await (await fetched(`/live/${name}`)).arrayBuffer());
    }
    if (buffer.buffered.length) {
      const end = buffer.buffered.end(buffer.buffered.length - 1);
      const begin = buffer.buffered.start(0);
      if (video.currentTime < begin || video.currentTime < end - 3 * BEHIND_S) video.currentTime = Math.max(begin, end - BEHIND_S);
      if (end - begin > 30) { buffer.remove(begin, end - 15); await new Promise((done) => buffer.addEventListener("updateend", done, { once: true })); }
      if (video.paused) await video.play().catch(() => { /* a tap starts it */ });
    }
    await WAIT(500);
  }
};

const follow = async () => {
  for (;;) {
    try { await play(); } catch (fault) { sayFault(fault); }
    await WAIT(3000);
  }
};

/** An iPhone plays the list by itself, once it stands there. */
const listen = async () => {
  try {
    await fetched(LIST);
    video.src = LIST;
    say("");
  } catch (fault) {
    sayFault(fault);
    setTimeout(listen, 3000);
  }
};

const over = () => { say(video.dataset.ended); setTimeout(listen, 3000); };

if (window.MediaSource) follow();
else {
  video.addEventListener("error", over);
  video.addEventListener("ended", over);
  listen();
}
