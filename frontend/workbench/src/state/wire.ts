/** The shapes that cross the wire: what the Work API answers and what it is sent. */

/** A set has up to nine images. */
export type Slot = "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i";
export type CriterionType =
  | "scale"
  | "choice"
  | "ticks"
  | "yes_no"
  | "count"
  | "words"
  | "ranking"
  | "best_worst"
  | "text"
  | "decision";
export type ShapeName = "point" | "box" | "polygon" | "brush" | "whole";

export interface Level {
  readonly value: number;
  readonly label: string;
  readonly anchor?: string | null;
  /** Keys of items that show what the level means. */
  readonly examples?: readonly string[];
}

export interface Option {
  readonly code: string;
  readonly label: string;
  readonly anchor?: string | null;
  /** Ticks of one group exclude each other ("noise, minor" and "noise, major"). */
  readonly group?: string | null;
  readonly examples?: readonly string[];
}

/** One row of a decision table: when all its conditions hold, the result is this option. */
export interface Rule {
  readonly if: readonly Condition[];
  readonly then: string;
}

export interface Criterion {
  readonly id: string;
  readonly name: string;
  readonly question?: string | null;
  /** What is asked for: "quality", "pair" … */
  readonly kind?: string;
  readonly type: CriterionType;
  readonly clause?: string | null;
  readonly required?: boolean;
  readonly levels?: readonly Level[];
  readonly options?: readonly Option[];
  readonly section?: string | null;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly max_characters?: number;
  readonly when?: readonly Condition[];
  readonly parents?: readonly string[];
  readonly rules?: readonly Rule[];
  readonly otherwise?: string | null;
}

export interface ErrorType {
  readonly code: string;
  readonly name: string;
  readonly anchor?: string | null;
}

export interface ErrorGroup {
  readonly code: string;
  readonly name: string;
  readonly parts?: readonly string[];
  readonly errors: readonly ErrorType[];
  /** Whether its errors are faults, which carry a severity. */
  readonly fault?: boolean;
  readonly clause?: string | null;
  readonly criterion?: string | null;
}

export interface Reason {
  readonly code: string;
  readonly label: string;
}

export interface Severity {
  readonly value: number;
  readonly name: string;
  readonly anchor?: string | null;
}

/** One rule of "required when": every key it names must hold. */
export interface Condition {
  readonly criterion?: string | null;
  readonly at_most?: number | null;
  readonly at_least?: number | null;
  readonly any_of?: readonly string[] | null;
  readonly severity_at_least?: number | null;
}

export interface Rubric {
  readonly key: string;
  readonly name: string;
  readonly unit: "single" | "pair" | "before_after" | "set";
  /** Of a set: how many images an item has. */
  readonly images?: number;
  readonly prompt: "shown" | "hidden" | "none";
  readonly criteria: readonly Criterion[];
  readonly taxonomy?: { readonly version: number; readonly groups: readonly ErrorGroup[] } | null;
  readonly severities?: readonly Severity[] | null;
  readonly marks?: {
    readonly shapes: readonly ShapeName[];
    readonly required_when?: readonly Condition[] | null;
  } | null;
  readonly explanation?: {
    readonly label?: string | null;
    readonly max_characters?: number | null;
    readonly required_when?: readonly Condition[] | null;
    readonly cite_mark?: boolean | null;
  } | null;
  readonly cannot_judge?: readonly Reason[] | null;
}

export interface Tiles {
  readonly url: string;
  readonly tile_size: number;
  readonly overlap: number;
  readonly format: string;
}

export interface Picture {
  readonly slot: Slot;
  readonly width: number;
  readonly height: number;
  readonly view_url: string;
  readonly thumbnail_url: string;
  readonly tiles: Tiles | null;
}

/** What a technical check proposes, for the rater to confirm or to change. */
export interface Proposal {
  readonly criterion: string;
  readonly answer: number | string;
  readonly because: string;
}

export interface Assignment {
  readonly id: string;
  readonly item: string;
  readonly leased_until: string;
  readonly guideline_version: number;
  readonly prompt: string | null;
  readonly images: readonly Picture[];
  readonly proposals?: readonly Proposal[];
  /** Whether it is for practice, or belongs to a test or calibration. */
  readonly is_test?: boolean;
}

export interface Progress {
  readonly done: number;
  readonly remaining: number;
}

export type TakeReason =
  | "offered"
  | "queue_empty"
  | "project_paused"
  | "project_closed"
  | "project_not_started"
  | "hourly_limit"
  | "guideline_changed"
  | "test_failed"
  | "engagement_paused"
  | "screened";

export interface Taken {
  readonly assignments: readonly Assignment[];
  readonly reason: TakeReason;
  readonly progress: Progress;
  /** Where the hourly limit is reached: when work is given again. */
  readonly again_at?: string | null;
}

export interface Receipt {
  readonly evaluation: string;
  readonly submitted_at: string;
  readonly body_sha256: string;
  readonly replayed: boolean;
}

/** What was right of an item that was for practice, in words. */
export interface Feedback {
  readonly right: number;
  readonly asked: number;
  readonly missed: readonly { readonly criterion: string; readonly given: string; readonly right: string }[];
  readonly note: string;
}

export interface Submitted extends Taken {
  readonly receipt: Receipt;
  readonly feedback?: Feedback | null;
}

export interface Clause {
  readonly anchor: string;
  readonly title: string;
}

export interface Guideline {
  readonly version: number;
  readonly content_hash: string;
  readonly html: string;
  readonly clauses: readonly Clause[];
}

