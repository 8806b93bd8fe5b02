/** Everything the workbench shows, in one value. */

import { type Action, Keymap } from "../keymap.ts";
import { type Advice, forNextItem as adviceForNextItem, NO_ADVICE } from "./advice.ts";
import { follow } from "./asking.ts";
import { DIAMETER } from "./brush.ts";
import { answer, type Draft, EMPTY, isAsBegun, isList, proposed } from "./draft.ts";
import type { Drawing, Tool } from "./drawing.ts";
import type { XY } from "./geometry.ts";
import { begin, change, type History } from "./history.ts";
import { forNextItem, type Lens, SIDE_BY_SIDE } from "./lens.ts";
import { type Attention, act, UNSEEN } from "./viewing.ts";
import type {
  Assignment,
  CaseKind,
  Criterion,
  PastEvaluation,
  Picture,
  Precedent,
  Problem,
  Progress,
  Proposal,
  Slot,
  WorkbenchSetup,
} from "./wire.ts";

export type Phase =
  | "loading"
  | "working"
  /** The answer is on its way and no further item is held. */
  | "waiting"
  | "empty"
  /** Another tab works on this project. */
  | "elsewhere"
  /** The hour's limit of evaluations is reached. */
  | "limited"
  /** The guideline has changed so much that new work waits until it is read. */
  | "changed"
  /** A test was not passed: other work waits for the next one. */
  | "tested"
  /** The engagement is paused, or a hearing is going on: no new work is given. */
  | "engagement_paused"
  /** Of a screening nothing is left to judge here. */
  | "screened"
  | "paused"
  | "closed"
  | "unstarted"
  | "expired"
  | "failed";

/** What lies on the desk: an item to judge, or an own earlier evaluation to look at or revise. */
export interface Desk {
  readonly kind: "assignment" | "past";
  readonly id: string;
  readonly item: string;
  readonly prompt: string | null;
  readonly images: readonly Picture[];
  readonly editable: boolean;
  /** Whether it belongs to a test or calibration, and counts apart. */
  readonly isTest?: boolean;
  /** Idempotency key of the answer that is being written; made before anything is sent. */
  readonly key: string;
  readonly history: History<Draft>;
  readonly attention: Attention;
  /** Local milliseconds since the epoch; null when nothing can run out. */
  readonly leasedUntil: number | null;
  readonly leasedAt: number | null;
  readonly guidelineVersion: number;
  /** What technical checks proposed; the draft began with it. */
  readonly proposals: readonly Proposal[];
  /** Why an earlier evaluation is revised. */
  readonly reason: string;
}

export interface Saves {
  /** "unknown" until it is read what an earlier visit left unsent. */
  readonly state: "unknown" | "saved" | "saving" | "offline" | "expired";
  readonly waiting: number;
  /** Something that was written, or waits, is on this page only. */
  readonly unkept: boolean;
}

export interface Notice {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly problems: readonly Problem[];
  /** What the person can do about it, beside closing the message. */
  readonly remedy: "correct" | "log-in" | "read" | "revise" | "none";
}

/** What is being typed for the error of a mark, and which suggestion is lit. */
export interface Typing {
  readonly mark: string;
  readonly query: string;
  readonly lit: number;
}

/** The list of keys while one is being changed. */
export interface Rebinding {
  /** The action whose new key is waited for. */
  readonly action: Action | null;
  /** What came of the last change, or why there was none. */
  readonly says: string;
  /** The keys before the last change, to go back to. */
  readonly before: Keymap | null;
}

/** A question that is being written; what was typed stays until it is sent or the item is done. */
export interface Asking {
  readonly kind: CaseKind | null;
  readonly question: string;
  readonly answer: string;
  /** The clause chosen; null is that of what is in focus. */
  readonly clause: string | null;
  /** The place chosen: the id of a mark, or an image; null is the selected mark. */
  readonly place: string | null;
}

export const NOT_ASKING: Asking = { kind: null, question: "", answer: "", clause: null, place: null };

/** Rulings that help with the item on the desk; null before the first answer, so that none decides in its place. */
export interface Precedents {
  readonly found: readonly Precedent[];
  /** Whether the item looks like that of no ruling in force. */
  readonly unlike: boolean;
  /** Words that were looked for. */
  readonly words: string;
  readonly failed: boolean;
}

export const NOT_REBINDING: Rebinding = { action: null, says: "", before: null };

export type DialogName = "keys" | "skip" | "cannot-judge" | "keep" | "question";
export type Surround = "light" | "mid" | "dark";

