/**
 * Whether an explanation plainly says the opposite of the answers beside it. The server looks for the same:
 * tests/domain/coach_vectors.json holds both to one answer.
 */

import { isFault } from "./consistency.ts";
import type { Mark } from "./draft.ts";
import type { AnswerValue, Criterion, Rubric } from "./wire.ts";

type Answers = Readonly<Record<string, AnswerValue>>;

const FAULTS = "(?:errors?|faults?|flaws?|defects?|artifacts?|artefacts?)";
const LESSER = "other|further|more|additional|major|serious|severe|critical|obvious|grave|big|large|such";
/** What follows limits the claim to a place or a kind. */
const ELSEWHERE =
  "in|on|at(?! all)|near|around|of|with|within|under|behind|above|below|beside|outside|elsewhere|like|as";
const CLEAN = new RegExp(
  `(?<!not )\\b(?:no|without(?: any)?|free (?:of|from)|zero|not (?:see|find|notice) any) (?!(?:${LESSER})\\b)` +
    `(?:(?!(?:${LESSER})\\b)[a-z-]+ ){0,2}${FAULTS}\\b(?! (?:${ELSEWHERE})\\b)` +
    "|\\bnothing (?:is |looks |seems )?(?:wrong|broken)\\b",
  "i",
);
const LIMITED =
  /\[\[|\b(?:but|except|however|although|though|apart|aside|besides|only|yet|until|unless|if)\b/i;
const FAULT = new RegExp(
  `\\b(?:${FAULTS}|malformed|deformed|garbled|misspelt|misspelled|implausible)\\b`,
  "gi",
);
const NEGATED =
  /(?:\b(?:no|not|never|without|free|nothing|none|neither|nor|hardly|zero|any|if)|n['’]t)[^a-z]+(?:[a-z'’-]+[^a-z]+){0,2}$/i;
/** Characters before a word in which what negates it is looked for. */
const REACH = 60;
const PREFERENCE =
  /\b(?:[Pp]refer (?:image )?([AB])|([AB]) wins|([AB]) (?:is|looks|was) (?:(?:much|clearly|slightly|far|a bit|a little|the|overall) ){0,2}(?:better|stronger|preferable|winner))\b/g;

const claimsNoFault = (text: string): boolean => CLEAN.test(text) && !LIMITED.test(text);

const isNegated = (text: string, start: number): boolean =>
  NEGATED.test(text.slice(Math.max(0, start - REACH), start));

const claimsAFault = (text: string): boolean =>
  [...text.matchAll(FAULT)].some(({ index }) => !isNegated(text, index));

/** What a text contradicts, in words; null where it contradicts nothing. */
export function contradiction(
  rubric: Rubric,
  answers: Answers,
  marks: readonly Pick<Mark, "code">[],
  text: string,
): string | null {
  const fault = marks.findIndex((mark) => isFault(rubric, mark.code));
  const judged = loweredByFaults(rubric).filter(({ id }) => typeof answers[id] === "number");
  const [first] = judged;
  if (claimsNoFault(text)) {
    if (fault >= 0) return `The text says that there is no fault, but mark ${fault + 1} is one`;
    if (first && judged.every((criterion) => isLow(criterion, answers))) {
      return `The text says that there is no fault, but ${first.name} is ${answers[first.id]}`;
    }
  } else if (first && fault < 0 && judged.every((each) => isHighest(each, answers)) && claimsAFault(text)) {
    return `The text names a fault, but there is no mark and ${first.name} is ${answers[first.id]}`;
  }
  return wrongSide(rubric, answers, text);
}

/** The scales that faults of the taxonomy lower; match with the prompt and taste are judged by more. */
function loweredByFaults(rubric: Rubric): readonly Criterion[] {
  const groups = rubric.taxonomy?.groups.filter(({ fault }) => fault ?? true) ?? [];
  const named = new Set(groups.map(({ criterion }) => criterion));
  return rubric.criteria.filter(
    ({ id, type, kind }) =>
      named.has(id) && type === "scale" && kind !== "alignment" && kind !== "aesthetics",
  );
}

const isHighest = ({ id, levels }: Criterion, answers: Answers): boolean =>
  answers[id] === levels?.[0]?.value;

/** In the middle of the scale or below. */
function isLow({ id, levels = [] }: Criterion, answers: Answers): boolean {
  return 2 * levels.findIndex(({ value }) => value === answers[id]) >= levels.length - 1;
}

function wrongSide(rubric: Rubric, answers: Answers, text: string): string | null {
  if (rubric.unit !== "pair") return null;
  const praised = new Set(
    [...text.matchAll(PREFERENCE)]
      .filter(({ index }) => !isNegated(text, index))
      .map((match) => match.slice(1).find(Boolean)),
  );
  const chosen = new Set(
    rubric.criteria
      .filter(({ kind }) => kind === "pair")
      .map(({ id }) => /^([ab])(?:_|$)/.exec(String(answers[id] ?? ""))?.[1]?.toUpperCase())
      .filter(Boolean),
  );
  const [one] = praised;
  const [other] = chosen;
  if (praised.size !== 1 || chosen.size !== 1 || one === other) return null;
  return `The text prefers ${one}, but the answers prefer ${other}`;
}
