/** Words of a text, counted as the server counts them: a citation is one, and so is each character of a script without spaces. */

const UNSPACED =
  "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff";
const LETTER = `(?:(?![${UNSPACED}])[\\p{L}\\p{N}])`;
const WORD = new RegExp(`\\[\\[(?:[0-9]{1,3}|\\?)\\]\\]|[${UNSPACED}]|${LETTER}+(?:['’-]${LETTER}+)*`, "gu");

export const wordCount = (text: string): number => [...text.matchAll(WORD)].length;
