import { describe, expect, test } from "vitest";
import { citations, cite, insertCitation, pieces } from "../src/state/citations.ts";

test("a text cites marks by number, 0 for one that is gone", () => {
  expect(citations("See [[2]] and [[?]], not [3] or [[x]].")).toEqual([2, 0]);
});

test("chips and text take turns and lose nothing", () => {
  const text = "See [[2]][[1]] there";

  expect(pieces(text)).toEqual([
    { text: "See ", chip: false },
    { text: "[[2]]", chip: true },
    { text: "[[1]]", chip: true },
    { text: " there", chip: false },
  ]);
});

test("a clause of the guideline is a chip where its anchor is a word of its own", () => {
  const clauses = new Set(["PL-1", "PL-1.3"]);
  const chips = (text: string): string[] =>
    pieces(text, clauses)
      .filter(({ chip }) => chip)
      .map((piece) => piece.text);

  expect(chips("By PL-1.3, not PL-1; see [[1]].")).toEqual(["PL-1.3", "PL-1", "[[1]]"]);
  expect(chips("It ends with PL-1.")).toEqual(["PL-1"]);
  expect(chips("XPL-1 PL-12 PL-1.30 PL-1-a GE-1")).toEqual([]);
  expect(pieces("By PL-1.", clauses).map(({ text }) => text)).toEqual(["By ", "PL-1", "."]);
});

describe("a citation put in at the caret", () => {
  test.each([
    ["at the beginning", "", 0, 0, "[[1]]"],
    ["after a word", "hand", 4, 4, "hand [[1]]"],
    ["after a blank", "hand ", 5, 5, "hand [[1]]"],
    ["before a full stop", "hand.", 4, 4, "hand [[1]]."],
    ["between two words", "handthumb", 4, 4, "hand [[1]] thumb"],
    ["in place of what is selected", "the hand is", 4, 8, "the [[1]] is"],
  ])("%s", (_where, text, start, end, expected) => {
    const made = insertCitation(text, start, end, cite(1));

    expect(made.text).toBe(expected);
    expect(made.text.slice(0, made.caret)).toMatch(/\[\[1\]\] ?$/);
  });
});
