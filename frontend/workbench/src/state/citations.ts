/** Citations of marks in the explanation: `[[2]]` points at mark 2. */

const CITATION = /\[\[(\d{1,3}|\?)\]\]/g;

/** What stands in place of the number of a mark that was removed. */
export const gone = "?" as const;

export const cite = (number: number): string => `[[${number}]]`;

/** The marks a text cites, in order; 0 for one that is gone. */
export const citations = (text: string): number[] =>
  [...text.matchAll(CITATION)].map(([, number]) => (number === gone ? 0 : Number(number)));

export const renumber = (text: string, to: (number: number) => number | typeof gone): string =>
  text.replace(CITATION, (whole, number: string) => (number === gone ? whole : `[[${to(Number(number))}]]`));

/** The text cut into plain stretches and citations, for showing chips. */
export function pieces(text: string): { readonly text: string; readonly chip: boolean }[] {
  const found: { text: string; chip: boolean }[] = [];
  let from = 0;
  for (const match of text.matchAll(CITATION)) {
    if (match.index > from) found.push({ text: text.slice(from, match.index), chip: false });
    found.push({ text: match[0], chip: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from), chip: false });
  return found;
}

/** Puts a citation in at the caret, with the blanks that the eye expects; answers the text and the new caret. */
export function insertCitation(
  text: string,
  start: number,
  end: number,
  number: number,
): { readonly text: string; readonly caret: number } {
  const before = text.slice(0, start);
  const after = text.slice(end);
  const chip = [
    /(^|\s)$/.test(before) ? "" : " ",
    cite(number),
    /^[\p{L}\p{N}]/u.test(after) ? " " : "",
  ].join("");
  return { text: before + chip + after, caret: before.length + chip.length };
}
