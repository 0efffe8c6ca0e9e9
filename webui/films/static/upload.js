// Films in pieces, so that whatever breaks costs one piece: tus 1.0.0 (tus.io). Without this script the form sends
// one in one go. Where it stopped is asked of who takes it; which upload it was is kept here by file. Several go one
// after the other: chosen, a whole folder (data-folder names that field), or dropped on the form.
"use strict";

const PIECE = 8 << 20;
const form = document.getElementById("upload");
const field = document.getElementById("film");
const way = document.getElementById("upload-way");
const bar = document.getElementById("upload-bar");
const stop = document.getElementById("upload-stop");
const words = document.getElementById("upload-words");
const headers = { "Tus-Resumable": "1.0.0", "X-CSRF-Token": form.dataset.csrf };
const who = form.dataset.who || "the box";
const folder = form.dataset.folder ? document.getElementById(form.dataset.folder) : null;
const is_film = /\.(mp4|m4v|mov|mkv|webm|avi|mxf|ts|m2ts|mpg|mpeg|ogv|wmv|flv)$/i;
let waiting = [];
let stopped = false;
let current = null;

const units = ["B", "kB", "MB", "GB", "TB"];
function size(bytes) {
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) { bytes /= 1000; unit += 1; }
  return (bytes < 10 && unit ? bytes.toFixed(1) : bytes.toFixed(0)) + " " + units[unit];
}
function left(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return "less than a minute left";
  const hours = Math.floor(minutes / 60);
  return "about " + (hours ? hours + " h " + (minutes % 60) : minutes) + " min left";
}
function key(file) { return "upload " + [file.name, file.size, file.lastModified].join(" "); }
function remember(file, place) { try { localStorage.setItem(key(file), place); } catch { /* it starts anew then */ } }
function remembered(file) { try { return localStorage.getItem(key(file)); } catch { return null; } }
function forget(file) { try { localStorage.removeItem(key(file)); } catch { /* nothing to do */ } }
function pause(ms) { return new Promise((go) => window.setTimeout(go, ms)); }

// How fast it goes: over the last ten seconds.
const seen = [];
function tell(done, all) {
  const now = performance.now();
  seen.push([now, done]);
  while (seen.length > 2 && seen[0][0] < now - 10000) seen.shift();
  const rate = (done - seen[0][1]) / Math.max(1, now - seen[0][0]) * 1000;
  bar.value = done / all;
  words.textContent = size(done) + " of " + size(all) + (rate > 0 ? ", " + size(rate) + "/s, " + left((all - done) / rate) : "");
}

// One request; XMLHttpRequest because fetch does not tell how much of a body has gone.
function ask(method, place, more, body, progress) {
  return new Promise((answer, fail) => {
    const request = new XMLHttpRequest();
    current = request;
    request.open(method, place);
    for (const [name, value] of Object.entries({ ...headers, ...more })) request.setRequestHeader(name, value);
    request.timeout = 120000;
    if (progress) request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("load", () => answer(request));
    for (const wrong of ["error", "abort", "timeout"]) request.addEventListener(wrong, () => fail(new Error(wrong)));
    request.send(body || null);
  });
}
function sentence(request) {
  const page = new DOMParser().parseFromString(request.responseText || "", "text/html");
  const said = page.querySelector("main p");
  return said ? said.textContent : who.charAt(0).toUpperCase() + who.slice(1) + " answered " + request.status + ".";
}

async function place(file) {
  const known = remembered(file);
  if (known) {
    const found = await ask("HEAD", known);
    if (found.status === 200) return [known, Number(found.getResponseHeader("Upload-Offset"))];
    if (found.status !== 404) throw Object.assign(new Error("refused"), { request: found });
  }
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
  const made = await ask("POST", form.dataset.uploads, { "Upload-Length": String(file.size), "Upload-Metadata": "filename " + name });
  if (made.status !== 201) throw Object.assign(new Error("refused"), { request: made });
  const where = made.getResponseHeader("Location");
  remember(file, where);
  return [where, 0];
}

async function send(file) {
  let [where, done] = await place(file);
  seen.length = 0;
  while (done < file.size && !stopped) {
    const at = done;
    tell(at, file.size);
    const piece = file.slice(at, at + PIECE);
    const more = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(at) };
    const answer = await ask("PATCH", where, more, piece, (loaded) => tell(at + loaded, file.size));
    if (answer.status === 204) done = Number(answer.getResponseHeader("Upload-Offset"));
    else if (answer.status === 409) [where, done] = await place(file);
    else throw Object.assign(new Error("refused"), { request: answer });
  }
}

// True if it is there now; what was refused is said, and the others go on.
async function bring(file) {
  document.getElementById("upload-name").textContent = file.name + (waiting.length ? ", then " + waiting.length + " more" : "");
  for (let failures = 0; !stopped;) {
    try {
      await send(file);
      break;
    } catch (fault) {
      if (fault.request && fault.request.status < 500) {
        forget(file);
        return file.name + ": " + sentence(fault.request);
      }
      failures += 1;
      if (!stopped) words.textContent = "No answer from " + who + ". It goes on by itself where it stopped.";
      await pause(Math.min(15000, 500 * 2 ** failures));
    }
  }
  if (!stopped) forget(file);
  return "";
}

async function bring_all(files) {
  waiting.push(...files);
  if (form.classList.contains("sending") || !waiting.length) return;
  stopped = false;
  way.hidden = stop.hidden = false;
  form.classList.add("sending");
  const refused = [];
  while (waiting.length && !stopped) {
    const said = await bring(waiting.shift());
    if (said) refused.push(said);
  }
  waiting = [];
  form.classList.remove("sending");
  stop.hidden = true;
  form.reset();
  if (stopped) words.textContent = "Stopped. Choose the same file again to go on.";
  else if (refused.length) words.textContent = refused.join(" ");
  else words.textContent = form.dataset.here || "It is here. Now it is looked at.";
  form.dispatchEvent(new CustomEvent("brought", { bubbles: true }));
}

form.addEventListener("submit", (event) => {
  if (!field.files.length) return;
  event.preventDefault();
  bring_all([...field.files]);
});
if (folder) folder.addEventListener("change", () => bring_all([...folder.files].filter((file) => is_film.test(file.name))));
for (const name of ["dragenter", "dragover"]) form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("over-it"); });
for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over-it"));
form.addEventListener("drop", (event) => { event.preventDefault(); bring_all([...event.dataTransfer.files]); });
stop.addEventListener("click", () => {
  stopped = true;
  if (current) current.abort();
});
window.addEventListener("beforeunload", (event) => { if (form.classList.contains("sending")) event.preventDefault(); });
