/** A judgement in the making: answers, marks and explanation, changed only by making a new one. */

import { follow } from "./asking.ts";
import { gone, renumber } from "./citations.ts";
import { fromGeometry, type Shape, toGeometry } from "./geometry.ts";
import { inOrder } from "./prompt_words.ts";
import type {
  AnswerBody,
  AnswerValue,
  Criterion,
  Proposal,
  Rubric,
  Slot,
  Viewing,
  WireMark,
} from "./wire.ts";

export interface Mark {
  readonly id: string;
  readonly image: Slot;
  readonly shape: Shape;
  readonly code: string | null;
  readonly part: string | null;
  readonly severity: number | null;
  readonly note: string;
  /** Something should be in this place and is not. Drafts kept by an earlier release say nothing of the following. */
  readonly missing?: boolean;
  /** Anchor of the clause that the rater named; else it is that of the code. */
  readonly clause?: string | null;
  /** The mark of the same thing on the other image; that one names this one. */
  readonly pair?: string | null;
}

export interface Draft {
  readonly answers: Readonly<Record<string, AnswerValue>>;
  readonly marks: readonly Mark[];
  readonly explanation: string;
  readonly cannotJudge: { readonly reason: string; readonly note: string } | null;
}

export const EMPTY: Draft = { answers: {}, marks: [], explanation: "", cannotJudge: null };

/** A draft that begins with what technical checks propose. */
export const proposed = (proposals: readonly Proposal[]): Draft => ({
  ...EMPTY,
  answers: Object.fromEntries(proposals.map(({ criterion, answer }) => [criterion, answer])),
});

export const MAXIMUM_MARKS = 200;

/** Whether nothing was added to what technical checks proposed, and none of it changed. */
export const isAsBegun = (draft: Draft, proposals: readonly Proposal[]): boolean =>
  Object.entries(draft.answers).every(([id, value]) =>
    proposals.some(({ criterion, answer }) => criterion === id && answer === value),
  ) &&
  draft.marks.length === 0 &&
  draft.explanation === "" &&
  draft.cannotJudge === null;

/** Whether an answer is a list, in which nothing is an answer too. */
export const isList = ({ type }: Criterion): boolean => type === "ticks" || type === "words";

/** Gives one answer. Ticks and words toggle; so does the answer to a question that may be left open. */
export function answer(draft: Draft, criterion: Criterion, value: number | string): Draft {
  if (isList(criterion)) {
    const toggle = criterion.type === "ticks" ? toggleTick : toggleWord;
    const chosen = toggle(criterion, ticked(draft, criterion.id), String(value));
    return { ...draft, answers: { ...draft.answers, [criterion.id]: chosen } };
  }
  const isOpen = criterion.required === false && (criterion.options || criterion.type === "yes_no");
  if (isOpen && draft.answers[criterion.id] === value) return withdraw(draft, criterion);
  return { ...draft, answers: { ...draft.answers, [criterion.id]: value } };
}

export function withdraw(draft: Draft, criterion: Criterion): Draft {
  const { [criterion.id]: _withdrawn, ...answers } = draft.answers;
  return { ...draft, answers };
}

const toggleWord = (_: Criterion, chosen: readonly string[], name: string): readonly string[] =>
  inOrder(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]);

/** Ticks in the rubric's order, so that the same judgement is the same answer; at most one of a group. */
function toggleTick(criterion: Criterion, chosen: readonly string[], code: string): readonly string[] {
  const options = criterion.options ?? [];
  const group = options.find((option) => option.code === code)?.group;
  return options
    .filter((option) =>
      option.code === code
        ? !chosen.includes(code)
        : chosen.includes(option.code) && !(group && option.group === group),
    )
    .map((option) => option.code);
}

