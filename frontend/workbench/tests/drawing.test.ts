import { describe, expect, test } from "vitest";
import { type Drawing, hover, press, preview, unpress } from "../src/state/drawing.ts";
import type { XY } from "../src/state/geometry.ts";

const near = (a: XY, b: XY): boolean => Math.hypot(a.x - b.x, a.y - b.y) < 0.01;

const tip = { width: 0.04, height: 0.05 };

/** Puts points down one after another, as pointer and keyboard both do. */
function draw(tool: Drawing["tool"], ...points: readonly [number, number][]) {
  let drawing: Drawing | null = null;
  for (const [x, y] of points) {
    const step = press(drawing, { tool, image: "a", tip }, { x, y }, near);
    if (step.shape) return step;
    drawing = step.drawing;
  }
  return { drawing, shape: null };
}

describe("drawing", () => {
  test("a point is there with the first press", () => {
    expect(draw("point", [0.3, 0.4]).shape).toEqual({ kind: "point", x: 0.3, y: 0.4 });
  });

  test("a box takes two presses", () => {
    expect(draw("box", [0.25, 0.25], [0.5, 0.75]).shape).toEqual({
      kind: "box",
      x: 0.25,
      y: 0.25,
      width: 0.25,
      height: 0.5,
    });
  });

  test("a second press on the same place leaves the box open", () => {
    const { drawing, shape } = draw("box", [0.25, 0.25], [0.25, 0.25]);

    expect(shape).toBeNull();
    expect(drawing?.placed).toHaveLength(1);
  });

  test("a polygon closes on its first point", () => {
    expect(draw("polygon", [0.1, 0.1], [0.5, 0.1], [0.5, 0.5], [0.105, 0.1]).shape).toEqual({
      kind: "polygon",
      points: [
        [0.1, 0.1],
        [0.5, 0.1],
        [0.5, 0.5],
      ],
    });
  });

  test("a polygon closes when its last point is pressed again", () => {
    expect(draw("polygon", [0.1, 0.1], [0.5, 0.1], [0.5, 0.5], [0.5, 0.5]).shape).not.toBeNull();
  });

  test("two points make no polygon, however often they are pressed", () => {
    expect(draw("polygon", [0.1, 0.1], [0.5, 0.1], [0.1, 0.1]).shape).toBeNull();
  });

  test("drawing goes on where the hand is, inside the image", () => {
    const { drawing } = draw("box", [0.5, 0.5]);
    const moved = hover(drawing as Drawing, { x: 3, y: 0.25 });

    expect(preview(moved)).toEqual({ kind: "box", x: 0.5, y: 0.25, width: 0.5, height: 0.25 });
  });

  test("points are taken back one at a time, the first with the drawing", () => {
    const { drawing } = draw("polygon", [0.1, 0.1], [0.5, 0.1]);
    const one = unpress(drawing as Drawing);

    expect(one?.placed).toHaveLength(1);
    expect(unpress(one as Drawing)).toBeNull();
  });

  test("the other image begins a drawing of its own", () => {
    const { drawing } = draw("polygon", [0.1, 0.1], [0.5, 0.1]);
    const step = press(drawing, { tool: "polygon", image: "b", tip }, { x: 0.2, y: 0.2 }, near);

    expect(step.drawing).toMatchObject({ image: "b", placed: [{ x: 0.2, y: 0.2 }] });
  });

  test("a stroke begins with a press, follows the hand and ends with the next press", () => {
    const { drawing } = draw("brush", [0.1, 0.5]);
    const way = [0.2, 0.2, 0.3, 0.5].map((x) => ({ x, y: 0.5 }));
    const painting = way.reduce(hover, drawing as Drawing);
    const { shape } = press(painting, { tool: "brush", image: "a", tip }, { x: 0.5, y: 0.7 }, near);

    expect(preview(painting)).toMatchObject({ kind: "brush", ...tip, strokes: [{ length: 4 }] });
    // What lies on a straight way says nothing.
    expect(shape).toEqual({
      kind: "brush",
      ...tip,
      strokes: [
        [
          [0.1, 0.5],
          [0.5, 0.5],
          [0.5, 0.7],
        ],
      ],
    });
    expect(unpress(painting)).toBeNull();
  });
});
