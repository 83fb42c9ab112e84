// The logo, a speech bubble with the flap of an envelope, as colours of points: the same shapes as src/logo.svg, on a
// white ground with round corners. Lengths are those of the drawing, which is 64 by 64.

const WHITE = [255, 255, 255];
const GREEN = [15, 118, 110];

const BUBBLE = { left: 4, top: 9, right: 60, bottom: 49, radius: 12 };
const TAIL = [
  [14, 46],
  [14, 62],
  [32, 47],
];
const FLAP = [
  [15, 20],
  [32, 33],
  [49, 20],
];
const FLAP_WIDTH = 5;
const GROUND = { left: 0, top: 0, right: 64, bottom: 64, radius: 12 };
/** White around the drawing, as a part of the whole. */
const MARGIN = 0.12;

/** The colour at a point of the unit square; undefined where the logo leaves what is below it. */
export function logoColour(x, y) {
  if (!inRounded([x * 64, y * 64], GROUND)) return undefined;
  const point = [x, y].map((at) => ((at - MARGIN) / (1 - 2 * MARGIN)) * 64);
  if (FLAP.slice(1).some((end, index) => distance(point, FLAP[index], end) <= FLAP_WIDTH / 2)) return WHITE;
  return inRounded(point, BUBBLE) || inTriangle(point, TAIL) ? GREEN : WHITE;
}

function inRounded([x, y], { left, top, right, bottom, radius }) {
  const dx = Math.max(left + radius - x, 0, x - (right - radius));
  const dy = Math.max(top + radius - y, 0, y - (bottom - radius));
  return Math.hypot(dx, dy) <= radius;
}

function inTriangle(point, corners) {
  const sides = corners.map((corner, index) => {
    const next = corners[(index + 1) % 3];
    return (next[0] - corner[0]) * (point[1] - corner[1]) - (next[1] - corner[1]) * (point[0] - corner[0]);
  });
  return sides.every((side) => side >= 0) || sides.every((side) => side <= 0);
}

/** From a point to a line between two others. */
function distance([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}
