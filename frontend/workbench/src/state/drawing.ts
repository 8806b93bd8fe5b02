/** A shape under construction, driven alike by pointer and by keyboard. */

import { strokeOf, type Tip } from "./brush.ts";
import { boxBetween, inside, isDrawn, MAXIMUM_VERTICES, type Shape, type XY } from "./geometry.ts";
import type { Coordinates, Slot } from "./wire.ts";

export type Tool = "pan" | "point" | "box" | "polygon" | "brush";
export type DrawingTool = Exclude<Tool, "pan">;

/** What has been put down so far, and where the hand is now. */
export interface Drawing {
  readonly tool: DrawingTool;
  readonly image: Slot;
  /** Corners of a box or a polygon, or the way the brush went. */
  readonly placed: readonly XY[];
  readonly at: XY;
  readonly tip?: Tip;
  /** The stroke joins the selected mark. */
  readonly joins?: boolean;
}

export interface Step {
  readonly drawing: Drawing | null;
  readonly shape: Shape | null;
}

/** What a press draws with, and on. */
export interface Hand {
  readonly tool: DrawingTool;
  readonly image: Slot;
  readonly tip: Tip;
  readonly joins?: boolean;
}

export function hover(drawing: Drawing, to: XY): Drawing {
  const at = inside(to);
  const still = at.x === drawing.at.x && at.y === drawing.at.y;
  if (drawing.tool !== "brush" || still) return { ...drawing, at };
  return { ...drawing, at, placed: [...drawing.placed, at] };
}

const coordinates = (points: readonly XY[]): Coordinates[] => points.map(({ x, y }) => [x, y]);

/** Put a point down: it begins, extends or completes the shape. `near` says whether two points are one to the eye. */
export function press(
  drawing: Drawing | null,
  { tool, image, tip, joins = false }: Hand,
  where: XY,
  near: (a: XY, b: XY) => boolean,
): Step {
  const at = inside(where);
  if (tool === "point") return { drawing: null, shape: { kind: "point", ...at } };
  const placed = drawing && drawing.tool === tool && drawing.image === image ? drawing.placed : [];
  const first = placed[0];
  if (tool === "brush") {
    if (!drawing || !first) return { drawing: { tool, image, tip, joins, placed: [at], at }, shape: null };
    return { drawing: null, shape: strokeOf(coordinates([...placed, at]), drawing.tip ?? tip) };
  }
  if (tool === "box") {
    if (!first) return { drawing: { tool, image, placed: [at], at }, shape: null };
    const shape = boxBetween(first, at);
    return isDrawn(shape) ? { drawing: null, shape } : { drawing, shape: null };
  }
  const last = placed.at(-1);
  const closes = placed.length >= 3 && first && last && (near(first, at) || near(last, at));
  if (closes || placed.length >= MAXIMUM_VERTICES) {
    return { drawing: null, shape: { kind: "polygon", points: coordinates(placed) } };
  }
  // Pressing twice on one place is a tremble, not a vertex.
  if (last && near(last, at)) return { drawing, shape: null };
  return { drawing: { tool, image, placed: [...placed, at], at }, shape: null };
}

/** Take the last point back; the drawing ends with its first, and a stroke as a whole. */
export function unpress(drawing: Drawing): Drawing | null {
  const placed = drawing.tool === "brush" ? [] : drawing.placed.slice(0, -1);
  return placed.length > 0 ? { ...drawing, placed } : null;
}

/** The shape as it would be if the hand stopped here. */
export function preview(drawing: Drawing): Shape {
  const first = drawing.placed[0] ?? drawing.at;
  if (drawing.tool === "brush" && drawing.tip) {
    return { kind: "brush", ...drawing.tip, strokes: [coordinates(drawing.placed)] };
  }
  if (drawing.tool === "box") return boxBetween(first, drawing.at);
  return { kind: "polygon", points: coordinates([...drawing.placed, drawing.at]) };
}
