import { describe, expect, test } from "vitest";
import { follow } from "../src/state/asking.ts";
import { missing } from "../src/state/completeness.ts";
import { toBody } from "../src/state/draft.ts";
import { choosePart, chosenParts, inWords, orderOf, partsOf } from "../src/state/ordering.ts";
import type { AnswerValue, Criterion, Rubric } from "../src/state/wire.ts";
import { draft } from "./cast.ts";

const order: Criterion = { id: "order", name: "Order", type: "ranking" };
const ends: Criterion = { id: "ends", name: "Best and worst", type: "best_worst", required: false };
const rubric: Rubric = {
  key: "set",
  name: "Set",
  unit: "set",
  images: 4,
  prompt: "shown",
  criteria: [order, ends],
};

const ranked = (ranks: Readonly<Record<string, string>>): AnswerValue =>
  Object.entries(ranks).reduce<AnswerValue>(
    (value, [name, rank]) => choosePart(order, value, name, rank),
    [],
  );

describe("a ranking", () => {
  test("is an order once every image has a rank", () => {
    expect(orderOf(order, ranked({ a: "2", b: "1", c: "2" }), 4)).toBeUndefined();
    expect(orderOf(order, ranked({ d: "4", a: "2", b: "1", c: "2" }), 4)).toBe("b>a=c>d");
  });

  test("passes over ranks that nobody holds", () => {
    expect(orderOf(order, ranked({ a: "4", b: "4", c: "1", d: "3" }), 4)).toBe("c>d>a=b");
  });

  test("that was sent can be taken up again", () => {
    expect([...chosenParts(order, "b>a=c>d")]).toEqual([
      ["b", "1"],
      ["a", "2"],
      ["c", "2"],
      ["d", "3"],
    ]);
    expect(orderOf(order, choosePart(order, "b>a=c>d", "c", "1"), 4)).toBe("b=c>a>d");
  });

  test("is missing while it is incomplete, and is not sent", () => {
    const begun = draft({ answers: { order: ranked({ a: "1" }) } });

    expect(missing(rubric, begun).map(({ message }) => message)).toEqual(["Order is not complete"]);
    expect(toBody(rubric, begun).answers).toEqual({});
  });

  test("is sent as one order", () => {
    const done = draft({ answers: { order: ranked({ a: "1", b: "1", c: "1", d: "2" }) } });

    expect(toBody(rubric, done).answers).toEqual({ order: "a=b=c>d" });
    expect(inWords("a=b=c>d")).toBe("A and B and C, then D");
  });
});

describe("best and worst", () => {
  test("are two images: naming the best worst takes it from the best", () => {
    const best = choosePart(ends, undefined, "best", "a");

    expect(orderOf(ends, best, 4)).toBeUndefined();
    expect(orderOf(ends, choosePart(ends, best, "worst", "d"), 4)).toBe("a>d");
    expect([...chosenParts(ends, choosePart(ends, best, "worst", "a"))]).toEqual([["worst", "a"]]);
  });

  test("may be left open, but not half-way", () => {
    const answers = { order: "a>b>c>d", ends: choosePart(ends, undefined, "best", "a") };

    expect(missing(rubric, draft({ answers })).map(({ message }) => message)).toEqual([
      "Best and worst is not complete",
    ]);
    expect(follow(rubric, answers).answers).toEqual({ order: "a>b>c>d" });
    expect(missing(rubric, draft({ answers: { order: "a>b>c>d" } }))).toEqual([]);
    expect(partsOf(ends, 4).map(({ label }) => label)).toEqual(["Best", "Worst"]);
  });
});
