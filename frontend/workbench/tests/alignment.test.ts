import { describe, expect, test } from "vitest";
import {
  alignmentWords,
  extentOf,
  frameIn,
  outlookOf,
  paneAt,
  placementOf,
  planeAt,
  sameFrame,
  shared,
} from "../src/viewer/alignment.ts";
import { toPane } from "../src/viewer/frame.ts";

const first = { width: 800, height: 600 };
const small = { width: 400, height: 300 };
const square = { width: 500, height: 500 };
const itself = placementOf(first, first, "fitted");

describe("placement", () => {
  test("the first image is the plane", () => {
    expect(itself).toEqual({ left: 0, top: 0, scale: 1 });
  });

  test("another is fitted into it whole, undistorted, around the same middle", () => {
    expect(placementOf(first, small, "fitted")).toEqual({ left: 0, top: 0, scale: 2 });
    expect(placementOf(first, square, "fitted")).toEqual({ left: 100, top: 0, scale: 1.2 });
  });

  test("pixel by pixel it keeps its size, on whole pixels", () => {
    expect(placementOf(first, square, "pixels")).toEqual({ left: 150, top: 50, scale: 1 });
    expect(placementOf(first, { width: 801, height: 601 }, "pixels")).toEqual({
      left: -0,
      top: -0,
      scale: 1,
    });
  });

  test("is said in words", () => {
    expect(alignmentWords("B", first, { width: 640, height: 480 }, "fitted")).toBe("B fitted to A: 1.25×");
    expect(alignmentWords("C", first, square, "pixels")).toBe("C on A, pixel by pixel");
    expect(alignmentWords("B", first, first, "fitted")).toBe("B and A are of one size");
  });
});

describe("panes", () => {
  const frame = { left: -120.5, top: 33.25, width: 1234, height: 925.5 };

  test.each([small, square, { width: 603, height: 811 }])(
    "show the same place at the same point: %o",
    (size) => {
      const place = placementOf(first, size, "fitted");
      const outlook = outlookOf(frame, first, itself);
      const theirs = frameIn(outlook, size, place);

      // The middle of both, and a place of the plane by way of either image.
      expect(toPane(theirs, { x: 0.5, y: 0.5 }).x).toBeCloseTo(toPane(frame, { x: 0.5, y: 0.5 }).x);
      const plane = { x: 431, y: 287 };
      const inTheirs = { x: (plane.x - place.left) / place.scale, y: (plane.y - place.top) / place.scale };
      const seen = toPane(theirs, { x: inTheirs.x / size.width, y: inTheirs.y / size.height });
      expect(seen.x).toBeCloseTo(toPane(frame, { x: plane.x / 800, y: plane.y / 600 }).x);
      expect(seen.y).toBeCloseTo(toPane(frame, { x: plane.x / 800, y: plane.y / 600 }).y);
      expect(sameFrame(frameIn(outlookOf(theirs, size, place), first, itself), frame)).toBe(true);
    },
  );

  test("a place of the plane goes to the pane and back", () => {
    const outlook = { left: 12, top: -7, scale: 0.8 };

    expect(planeAt(outlook, paneAt(outlook, { x: 30, y: 40 }))).toEqual({ x: 30, y: 40 });
  });

  test("fitting makes room for what reaches beyond the first", () => {
    const large = { width: 1000, height: 500 };
    const placed = [first, large].map((size) => [size, placementOf(first, size, "pixels")] as const);

    expect(extentOf(placed)).toEqual({ left: -100, top: 0, width: 1000, height: 600 });
  });
});

describe("a difference", () => {
  test("is taken where both images have whole pixels", () => {
    const a = { left: 10.4, top: 0, width: 100, height: 80 };
    const b = { left: 0, top: 20.5, width: 90.2, height: 200 };

    expect(shared(a, b, 1)).toEqual({ left: 11, top: 21, width: 79, height: 59 });
    expect(shared(a, b, 2)).toEqual({ left: 21, top: 41, width: 159, height: 119 });
  });

  test("of images apart is empty", () => {
    const away = { left: 500, top: 0, width: 10, height: 10 };

    expect(shared({ ...away, left: 0 }, away, 1)).toMatchObject({ width: 0 });
  });

  test("loses no pixel to the dust of fractions", () => {
    const frame = { left: 161.99999999, top: 136.9999999, width: 700, height: 500 };

    expect(shared(frame, frame, 1)).toEqual({ left: 162, top: 137, width: 700, height: 500 });
  });
});
