/** Shapes in normalised image coordinates (0 to 1 both ways), and what can be done to them. */

import type { Coordinates, Geometry, ShapeName } from "./wire.ts";

export interface XY {
  readonly x: number;
  readonly y: number;
}

export type Shape =
  | { readonly kind: "point"; readonly x: number; readonly y: number }
  | {
      readonly kind: "box";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: "polygon"; readonly points: readonly Coordinates[] }
  | {
      readonly kind: "brush";
      /** Size of the brush, round as displayed. */
      readonly width: number;
      readonly height: number;
      readonly strokes: readonly (readonly Coordinates[])[];
    }
  | { readonly kind: "whole" };

export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const MAXIMUM_VERTICES = 500;
const WHOLE: Bounds = { left: 0, top: 0, right: 1, bottom: 1 };
/** Coordinates go out with this many steps: finer than a pixel of a 100-megapixel image. */
const STEPS = 1e6;

export const clamp = (value: number, low = 0, high = 1): number => Math.min(high, Math.max(low, value));

export const inside = (at: XY): XY => ({ x: clamp(at.x), y: clamp(at.y) });

export function boxBetween(from: XY, to: XY): Shape {
  const a = inside(from);
  const b = inside(to);
  return {
    kind: "box",
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}

export function boundsOf(shape: Shape): Bounds {
  switch (shape.kind) {
    case "whole":
      return WHOLE;
    case "point":
      return { left: shape.x, top: shape.y, right: shape.x, bottom: shape.y };
    case "box":
      return {
        left: shape.x,
        top: shape.y,
        right: shape.x + shape.width,
        bottom: shape.y + shape.height,
      };
    case "polygon":
      return around(shape.points);
    case "brush": {
      const { left, top, right, bottom } = around(shape.strokes.flat());
      const [across, down] = [shape.width / 2, shape.height / 2];
      return {
        left: clamp(left - across),
        top: clamp(top - down),
        right: clamp(right + across),
        bottom: clamp(bottom + down),
      };
    }
  }
}

function around(points: readonly Coordinates[]): Bounds {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

export function moveShape(shape: Shape, dx: number, dy: number): Shape {
  if (shape.kind === "whole") return shape;
  // What a brush paints may reach over the border; its strokes may not.
  const { left, top, right, bottom } =
    shape.kind === "brush" ? around(shape.strokes.flat()) : boundsOf(shape);
  // The shift is cut back at the border, so that moving never deforms a shape.
  const sx = clamp(dx, -left, 1 - right);
  const sy = clamp(dy, -top, 1 - bottom);
  const moved = ([x, y]: Coordinates): Coordinates => [x + sx, y + sy];
  if (shape.kind === "polygon") return { kind: "polygon", points: shape.points.map(moved) };
  if (shape.kind === "brush") {
    return { ...shape, strokes: shape.strokes.map((stroke) => stroke.map(moved)) };
  }
  return { ...shape, x: shape.x + sx, y: shape.y + sy };
}

/** The points by which a shape is reshaped: corners of a box clockwise from the upper left, vertices of a polygon. */
export function handlesOf(shape: Shape): readonly Coordinates[] {
  if (shape.kind === "polygon") return shape.points;
  if (shape.kind !== "box") return [];
  const { left, top, right, bottom } = boundsOf(shape);
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

export function moveHandle(shape: Shape, handle: number, to: XY): Shape {
  const at = inside(to);
  if (shape.kind === "polygon") {
    return {
      kind: "polygon",
      points: shape.points.map((point, index) => (index === handle ? [at.x, at.y] : point)),
    };
  }
  const opposite = handlesOf(shape)[(handle + 2) % 4];
  if (shape.kind !== "box" || !opposite) return shape;
  return boxBetween({ x: opposite[0], y: opposite[1] }, at);
}

/** A polygon with one corner more, between a corner and the next. */
export function addCorner(shape: Shape, after: number, at?: XY): Shape {
  const from = handlesOf(shape)[after];
  const next = handlesOf(shape)[(after + 1) % handlesOf(shape).length];
  if (shape.kind !== "polygon" || !from || !next || shape.points.length >= MAXIMUM_VERTICES) return shape;
  const { x, y } = inside(at ?? { x: (from[0] + next[0]) / 2, y: (from[1] + next[1]) / 2 });
  return { kind: "polygon", points: shape.points.toSpliced(after + 1, 0, [x, y]) };
}

/** A polygon without one of its corners; a triangle keeps its three. */
export const removeCorner = (shape: Shape, corner: number): Shape =>
  shape.kind === "polygon" && shape.points.length > 3
    ? { kind: "polygon", points: shape.points.toSpliced(corner, 1) }
    : shape;

/** Whether a drawn shape encloses anything; a slip of the hand is not a mark. */
export function isDrawn(shape: Shape): boolean {
  if (shape.kind === "polygon" && shape.points.length < 3) return false;
  if (shape.kind === "point" || shape.kind === "whole" || shape.kind === "brush") return true;
  const { left, top, right, bottom } = boundsOf(shape);
  return right - left > 1 / 4096 && bottom - top > 1 / 4096;
}

/** Where on the image a shape lies, in words: "upper left", "centre", "lower right". */
export function placeOf(shape: Shape): string {
  if (shape.kind === "whole") return "whole image";
  const { left, top, right, bottom } = boundsOf(shape);
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  const across = x < 1 / 3 ? "left" : x > 2 / 3 ? "right" : "";
  const down = y < 1 / 3 ? "upper" : y > 2 / 3 ? "lower" : "";
  if (!across && !down) return "centre";
  return [down || "middle", across || "centre"].join(" ");
}

const tidy = (value: number): number => Math.round(clamp(value) * STEPS) / STEPS;

const tidied = ([x, y]: Coordinates): Coordinates => [tidy(x), tidy(y)];

/** A length that, added to its start, never passes 1 even in floating point. */
function tidyLength(start: number, length: number): number {
  let steps = Math.min(Math.round(length * STEPS), Math.round((1 - start) * STEPS));
  while (start + steps / STEPS > 1) steps -= 1;
  return steps / STEPS;
}

export function toGeometry(shape: Shape): Geometry {
  switch (shape.kind) {
    case "whole":
      return {};
    case "point":
      return { x: tidy(shape.x), y: tidy(shape.y) };
    case "box": {
      const x = tidy(shape.x);
      const y = tidy(shape.y);
      return { x, y, width: tidyLength(x, shape.width), height: tidyLength(y, shape.height) };
    }
    case "polygon":
      return { points: shape.points.map(tidied) };
    case "brush":
      return {
        width: tidy(shape.width),
        height: tidy(shape.height),
        strokes: shape.strokes.map((stroke) => stroke.map(tidied)),
      };
  }
}

export function fromGeometry(kind: ShapeName, geometry: Geometry): Shape {
  const numbers = geometry as Readonly<Record<"x" | "y" | "width" | "height", number>>;
  switch (kind) {
    case "polygon":
      return { kind, points: (geometry as { points: readonly Coordinates[] }).points };
    case "brush": {
      const { strokes } = geometry as { strokes: readonly (readonly Coordinates[])[] };
      return { kind, width: numbers.width, height: numbers.height, strokes };
    }
    case "box":
      return { kind, x: numbers.x, y: numbers.y, width: numbers.width, height: numbers.height };
    case "point":
      return { kind, x: numbers.x, y: numbers.y };
    case "whole":
      return { kind };
  }
}