export interface Bench {
  readonly phase: Phase;
  readonly setup: WorkbenchSetup | null;
  readonly progress: Progress;
  /** What was done here today: evaluations, and milliseconds at work. */
  readonly today: { readonly evaluations: number; readonly active: number };
  /** When work is given again, in local milliseconds; null where no limit was reached. */
  readonly againAt: number | null;
  readonly desk: Desk | null;
  /** The item set aside while an earlier evaluation is looked at. */
  readonly resting: Desk | null;
  readonly held: readonly Assignment[];
  readonly saves: Saves;
  readonly notices: readonly Notice[];
  readonly past: readonly PastEvaluation[];
  readonly tool: Tool;
  readonly drawing: Drawing | null;
  /** The cross-hair of keyboard drawing. */
  readonly cursor: { readonly image: Slot; readonly at: XY } | null;
  readonly selectedMark: string | null;
  /** The handle of the selected mark that the arrow keys move; null moves the whole mark. */
  readonly handle: number | null;
  readonly typing: Typing | null;
  /** The mark that a pointer or the focus is on, in the list or on an image: it is lit in both. */
  readonly litMark: string | null;
  /** Diameter of the brush as a share of the image's height. */
  readonly brush: number;
  readonly criterion: string | null;
  readonly showMissing: boolean;
  readonly guideline: { readonly anchor: string | null } | null;
  readonly dialog: DialogName | null;
  readonly asking: Asking;
  readonly precedents: Precedents | null;
  readonly surround: Surround;
  readonly lens: Lens;
  /** The next item opens at the same place, zoom and way of comparing. */
  readonly keepView: boolean;
  readonly singleKeys: boolean;
  readonly keys: Keymap;
  readonly rebinding: Rebinding;
  /** Hints on the explanation. */
  readonly advice: Advice;
  readonly said: string;
  /** What was just refused, and why: shown on the image until the next press or key. */
  readonly told: string;
  readonly failure: string;
}

export const START: Bench = {
  phase: "loading",
  setup: null,
  progress: { done: 0, remaining: 0 },
  today: { evaluations: 0, active: 0 },
  againAt: null,
  desk: null,
  resting: null,
  held: [],
  saves: { state: "unknown", waiting: 0, unkept: false },
  notices: [],
  past: [],
  tool: "pan",
  drawing: null,
  cursor: null,
  selectedMark: null,
  handle: null,
  typing: null,
  litMark: null,
  brush: DIAMETER.first,
  criterion: null,
  showMissing: false,
  guideline: null,
  dialog: null,
  asking: NOT_ASKING,
  precedents: null,
  surround: "mid",
  lens: SIDE_BY_SIDE,
  keepView: false,
  singleKeys: true,
  keys: new Keymap(),
  rebinding: NOT_REBINDING,
  advice: NO_ADVICE,
  said: "",
  told: "",
  failure: "",
};

/** What is kept of an unfinished judgement across reloads. */
export interface KeptDraft {
  readonly key: string;
  readonly draft: Draft;
  readonly attention: Attention;
  /** A shape that was begun. */
  readonly drawing?: Drawing | null;
  /** Of a revision. */
  readonly reason?: string;
}

export function deskFor(
  assignment: Assignment,
  kept: KeptDraft | undefined,
  newKey: () => string,
  now: number,
  leasedUntil: number,
): Desk {
  const proposals = assignment.proposals ?? [];
  return {
    kind: "assignment",
    id: assignment.id,
    item: assignment.item,
    prompt: assignment.prompt,
    images: assignment.images,
    editable: true,
    isTest: assignment.is_test ?? false,
    key: kept?.key ?? newKey(),
    history: begin(kept?.draft ?? proposed(proposals)),
    attention: kept ? { ...kept.attention, since: null } : UNSEEN,
    leasedUntil,
    leasedAt: now,
    guidelineVersion: assignment.guideline_version,
    proposals,
    reason: "",
  };
}

/** The assignment behind a desk, to be held again. */
export const assignmentOf = (desk: Desk, skew: number): Assignment => ({
  id: desk.id,
  item: desk.item,
  prompt: desk.prompt,
  images: desk.images,
  guideline_version: desk.guidelineVersion,
  proposals: desk.proposals,
  leased_until: new Date((desk.leasedUntil ?? 0) + skew).toISOString(),
});

