// A QR code (ISO/IEC 18004) as a PNG of 384 pixels square, with the logo in its middle. The highest error correction
// restores the modules that the logo covers, which are a small part of what it could.

import QRCode from "qrcode";
import { logoColour } from "./logo.js";
import { png } from "./png.js";

const SIDE = 384;
/** Of white on every side, in modules, as the standard asks. */
const QUIET = 4;
/** Of the symbol's width that the logo takes, its white border included. */
const LOGO = 0.24;
/** How many points of a pixel's side are looked at, so that the logo's edges are smooth. */
const FINE = 4;

const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];

export function qrPicture(text) {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: "H" });
  // No whole number of pixels as a rule: a code that fills its place is read from farther away.
  const pixels = SIDE / (modules.size + 2 * QUIET);
  const isDark = (x, y) => {
    const [column, row] = [x, y].map((at) => Math.floor(at / pixels) - QUIET);
    const inside = [column, row].every((at) => at >= 0 && at < modules.size);
    return inside && modules.get(row, column) === 1;
  };
  return png(SIDE, (x, y) => withLogo(x, y, pixels * modules.size * LOGO, isDark));
}

function withLogo(x, y, width, isDark) {
  const below = isDark(x, y) ? BLACK : WHITE;
  const start = (SIDE - width) / 2;
  const near = [x, y].every((at) => at >= start - 1 && at <= start + width);
  if (!near) return below;
  const sum = [0, 0, 0];
  for (let i = 0; i < FINE * FINE; i++) {
    const [fineX, fineY] = [i % FINE, Math.floor(i / FINE)].map((step) => (step + 0.5) / FINE);
    const colour = logoColour((x + fineX - start) / width, (y + fineY - start) / width) ?? below;
    for (const channel of [0, 1, 2]) sum[channel] += colour[channel];
  }
  return sum.map((total) => Math.round(total / FINE ** 2));
}
