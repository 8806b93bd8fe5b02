/** Citations in the explanation: `[[2]]` points at mark 2, and a clause is cited by its anchor as it stands: `PL-3.2`. */

const CITATION = /\[\[(\d{1,3}|\?)\]\]/g;
/** A mark's citation, or what may be an anchor, as a word of its own: `GE-1` is not in `GE-1.3`. */
const CITED = /\[\[(?:\d{1,3}|\?)\]\]|(?<![\w.-])[A-Z]{2,4}-\d{1,4}(?:\.\d{1,4}){0,5}(?![\w-]|\.\w)/g;

/** What stands in place of the number of a mark that was removed. */
export const gone = "?" as const;

export const cite = (number: number): string => `[[${number}]]`;

/** The marks a text cites, in order; 0 for one that is gone. */
export const citations = (text: string): number[] =>
  [...text.matchAll(CITATION)].map(([, number]) => (number === gone ? 0 : Number(number)));

export const renumber = (text: string, to: (number: number) => number | typeof gone): string =>
  text.replace(CITATION, (whole, number: string) => (number === gone ? whole : `[[${to(Number(number))}]]`));

/** The text cut into plain stretches and citations, of marks and of these clauses, for showing chips. */
export function pieces(
  text: string,
  clauses: ReadonlySet<string> = new Set(),
): { readonly text: string; readonly chip: boolean }[] {
  const found: { text: string; chip: boolean }[] = [];
  let from = 0;
  for (const match of text.matchAll(CITED)) {
    if (!match[0].startsWith("[[") && !clauses.has(match[0])) continue;
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
  citation: string,
): { readonly text: string; readonly caret: number } {
  const before = text.slice(0, start);
  const after = text.slice(end);
  const blank = /(^|\s)$/.test(before) ? "" : " ";
  const chip = `${blank}${citation}${/^[\p{L}\p{N}]/u.test(after) ? " " : ""}`;
  return { text: before + chip + after, caret: before.length + chip.length };
}
