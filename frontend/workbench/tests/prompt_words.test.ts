import { expect, test } from "vitest";
import cases from "../../../tests/domain/prompt_words.json";
import { wordsOf } from "../src/state/prompt_words.ts";

test.each(cases)("the words of $prompt are those that the server finds", ({ prompt, words }) => {
  expect(wordsOf(prompt).map(({ name }) => name)).toEqual(words);
});

test("words and what stands before them make up the prompt", () => {
  const prompt = '😀 "two dogs", one sofa';

  expect(wordsOf(prompt).map(({ before, text }) => before + text)).toEqual([
    "😀",
    ' "two',
    " dogs",
    '", one',
    " sofa",
  ]);
});
