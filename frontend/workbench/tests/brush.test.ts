import { describe, expect, test } from "vitest";
import {
  DIAMETER,
  joined,
  MAXIMUM_POINTS,
  MAXIMUM_STROKES,
  simplified,
  strokeOf,
  thicker,
  tipOf,
} from "../src/state/brush.ts";
import type { Coordinates } from "../src/state/wire.ts";

const tip = tipOf(0.05, 1);

/** A hand that trembles along a spiral: many points, no two stretches alike. */
const spiral = (count: number, turns = 40): Coordinates[] =>
  Array.from({ length: count }, (_, at) => {
    const angle = (at / count) * turns * 2 * Math.PI;
    const reach = 0.45 * (at / count);
    return [0.5 + reach * Math.cos(angle), 0.5 + reach * Math.sin(angle)];
  });

describe("a stroke", () => {
  test("keeps its ends and its bends, and nothing between", () => {
    const way: Coordinates[] = [
      [0, 0],
      [0.2, 0.0001],
      [0.4, 0],
      [0.4, 0.4],
    ];

    expect(simplified(way, tip)).toEqual([
      [0, 0],
      [0.4, 0],
      [0.4, 0.4],
    ]);
    expect(simplified([[0.5, 0.5]], tip)).toEqual([[0.5, 0.5]]);
  });

  test("stays within what the server takes, however long the hand went", () => {
    const { strokes } = strokeOf(spiral(20_000), tipOf(0.004, 1.5));

    expect(strokes[0]?.length).toBeLessThanOrEqual(MAXIMUM_POINTS);
    expect(strokes[0]?.length).toBeGreaterThan(100);
  });

  test("is round as displayed", () => {
    expect(tipOf(0.3, 1.5)).toEqual({ width: expect.closeTo(0.2), height: 0.3 });
  });

  test("is as thick as it is told, within reason", () => {
    expect(thicker(0.1, 1)).toBeCloseTo(0.125);
    expect(thicker(0.1, 50)).toBe(DIAMETER.most);
    expect(thicker(0.1, -50)).toBe(DIAMETER.least);
  });
});

describe("strokes", () => {
  const stroke = strokeOf([[0, 0]], tip);

  test("of one brush make one mark", () => {
    expect(joined(stroke, strokeOf([[1, 1]], tip))).toEqual({ ...stroke, strokes: [[[0, 0]], [[1, 1]]] });
  });

  test("of different brushes, or too many, do not", () => {
    const full = { ...stroke, strokes: Array.from({ length: MAXIMUM_STROKES }, () => [[0, 0] as const]) };
    const long = { ...stroke, strokes: [spiral(MAXIMUM_POINTS)] };

    expect(joined(stroke, strokeOf([[1, 1]], tipOf(0.1, 1)))).toBeNull();
    expect(joined(full, stroke)).toBeNull();
    expect(joined(long, stroke)).toBeNull();
    expect(joined({ kind: "whole" }, stroke)).toBeNull();
  });
});
