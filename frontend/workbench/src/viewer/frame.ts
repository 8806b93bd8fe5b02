/** How a picture lies in its pane: the linear map between image (0 to 1) and pane (CSS pixels). */

import type { XY } from "../state/geometry.ts";

export interface Frame {
  /** Pane position of the image's upper left corner. */
  readonly left: number;
  readonly top: number;
  /** Size of the whole image in the pane. */
  readonly width: number;
  readonly height: number;
}

export const toPane = (frame: Frame, at: XY): XY => ({
  x: frame.left + at.x * frame.width,
  y: frame.top + at.y * frame.height,
});

export const toImage = (frame: Frame, at: XY): XY => ({
  x: (at.x - frame.left) / frame.width,
  y: (at.y - frame.top) / frame.height,
});

/** Whether two image points fall together under a finger or a pointer. */
export const closeIn =
  (frame: Frame, reach = 9) =>
  (a: XY, b: XY): boolean =>
    Math.hypot((a.x - b.x) * frame.width, (a.y - b.y) * frame.height) <= reach;

export type Arrangement = "row" | "column";

/** Beside or above each other, whichever shows two images of this shape larger. */
export function arrange(width: number, height: number, aspect: number): Arrangement {
  const shown = (w: number, h: number): number => Math.min(w, h * aspect);
  return shown(width / 2, height) >= shown(width, height / 2) ? "row" : "column";
}
