// The page that a letter's link leads to: it draws the code of a pass from what stands behind the link's #,
// which a browser tells to no server. Bundled by image-build/sealing/build.sh.

import qrcode from "qrcode-generator";

const LOOKS_LIKE_ONE = /^[\w-]+\.[\w-]+\.[\w-]+(~[\w.-]+)?$/;
const LONGEST = 2048;
const QUIET = 4;

function drawn(text, words) {
  const code = qrcode(0, "L");
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  let dark = "";
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      if (code.isDark(row, column)) dark += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
    }
  }
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  const size = count + 2 * QUIET;
  picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
  picture.setAttribute("shape-rendering", "crispEdges");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", words);
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", dark);
  picture.append(path);
  return picture;
}

function show() {
  const place = document.getElementById("pass-code");
  const statement = location.hash.slice(1);
  const good = statement.length <= LONGEST && LOOKS_LIKE_ONE.test(statement);
  if (good) place.replaceChildren(drawn(place.dataset.at + statement, place.dataset.words));
  document.getElementById("pass").hidden = !good;
  document.getElementById("no-pass").hidden = good;
}

addEventListener("hashchange", show);
show();
