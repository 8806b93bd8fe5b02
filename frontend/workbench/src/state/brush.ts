/** Painting: what a hand passed becomes a stroke of few points, and strokes of one size become one mark. */

import { clamp, type Shape } from "./geometry.ts";
import type { Coordinates } from "./wire.ts";

/** Size of the brush in shares of the image's width and height. */
export interface Tip {
  readonly width: number;
  readonly height: number;
}

type Painted = Extract<Shape, { kind: "brush" }>;

export const MAXIMUM_STROKES = 50;
export const MAXIMUM_POINTS = 500;
/** Diameter of the brush in shares of the image's height. */
export const DIAMETER = { first: 0.05, least: 0.004, most: 0.4, step: 1.25 } as const;
/** A stroke may leave the way of the hand by this share of the brush, which the eye does not see. */
const SLACK = 1 / 16;

export const thicker = (diameter: number, steps: number): number =>
  clamp(diameter * DIAMETER.step ** steps, DIAMETER.least, DIAMETER.most);

/** Round as displayed, on an image this many times as wide as high. */
export const tipOf = (diameter: number, aspect: number): Tip => ({
  width: Math.min(1, diameter / aspect),
  height: diameter,
});

/** How far a point is from the straight way between two others, in sizes of the brush. */
function aside(point: Coordinates, from: Coordinates, to: Coordinates, { width, height }: Tip): number {
  const [x, y] = [(point[0] - from[0]) / width, (point[1] - from[1]) / height];
  const [dx, dy] = [(to[0] - from[0]) / width, (to[1] - from[1]) / height];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : clamp((x * dx + y * dy) / length);
  return Math.hypot(x - along * dx, y - along * dy);
}

/** The fewest of the points whose straight connections stay within the slack (Douglas and Peucker). */
export function simplified(points: readonly Coordinates[], tip: Tip, slack = SLACK): Coordinates[] {
  const kept = new Set([0, points.length - 1]);
  const stretches: [number, number][] = [[0, points.length - 1]];
  for (let stretch = stretches.pop(); stretch; stretch = stretches.pop()) {
    const [first, last] = stretch;
    let farthest = first;
    let most = slack;
    for (let at = first + 1; at < last; at++) {
      const far = aside(
        points[at] as Coordinates,
        points[first] as Coordinates,
        points[last] as Coordinates,
        tip,
      );
      if (far > most) [farthest, most] = [at, far];
    }
    if (farthest === first) continue;
    kept.add(farthest);
    stretches.push([first, farthest], [farthest, last]);
  }
  return points.filter((_, at) => kept.has(at));
}

/** A stroke as a mark of its own, coarser where it would have too many points. */
export function strokeOf(points: readonly Coordinates[], tip: Tip): Painted {
  let slack = SLACK;
  let stroke = simplified(points, tip, slack);
  while (stroke.length > MAXIMUM_POINTS) {
    slack *= 2;
    stroke = simplified(points, tip, slack);
  }
  return { kind: "brush", ...tip, strokes: [stroke] };
}

/** One mark of the strokes of two, or null where they do not go together: other brush, or too much for one. */
export function joined(one: Shape, other: Shape): Shape | null {
  if (one.kind !== "brush" || other.kind !== "brush") return null;
  const strokes = [...one.strokes, ...other.strokes];
  const same = Math.abs(one.height - other.height) < 1e-6;
  if (!same || strokes.length > MAXIMUM_STROKES || strokes.flat().length > MAXIMUM_POINTS) return null;
  return { ...one, strokes };
}
