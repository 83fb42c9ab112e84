// Runs in the visitor's browser, on relays whose certificate no authority has signed: apps could not ask the relay for
// an account by themselves, so the page asks for a fresh login code and shows it, as a QR code and as a link.

import { create } from "qrcode/lib/core/qrcode.js";

const SVG = "http://www.w3.org/2000/svg";
/** Of white on every side, in modules. */
const QUIET = 4;
/** After which a relay that was asked too often is asked again, in milliseconds. */
const PATIENCE = 1500;
const TRIES = 5;

const code = document.getElementById("login-code");
const link = document.getElementById("login-link");
const again = document.getElementById("login-again");
const status = document.getElementById("login-status");

async function freshLogin(tries = TRIES) {
  const answer = await fetch("/new", { cache: "no-store" });
  if (answer.status === 429 && tries > 1) {
    await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    return freshLogin(tries - 1);
  }
  if (!answer.ok) throw new Error(`the relay answered ${answer.status}`);
  return answer.json();
}

/** One path for all dark modules: a run of them in a row is one rectangle. */
function picture(text) {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const side = modules.size + 2 * QUIET;
  let path = "";
  for (let row = 0; row < modules.size; row++)
    for (let column = 0; column < modules.size; column++) {
      if (!modules.get(row, column)) continue;
      const start = column;
      while (column < modules.size && modules.get(row, column)) column++;
      path += `M${start + QUIET} ${row + QUIET}h${column - start}v1h${start - column}z`;
    }
  const element = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const svg = element("svg", {
    viewBox: `0 0 ${side} ${side}`,
    role: "img",
    "aria-label": "QR code with a new login for this relay",
    "shape-rendering": "crispEdges",
  });
  svg.append(
    element("rect", { width: side, height: side, fill: "#fff" }),
    element("path", { d: path, fill: "#000" }),
  );
  return svg;
}

async function show() {
  again.disabled = true;
  status.textContent = "Making a new login code …";
  try {
    const { email, dclogin_url: url } = await freshLogin();
    code.replaceChildren(picture(url));
    code.href = url;
    link.href = url;
    status.textContent = `This code logs in as ${email}.`;
    for (const each of [code, link]) each.hidden = false;
  } catch (error) {
    status.textContent = `No login code could be made: ${error.message}.`;
  }
  again.disabled = false;
  again.hidden = false;
}

again.addEventListener("click", show);
show();
