// Shows this phone's time instead of the box's, and sends it to the second unless another was typed.
"use strict";
for (const form of document.querySelectorAll("form[data-clock]")) {
  const { at, phone } = form.elements;
  const now = new Date();
  at.value = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  const shown = at.value;
  form.addEventListener("submit", () => {
    phone.value = at.value === shown ? new Date().toISOString() : new Date(at.value).toISOString();
  });
}
