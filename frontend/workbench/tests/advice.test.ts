/** Hints stay at their words while the text around them changes, and go when they are not wanted. */

import { describe, expect, test } from "vitest";
import { dismiss, forNextItem, hints, NO_ADVICE, received, stretches } from "../src/state/advice.ts";
import type { Finding } from "../src/state/wire.ts";

const finding = (change: Partial<Finding> = {}): Finding => ({
  code: "spelling",
  blocks: false,
  message: "“teh” may be misspelt",
  spans: [[0, 3]],
  suggestion: "the",
  ...change,
});

const TEXT = "teh hand";
const advice = received(NO_ADVICE, TEXT, [finding()]);
const spansIn = (text: string) => hints(advice, text).map(({ spans }) => spans);

describe("places", () => {
  test("are counted in what a browser counts in", () => {
    const text = "🖐🖐 teh hand";
    const [hint] = hints(received(NO_ADVICE, text, [finding({ spans: [[3, 6]] })]), text);

    expect(hint?.spans.map(([start, end]) => text.slice(start, end))).toEqual(["teh"]);
  });

  test("at the end of a text lie at its end", () => {
    const [hint] = hints(received(NO_ADVICE, "teh", [finding()]), "teh");

    expect(hint?.spans).toEqual([[0, 3]]);
  });

  test("move with what is written before them, and stay with what is written behind", () => {
    expect(spansIn("See: teh hand")).toEqual([[[5, 8]]]);
    expect(spansIn("teh hand has")).toEqual([[[0, 3]]]);
  });

  test("that were written over are no hints any more", () => {
    expect(spansIn("the hand")).toEqual([]);
    expect(spansIn("")).toEqual([]);
  });

  test("of a text that is not composed are not known", () => {
    const decomposed = "e\u0301 teh";

    expect(hints(received(NO_ADVICE, decomposed, [finding()]), decomposed)).toEqual([]);
  });

  test("do not matter to a hint about the whole text", () => {
    const whole = received(NO_ADVICE, TEXT, [finding({ code: "unlocated", spans: [], suggestion: null })]);

    expect(hints(whole, "teh hand is six").map(({ finding: { code } }) => code)).toEqual(["unlocated"]);
  });
});

describe("what is not wanted", () => {
  test("does not come back with the next answer of the server", () => {
    const without = dismiss(advice, finding());

    expect(hints(without, TEXT)).toEqual([]);
    expect(hints(received(without, "the teh", [finding({ spans: [[4, 7]] })]), "the teh")).toEqual([]);
  });

  test("is remembered of words, and forgotten of everything else, on the next item", () => {
    const vague = finding({ code: "vague" });
    const next = forNextItem(dismiss(dismiss(advice, finding()), vague));

    expect(
      hints(received(next, TEXT, [finding(), vague]), TEXT).map(({ finding: { code } }) => code),
    ).toEqual(["vague"]);
  });

  test("is not shown beside the button that is held back for it anyway", () => {
    const blocking = received(NO_ADVICE, TEXT, [finding({ code: "length", blocks: true })]);

    expect(hints(blocking, TEXT)).toEqual([]);
  });
});

test("a text is cut where chips and underlines begin and end", () => {
  const text = "See [[1]]: teh end";
  const [hint] = hints(received(NO_ADVICE, text, [finding({ spans: [[11, 14]] })]), text);

  expect(stretches(text, hint ? [hint] : [])).toEqual([
    { text: "See ", chip: false, underlined: false },
    { text: "[[1]]", chip: true, underlined: false },
    { text: ": ", chip: false, underlined: false },
    { text: "teh", chip: false, underlined: true },
    { text: " end", chip: false, underlined: false },
  ]);
});
