// Moves a part of the programme by pointer: it is put down where it is let go, and the form's own way carries it out.
for (const list of document.querySelectorAll(".arrange")) {
  for (const item of list.children) {
    const handle = document.createElement("span");
    handle.className = "handle";
    handle.setAttribute("aria-hidden", "true"); // the arrows are for keys and for who hears the page
    handle.textContent = "⠿";
    item.prepend(handle);
    handle.addEventListener("pointerdown", (down) => {
      down.preventDefault();
      handle.setPointerCapture(down.pointerId);
      item.classList.add("held");
      const over = (event) =>
        [...list.children].find((other) => {
          const box = other.getBoundingClientRect();
          return event.clientY >= box.top && event.clientY <= box.bottom;
        });
      const mark = (event) => {
        for (const other of list.children) other.classList.toggle("target", other !== item && other === over(event));
      };
      const drop = (event) => {
        handle.removeEventListener("pointermove", mark);
        handle.removeEventListener("pointerup", drop);
        handle.removeEventListener("pointercancel", drop);
        item.classList.remove("held");
        for (const other of list.children) other.classList.remove("target");
        const target = event.type === "pointerup" ? over(event) : undefined;
        if (!target || target === item) return;
        const form = document.createElement("form");
        form.method = "post";
        form.action = `${list.dataset.move}/${item.dataset.at}/move`;
        for (const [name, value] of [["csrf", list.dataset.csrf], ["to", target.dataset.at]]) {
          const field = document.createElement("input");
          Object.assign(field, { type: "hidden", name, value });
          form.append(field);
        }
        document.body.append(form);
        form.submit();
      };
      handle.addEventListener("pointermove", mark);
      handle.addEventListener("pointerup", drop);
      handle.addEventListener("pointercancel", drop);
    });
  }
}