/** An earlier evaluation as it was sent, and over that, as a change to be undone, what its revision has come to. */
export function deskForPast(
  past: PastEvaluation,
  sent: Draft,
  kept: KeptDraft | undefined,
  newKey: () => string,
  version: number,
): Desk {
  const history = begin(sent);
  return {
    kind: "past",
    id: past.id,
    item: past.item,
    prompt: past.prompt,
    images: past.images,
    editable: past.revisable,
    key: kept?.key ?? newKey(),
    history: kept ? change(history, kept.draft) : history,
    attention: kept ? { ...kept.attention, since: null } : UNSEEN,
    leasedUntil: null,
    leasedAt: null,
    guidelineVersion: version,
    proposals: [],
    reason: kept?.reason ?? "",
  };
}

/** The bench with a new thing on the desk and nothing left over from the last. */
export const lay = (bench: Bench, desk: Desk | null): Bench => ({
  ...bench,
  desk,
  phase: desk ? "working" : bench.phase,
  lens: lensFor(bench, desk),
  tool: "pan",
  drawing: null,
  cursor: null,
  selectedMark: null,
  handle: null,
  typing: null,
  litMark: null,
  told: "",
  advice: adviceForNextItem(bench.advice),
  criterion: desk ? firstOpen(bench, desk) : null,
  showMissing: false,
  asking: NOT_ASKING,
  precedents: null,
});

function lensFor({ lens, keepView }: Bench, desk: Desk | null): Lens {
  const next = forNextItem(lens, keepView);
  const over = desk?.images[1]?.slot;
  // One image cannot be compared.
  return over ? { ...next, over } : { ...next, mode: "side" };
}

function askedCriteria({ setup }: Bench, answers: Draft["answers"]): readonly Criterion[] {
  if (!setup) return [];
  const { standing } = follow(setup.rubric, answers);
  return setup.rubric.criteria.filter(({ id }) => standing.get(id) === "asked");
}

function firstOpen(bench: Bench, desk: Desk): string | null {
  const { answers } = desk.history.present;
  const asked = askedCriteria(bench, answers);
  return (asked.find(({ id }) => answers[id] === undefined) ?? asked[0])?.id ?? null;
}

export const draftOf = (bench: Bench): Draft => bench.desk?.history.present ?? EMPTY;

/** Edits the draft on the desk; edits of the same tag in a row are undone together. */
export function edit(bench: Bench, to: (draft: Draft) => Draft, tag: string | null = null): Bench {
  const { desk } = bench;
  if (!desk?.editable) return bench;
  const history = change(desk.history, to(desk.history.present), tag);
  if (history === desk.history) return bench;
  return { ...bench, desk: { ...desk, history, attention: act(desk.attention) } };
}

export const criterionNamed = (bench: Bench, id: string | null): Criterion | undefined =>
  bench.setup?.rubric.criteria.find((criterion) => criterion.id === id);

/** Answers a criterion and moves on to the next that is asked; lists stay, for there may be several. */
export function give(bench: Bench, criterion: Criterion, value: number | string, moveOn: boolean): Bench {
  const answered = edit(bench, (draft) => answer(draft, criterion, value));
  const stays = !moveOn || isList(criterion);
  return { ...answered, criterion: stays ? criterion.id : criterionAfter(answered, criterion.id) };
}

/** The next criterion that is asked, or this one where it is the last. */
export function criterionAfter(bench: Bench, id: string): string {
  const asked = askedCriteria(bench, draftOf(bench).answers);
  return asked[asked.findIndex((criterion) => criterion.id === id) + 1]?.id ?? id;
}

/** Whether nothing but the way of the hand over an image differs: no panel shows that. */
export function onlyHandMoved(before: Bench | null, now: Bench): boolean {
  if (!before?.drawing || !now.drawing || now.drawing.placed.length < before.drawing.placed.length)
    return false;
  const { drawing: _drawing, cursor: _cursor, ...rest } = now;
  // A corner that was put down is to be kept; the way of a brush is, once it is a stroke.
  if (now.drawing.tool !== "brush" && now.drawing.placed !== before.drawing.placed) return false;
  return Object.entries(rest).every(([key, value]) => before[key as keyof Bench] === value);
}

/** Says something to the ear and to the eye alike. */
export const tell = (bench: Bench, words: string): Bench => ({ ...bench, said: words, told: words });

/** A shape that was begun before a reload is in hand again. */
export const takeUp = (bench: Bench, drawing: Drawing | null | undefined): Bench =>
  drawing ? { ...bench, tool: drawing.tool, drawing } : bench;

export function hasWork(desk: Desk | null): boolean {
  if (!desk) return false;
  if (desk.kind === "past") return desk.editable && (desk.history.past.length > 0 || desk.reason !== "");
  return !isAsBegun(desk.history.present, desk.proposals);
}

export const giveReason = (bench: Bench, reason: string): Bench =>
  bench.desk ? { ...bench, desk: { ...bench.desk, reason } } : bench;
