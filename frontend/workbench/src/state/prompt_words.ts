/** The words of a prompt, found as the server finds them: each is named START-END in code points. */

export interface PromptWord {
  readonly name: string;
  readonly text: string;
  /** What stands between this word and the one before it. */
  readonly before: string;
}

// Spelt out rather than "\s": what counts as white space differs between languages, and both sides must agree.
const SEPARATORS = ' \\t\\n\\v\\f\\r\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000,.?!":;';
const WORD = new RegExp(`[^${SEPARATORS}]+`, "gu");

const codePoints = (text: string): number => [...text].length;

export function wordsOf(prompt: string): readonly PromptWord[] {
  const words: PromptWord[] = [];
  let place = 0;
  let read = 0;
  for (const { 0: text, index } of prompt.matchAll(WORD)) {
    const before = prompt.slice(read, index);
    const start = place + codePoints(before);
    place = start + codePoints(text);
    read = index + text.length;
    words.push({ name: `${start}-${place}`, text, before });
  }
  return words;
}

/** The same names in the order of the prompt, so that the same judgement is the same answer. */
export const inOrder = (names: readonly string[]): readonly string[] =>
  [...names].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