/** How a person works: kept with the account. */
export interface WirePreferences {
  readonly surround: string;
  readonly single_keys: boolean;
  readonly keep_view: boolean;
  readonly grayscale: boolean;
  /** Own keys by action, where they differ from the list. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

/** What changed in the guideline since the rater last read it. */
export interface Unread {
  readonly known: number;
  readonly version: number;
  readonly change_class: "clarification" | "breaking";
  readonly summary: string;
  readonly blocks: boolean;
}

/** An item with the right answer to a question, a tempting wrong one, and why. */
export interface WorkedExample {
  readonly criterion: string;
  /** The clause that it stands beside. */
  readonly clause: string | null;
  readonly item: string;
  /** Thumbnails, in the order of the slots. */
  readonly images: readonly string[];
  readonly right: number | string;
  readonly right_in_words: string;
  readonly wrong: number | string;
  readonly wrong_in_words: string;
  readonly why: string;
}

export interface WorkbenchSetup {
  readonly project: { readonly slug: string; readonly name: string; readonly is_sensitive?: boolean };
  readonly rater: { readonly name: string };
  readonly guideline: Guideline;
  readonly rubric: Rubric;
  readonly limits: { readonly hold: number };
  /** Thumbnails of the items that the rubric names as examples, by key. */
  readonly examples?: Readonly<Record<string, string>>;
  /** Those whose items come to the rater no more. */
  readonly worked_examples?: readonly WorkedExample[];
  readonly progress: Progress;
  /** What the person did here today. */
  readonly today?: { readonly evaluations: number; readonly active_ms: number };
  /** Null where everything is read. */
  readonly unread?: Unread | null;
  /** Null until the person has chosen anything. */
  readonly preferences?: WirePreferences | null;
}

export type Coordinates = readonly [number, number];

export type Geometry =
  | { readonly x: number; readonly y: number }
  | { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  | { readonly points: readonly Coordinates[] }
  | {
      readonly width: number;
      readonly height: number;
      readonly strokes: readonly (readonly Coordinates[])[];
    }
  | Record<string, never>;

export interface WireMark {
  readonly image: Slot;
  readonly shape: ShapeName;
  readonly geometry: Geometry;
  readonly code: string;
  readonly part?: string | null;
  readonly severity?: number | null;
  readonly note: string;
  /** Something should be in this place and is not. */
  readonly missing?: boolean;
  /** Anchor of the clause that the mark rests on. */
  readonly clause?: string | null;
  /** Number, from 1, of the mark of the same thing on the other image. */
  readonly pair?: number | null;
}

export type AnswerValue = number | string | readonly string[];

export interface Viewing {
  readonly device_pixel_ratio: number;
  readonly viewport_width: number;
  readonly viewport_height: number;
  readonly maximum_zoom: number;
  readonly active_ms: number;
  readonly first_action_ms?: number;
  readonly wipe_ms?: number;
  readonly blink_ms?: number;
  readonly difference_ms?: number;
  readonly onion_ms?: number;
  readonly unlocked_ms?: number;
  readonly loupe_ms?: number;
  readonly adjusted_ms?: number;
  readonly revealed_ms?: number;
  readonly grayscale_ms?: number;
  readonly maximum_amplification?: number;
  readonly brightness?: number;
  readonly contrast?: number;
  readonly gamma?: number;
  readonly channels?: readonly string[];
}

/** A question that was asked before sending, and answered with "keep". */
export interface Kept {
  readonly rule: "top_score_grave_mark" | "lowest_score_no_evidence";
  readonly criterion: string;
  /** Number of the mark it was about, counted from 1. */
  readonly mark: number | null;
}

/** One thing to look at in an explanation; places are in code points. */
export interface Finding {
  readonly code: string;
  readonly blocks: boolean;
  readonly message: string;
  readonly spans: readonly (readonly [number, number])[];
  readonly suggestion: string | null;
}

export interface CheckedExplanation {
  readonly findings: readonly Finding[];
  readonly language: "checked" | "not_english" | "busy" | "off";
}

export interface AnswerBody {
  readonly answers: Readonly<Record<string, AnswerValue>>;
  readonly marks: readonly WireMark[];
  readonly explanation: string;
  readonly cannot_judge: { readonly reason: string; readonly note: string } | null;
  readonly viewing?: Viewing;
  readonly kept?: readonly Kept[];
}

export type CaseKind =
  | "ambiguous_rule"
  | "gap"
  | "conflict"
  | "novel_pattern"
  | "bad_item"
  | "needs_expertise";

/** What the rules do not decide, as it is sent. */
export interface Question {
  readonly kind: CaseKind;
  readonly question: string;
  /** What the rater does meanwhile; hidden from those who vote. */
  readonly answer: string;
  readonly clause: string | null;
  readonly criterion: string | null;
  readonly code: string | null;
  readonly region: Pick<WireMark, "image" | "shape" | "geometry">;
}

/** A ruling in force that helps with the item at hand. */
export interface Precedent {
  readonly number: number;
  readonly question: string;
  readonly decision: string;
  readonly rationale: string;
  readonly clause: string;
  readonly criterion: string;
  readonly code: string;
  readonly decided_at: string;
  readonly raised_by: string;
  readonly thumbnail_url: string | null;
  /** In what its case is like the item at hand, the strongest first. */
  readonly alike: readonly string[];
}

export interface FoundPrecedents {
  readonly precedents: readonly Precedent[];
  /** Whether the item looks like that of no ruling in force. */
  readonly unlike: boolean;
}

export interface PastEvaluation {
  readonly id: string;
  readonly item: string;
  readonly submitted_at: string;
  readonly thumbnail_url: string;
  readonly revisable: boolean;
  readonly guideline_version?: number;
  readonly prompt: string | null;
  readonly images: readonly Picture[];
  readonly answer: AnswerBody;
}

export interface Problem {
  readonly field: string;
  readonly problem: string;
  readonly allowed: string;
}
