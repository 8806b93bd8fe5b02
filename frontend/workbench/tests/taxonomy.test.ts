import { describe, expect, test } from "vitest";
import { choiceFor, choicesOf } from "../src/state/choices.ts";
import { errorEntries, markName, search } from "../src/state/taxonomy.ts";
import { faults, mark, plausibility, rubric } from "./cast.ts";

const entries = errorEntries(rubric);
const found = (query: string): string[] =>
  search(entries, query).map(({ entry, part }) => [entry.code, part].filter(Boolean).join(" "));

describe("type-ahead", () => {
  test("nothing typed shows everything in the rubric's order", () => {
    expect(found("")).toEqual(["ANAT.missing", "ANAT.extra", "STYLE.flat"]);
  });

  test.each([
    ["a word of the name", "colours", ["STYLE.flat"]],
    ["a code", "anat.ex", ["ANAT.extra"]],
    ["the group", "anatomy", ["ANAT.missing", "ANAT.extra"]],
    ["part and error", "ha ex", ["ANAT.extra hand"]],
    ["error and part", "mis animal", ["ANAT.missing animal_part"]],
    ["nothing known", "zebra", []],
  ])("finds by %s", (_by, query, expected) => {
    expect(found(query)).toEqual(expected);
  });
});

describe("what a screen reader says of a mark", () => {
  test("number, group, error, part, severity, place", () => {
    expect(markName(rubric, mark({ code: "ANAT.missing", part: "hand", severity: 3 }), 1)).toBe(
      "mark 1, Anatomy, missing part, hand, major, upper left",
    );
  });

  test("what is not said yet", () => {
    expect(markName(rubric, mark({ code: null, severity: null }), 2)).toBe(
      "mark 2, no error type yet, no severity yet, upper left",
    );
  });

  test("in a pair, the image", () => {
    const pair = { ...rubric, unit: "pair", taxonomy: null } as const;

    expect(markName(pair, mark({ image: "b", code: null, severity: null }), 1)).toBe(
      "mark 1, image B, upper left",
    );
  });
});

describe("digits", () => {
  test("of a scale are its values", () => {
    expect(choiceFor(plausibility, "2")?.label).toBe("Level 2");
    expect(choicesOf(plausibility).map(({ digit }) => digit)).toEqual(["3", "2", "1"]);
  });

  test("of a scale through zero are ranks from the lowest", () => {
    const levels = [1, 0, -1].map((value) => ({ value, label: String(value) }));

    expect(choicesOf({ ...plausibility, levels }).map(({ digit }) => digit)).toEqual(["3", "2", "1"]);
  });

  test("of options are their places", () => {
    expect(choiceFor(faults, "3")?.value).toBe("tint");
    expect(choiceFor(faults, "4")).toBeUndefined();
  });

  test("end at nine", () => {
    const options = Array.from({ length: 11 }, (_, index) => ({ code: `c${index}`, label: `C${index}` }));

    expect(
      choicesOf({ ...faults, options })
        .map(({ digit }) => digit)
        .slice(8),
    ).toEqual(["9", null, null]);
  });
});
