import { describe, expect, test } from "vitest";
import {
  addCorner,
  boundsOf,
  boxBetween,
  fromGeometry,
  handlesOf,
  isDrawn,
  moveHandle,
  moveShape,
  placeOf,
  removeCorner,
  type Shape,
  toGeometry,
} from "../src/state/geometry.ts";
import type { Geometry } from "../src/state/wire.ts";
import { box } from "./cast.ts";

const triangle: Shape = {
  kind: "polygon",
  points: [
    [0.1, 0.1],
    [0.3, 0.1],
    [0.2, 0.4],
  ],
};

describe("boxes", () => {
  test("a box drawn in any direction is the same box", () => {
    const there = boxBetween({ x: 0.2, y: 0.3 }, { x: 0.6, y: 0.5 });

    expect(boxBetween({ x: 0.6, y: 0.5 }, { x: 0.2, y: 0.3 })).toEqual(there);
  });

  test("a box pulled beyond the image ends at its border", () => {
    expect(boxBetween({ x: 0.5, y: 0.5 }, { x: 1.7, y: -2 })).toEqual({
      kind: "box",
      x: 0.5,
      y: 0,
      width: 0.5,
      height: 0.5,
    });
  });

  test("a corner pulled across the opposite one turns the box over", () => {
    const pulled = moveHandle({ kind: "box", x: 0.4, y: 0.4, width: 0.2, height: 0.2 }, 0, {
      x: 0.8,
      y: 0.9,
    });

    expect(toGeometry(pulled)).toEqual({ x: 0.6, y: 0.6, width: 0.2, height: 0.3 });
  });
});

describe("moving", () => {
  test("a shape moved against the border keeps its form", () => {
    expect(toGeometry(moveShape(box, 5, 0))).toEqual({ x: 0.8, y: 0.1, width: 0.2, height: 0.1 });
    expect(toGeometry(moveShape(triangle, 0, -5))).toEqual({
      points: [
        [0.1, 0],
        [0.3, 0],
        [0.2, 0.3],
      ],
    });
  });

  test("the whole image cannot be moved", () => {
    expect(moveShape({ kind: "whole" }, 0.1, 0.1)).toEqual({ kind: "whole" });
  });

  test("one vertex of a polygon moves alone", () => {
    expect(handlesOf(moveHandle(triangle, 2, { x: 0.5, y: 0.5 }))).toEqual([
      [0.1, 0.1],
      [0.3, 0.1],
      [0.5, 0.5],
    ]);
  });

  test("points and whole images have no handles", () => {
    expect(handlesOf({ kind: "point", x: 0.5, y: 0.5 })).toEqual([]);
    expect(handlesOf({ kind: "whole" })).toEqual([]);
  });
});

describe("what counts as drawn", () => {
  test.each<[string, Shape, boolean]>([
    ["a point", { kind: "point", x: 0, y: 0 }, true],
    ["a box", box, true],
    ["a box without height", { kind: "box", x: 0, y: 0, width: 0.5, height: 0 }, false],
    ["a triangle", triangle, true],
    [
      "a line",
      {
        kind: "polygon",
        points: [
          [0, 0],
          [1, 1],
        ],
      },
      false,
    ],
  ])("%s", (_name, shape, drawn) => {
    expect(isDrawn(shape)).toBe(drawn);
  });
});

describe("places in words", () => {
  test.each<[number, number, string]>([
    [0.1, 0.1, "upper left"],
    [0.5, 0.5, "centre"],
    [0.9, 0.5, "middle right"],
    [0.5, 0.9, "lower centre"],
  ])("%f, %f is %s", (x, y, place) => {
    expect(placeOf({ kind: "point", x, y })).toBe(place);
  });
});

describe("on the wire", () => {
  test("what is sent comes back as the same shape", () => {
    const shapes: Shape[] = [box, triangle, { kind: "point", x: 0.25, y: 0.75 }, { kind: "whole" }];

    expect(shapes.map((shape) => fromGeometry(shape.kind, toGeometry(shape)))).toEqual(shapes);
  });

  test("a box at the border never leaves the image, even by rounding", () => {
    for (let step = 1; step < 997; step += 1) {
      const x = step / 997;
      const sent = toGeometry({ kind: "box", x, y: x, width: 1 - x, height: 1 - x }) as Extract<
        Geometry,
        { x: number; width: number }
      >;

      expect(sent.x + sent.width).toBeLessThanOrEqual(1);
    }
  });
});

describe("a brush", () => {
  const dab: Shape = { kind: "brush", width: 0.1, height: 0.2, strokes: [[[0.5, 0.5]], [[0.02, 0.5]]] };

  test("reaches half its size around its strokes, as far as the border", () => {
    expect(boundsOf(dab)).toEqual({
      left: 0,
      top: 0.4,
      right: expect.closeTo(0.55),
      bottom: 0.6,
    });
  });

  test("is moved as a whole, until a stroke is at the border", () => {
    expect(moveShape(dab, -0.5, 0.1)).toMatchObject({ strokes: [[[0.48, 0.6]], [[0, 0.6]]] });
  });

  test("crosses the wire and comes back", () => {
    expect(fromGeometry("brush", toGeometry(dab))).toEqual(dab);
  });
});

describe("corners", () => {
  const square: Shape = {
    kind: "polygon",
    points: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
  };

  test("one more lies half-way, or where it is wanted", () => {
    expect(addCorner(square, 3)).toMatchObject({ points: { 4: [0, 0.5] } });
    expect(addCorner(square, 0, { x: 0.5, y: -1 })).toMatchObject({ points: { 1: [0.5, 0], length: 5 } });
    expect(addCorner({ kind: "point", x: 0, y: 0 }, 0)).toEqual({ kind: "point", x: 0, y: 0 });
  });

  test("a triangle keeps its three", () => {
    const triangle = removeCorner(square, 1);

    expect(triangle).toMatchObject({
      points: [
        [0, 0],
        [1, 1],
        [0, 1],
      ],
    });
    expect(removeCorner(triangle, 0)).toBe(triangle);
  });
});