export function ticked(draft: Draft, criterion: string): readonly string[] {
  const value = draft.answers[criterion];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

export function isChosen(draft: Draft, criterion: Criterion, value: number | string): boolean {
  if (isList(criterion)) return ticked(draft, criterion.id).includes(String(value));
  return draft.answers[criterion.id] === value;
}

export const newMark = (id: string, image: Slot, shape: Shape): Mark => ({
  id,
  image,
  shape,
  code: null,
  part: null,
  severity: null,
  note: "",
});

export const addMark = (draft: Draft, mark: Mark): Draft =>
  draft.marks.length >= MAXIMUM_MARKS ? draft : { ...draft, marks: [...draft.marks, mark] };

export const editMark = (draft: Draft, id: string, edit: Partial<Omit<Mark, "id">>): Draft => ({
  ...draft,
  marks: draft.marks.map((mark) => (mark.id === id ? { ...mark, ...edit } : mark)),
});

/** A copy at another place or on another image; what it shows is said anew of a pair, not copied with it. */
export const copyOf = (mark: Mark, id: string, change: Partial<Omit<Mark, "id">>): Mark => ({
  ...mark,
  pair: null,
  ...change,
  id,
});

/** Makes two marks show the same thing, or with null none of them; who was paired with either is on its own again. */
export function pairMarks(draft: Draft, id: string, other: string | null): Draft {
  const freed = (mark: Mark): Mark =>
    mark.pair === id || (other !== null && mark.pair === other) ? { ...mark, pair: null } : mark;
  return {
    ...draft,
    marks: draft.marks.map((mark) => {
      if (mark.id === id) return { ...mark, pair: other };
      return mark.id === other ? { ...mark, pair: id } : freed(mark);
    }),
  };
}

/** Removes a mark; citations of later marks follow their mark, a citation of this one says that it is gone. */
export function removeMark(draft: Draft, id: string): Draft {
  const index = draft.marks.findIndex((mark) => mark.id === id);
  if (index < 0) return draft;
  const number = index + 1;
  return {
    ...draft,
    marks: pairMarks(draft, id, null).marks.filter((mark) => mark.id !== id),
    explanation: renumber(draft.explanation, (cited) =>
      cited === number ? gone : cited > number ? cited - 1 : cited,
    ),
  };
}

export const explain = (draft: Draft, explanation: string): Draft =>
  draft.explanation === explanation ? draft : { ...draft, explanation };

const toWire = (mark: Mark, _index: number, marks: readonly Mark[]): WireMark => ({
  image: mark.image,
  shape: mark.shape.kind,
  geometry: toGeometry(mark.shape),
  code: mark.code ?? "",
  ...(mark.part === null ? {} : { part: mark.part }),
  ...(mark.severity === null ? {} : { severity: mark.severity }),
  note: mark.note.trim(),
  ...(mark.missing ? { missing: true } : {}),
  ...(mark.clause ? { clause: mark.clause } : {}),
  ...(mark.pair ? { pair: marks.findIndex(({ id }) => id === mark.pair) + 1 } : {}),
});

/** The answer as the API takes it: of what is asked. A list that was left alone says "none of these". */
export function toBody(rubric: Rubric, draft: Draft, viewing?: Viewing): AnswerBody {
  const answers: Record<string, AnswerValue> = {};
  if (draft.cannotJudge === null) {
    const followed = follow(rubric, draft.answers);
    for (const criterion of rubric.criteria) {
      const none = isList(criterion) && followed.standing.get(criterion.id) === "asked" ? [] : undefined;
      const value = followed.answers[criterion.id] ?? none;
      if (value !== undefined) answers[criterion.id] = value;
    }
  }
  return {
    answers,
    marks: draft.marks.map(toWire),
    explanation: draft.explanation.trim(),
    cannot_judge: draft.cannotJudge,
    ...(viewing ? { viewing } : {}),
  };
}

export function fromBody(body: AnswerBody, newId: () => string): Draft {
  const ids = body.marks.map(() => newId());
  return {
    answers: body.answers,
    marks: body.marks.map((mark, index) => ({
      id: ids[index] ?? newId(),
      image: mark.image,
      shape: fromGeometry(mark.shape, mark.geometry),
      code: mark.code || null,
      part: mark.part ?? null,
      severity: mark.severity ?? null,
      note: mark.note ?? "",
      ...(mark.missing ? { missing: true } : {}),
      ...(mark.clause ? { clause: mark.clause } : {}),
      ...(mark.pair ? { pair: ids[mark.pair - 1] ?? null } : {}),
    })),
    explanation: body.explanation ?? "",
    cannotJudge: body.cannot_judge,
  };
}
