// The sign-up of the public page: sealed on the phone, sent to the organiser's inbox, kept until it arrived.
import { sha256 } from "@noble/hashes/sha2.js";
import { base64, base64urlnopad } from "@scure/base";
import { Encrypter } from "age-encryption";

const facts = () => document.getElementById("sign-up-facts");
let page = JSON.parse(facts().textContent);
const form = document.getElementById("sign-up");
const state = document.getElementById("sign-up-state");
const again = document.getElementById("sign-up-again");
const forget = document.getElementById("sign-up-forget");
const SLOT = `matinee ${page.event}`;
const FIRST_WAIT_MS = 4000;
const LONGEST_WAIT_MS = 60000;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** What this phone remembers: {nonce, waiting: [{id, row}], done: "" | "signed_up" | "erased"}. Nothing that was typed. */
let kept = { nonce: "", waiting: [], done: "" };
try { kept = { ...kept, ...JSON.parse(localStorage.getItem(SLOT) ?? "{}") }; } catch { /* a private window */ }
const keep = (change) => {
  kept = { ...kept, ...change };
  try { localStorage.setItem(SLOT, JSON.stringify(kept)); } catch { /* kept as long as this page is open */ }
};

/** 16 bytes as a ULID: 26 letters. */
const ulid = (bytes) => {
  let number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let text = "";
  for (let place = 0; place < 26; place++) { text = ALPHABET[Number(number & 31n)] + text; number >>= 5n; }
  return text;
};
const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let place = 5, at = Date.now(); place >= 0; place--, at = Math.floor(at / 256)) bytes[place] = at % 256;
  return ulid(bytes);
};
const newNonce = () => base64urlnopad.encode(crypto.getRandomValues(new Uint8Array(16)));
/** As the box does it (appliance/audience/capability.py): who holds the nonce is that attendee. */
const attendeeOf = (nonce) => ulid(sha256(new TextEncoder().encode(`matinee attendee 1\0${nonce}`)).slice(0, 16));

const seal = async (value) => {
  const age = new Encrypter();
  page.recipients.forEach((one) => age.addRecipient(one));
  return base64.encode(await age.encrypt(JSON.stringify(value)));
};

const say = (key, kind = "") => {
  state.className = `notice ${kind}`;
  state.hidden = false;
  state.querySelector("p").textContent = page.words[key];
};

const show = () => {
  const waits = kept.waiting.length > 0;
  form.hidden = waits || kept.done === "signed_up";
  again.hidden = !waits;
  forget.hidden = waits || kept.done !== "signed_up";
  if (kept.done && !waits) say(kept.done === "erased" ? "forgotten" : "saved", "good");
};

/** "saved", "refused" (the form is too old, or too large) or "away". */
const post = async ({ id, row }) => {
  const body = new FormData();
  for (const [name, value] of Object.entries(page.post.fields)) body.append(name, name === "key" ? value.replace("${filename}", `${id}.json`) : value);
  body.append("file", new Blob([row], { type: "application/json" }), `${id}.json`);
  try {
    const answer = await fetch(page.post.url, {
      method: "POST", body, credentials: "omit", redirect: "error", signal: AbortSignal.timeout(20000),
    });
    // A hotel's login page says 200 to everything; the store names what it took in.
    if (answer.status === 201 && (await answer.text()).includes(`${id}.json`)) return "saved";
    return answer.status >= 400 && answer.status < 500 ? "refused" : "away";
  } catch { return "away"; }
};

/** The form as it was published last: its right to drop something ends some day. */
const renew = async () => {
  try {
    const answer = await fetch(location.pathname, { cache: "reload" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("sign-up-facts");
    const newer = JSON.parse(fresh.textContent);
    const is_new = newer.post.fields.policy !== page.post.fields.policy;
    page = newer;
    return is_new;
  } catch { return false; }
};

let timer = 0;
let wait = FIRST_WAIT_MS;
let busy = false;
const send = async () => {
  if (busy || !kept.waiting.length) return;
  busy = true;
  clearTimeout(timer);
  say("sending");
  const first = kept.waiting[0];
  let came = await post(first);
  if (came === "refused" && (await renew())) came = await post(first);
  busy = false;
  if (came === "saved") {
    wait = FIRST_WAIT_MS;
    keep({ waiting: kept.waiting.slice(1), done: first.kind, nonce: first.kind === "erased" ? "" : kept.nonce });
    show();
    state.focus();
    return send();
  }
  show();
  say(came === "refused" ? "refused" : "waiting", "bad");
  timer = setTimeout(send, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
};

const hand_in = async (kind, fields) => {
  const id = newId();
  const at = new Date().toISOString();
  const receipt = newId();
  const row = { id, kind, at, receipt, sealed: await seal({ ...fields, receipt, at, clock: "none" }) };
  keep({ waiting: [...kept.waiting, { id, kind, row: JSON.stringify(row) }] });
  show();
  return send();
};

const wrong = (field, key) => {
  const input = form.elements[field];
  const sentence = document.getElementById(`${field}-wrong`);
  sentence.hidden = !key;
  sentence.textContent = key ? page.words[key] : "";
  if (key) { input.setAttribute("aria-invalid", "true"); input.focus(); } else input.removeAttribute("aria-invalid");
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const typed = new FormData(form);
  const email = typed.get("email").trim();
  const ticked = (name) => typed.get(name) === "yes";
  const purposes = Object.keys(page.purposes).filter(ticked);
  const fault = email && !form.elements.email.checkValidity() ? "bad_email" : purposes.includes("news") && !email ? "news_without_email" : "";
  wrong("email", fault);
  if (fault) return;
  const nonce = kept.nonce || newNonce();
  keep({ nonce });
  form.querySelector("button").disabled = true;
  try {
    await hand_in("signed_up", {
      attendee: attendeeOf(nonce), nonce, name: typed.get("name").trim(), email, purposes,
      coming: Number(typed.get("coming") ?? 0), wants: typed.getAll("wants"),
      wording: page.wording.sha256, wording_version: page.wording.version, wording_text: page.wording.text,
      language: page.wording.language, double_opt_in: "not_asked",
    });
  } finally { form.querySelector("button").disabled = false; }
});
again.addEventListener("click", send);
forget.addEventListener("click", () => hand_in("erased", { attendee: attendeeOf(kept.nonce), nonce: kept.nonce, act: "erased", kept: [] }));
addEventListener("online", send);
document.getElementById("sign-up-works").hidden = false;
show();
send();
