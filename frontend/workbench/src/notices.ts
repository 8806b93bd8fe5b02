/** Messages that stay until somebody has read them: what happened, what was kept, what to do. */

import type { Bench, Notice } from "./state/bench.ts";
import type { Feedback, Unread } from "./state/wire.ts";
import type { Letter, QuestionBody } from "./transport/shelf.ts";

const REVISION = "revision-";

const plain = (id: string, title: string, detail: string, remedy: Notice["remedy"] = "none"): Notice => ({
  id,
  title,
  detail,
  problems: [],
  remedy,
});

export const SESSION_ENDED = plain(
  "session",
  "Your session has ended",
  "Everything you wrote is kept in this browser and is sent once you have logged in again.",
  "log-in",
);

export const NOTHING_IS_KEPT = plain(
  "shelf",
  "This browser keeps no drafts",
  "Private browsing or a full disk: submit before you close or reload this page.",
);

export const STORAGE_IS_FULL = plain(
  "shelf",
  "This browser's storage is full",
  "What you wrote is on this page only. Free some space on the disk, or submit before you close or reload this page.",
);

/** Below this, in CSS pixels, a fitted image hides what a desk's screen shows. */
const SMALL = { width: 800, height: 480 };

/** What is to be said of the screen before anything is judged on it; null where nothing is. */
export function poorView({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): Notice | null {
  if (width >= SMALL.width && height >= SMALL.height) return null;
  return plain(
    "view",
    "This window is small",
    `It has ${width} × ${height} pixels. Faults that a larger one shows may not be seen here: zoom to 1:1 before you judge detail. The size is recorded with each evaluation.`,
  );
}

export const isFull = (error: unknown): boolean =>
  error instanceof DOMException && error.name === "QuotaExceededError";

export const leaseOver = (id: string, item: string, detail: string): Notice =>
  plain(`lease-${id}`, `The time for item ${item} is over`, detail);

export const unfinishedRevision = (id: string, item: string): Notice =>
  plain(`${REVISION}${id}`, `A revision of ${item} is unfinished`, "It is kept in this browser.", "revise");

/** The evaluation that a message of an unfinished revision is about. */
export const revisionOf = (notice: string): string => notice.slice(REVISION.length);

export const rulesChanged = ({ version, summary, blocks }: Unread): Notice =>
  plain(
    "news",
    `The guideline has changed: version ${version}`,
    blocks ? `${summary} New work is given once you have read what changed.` : summary,
    "read",
  );

export const otherRules = (version: number): Notice =>
  plain(
    "guideline",
    `Guideline version ${version} applies to this item`,
    "The rules differ from those of your last item. Open the guideline to read them beside the work.",
  );

/** One message for all of practice: that of the next item takes the place of the last. */
export function practised(item: string, { right, asked, missed, note }: Feedback): Notice {
  const lines = missed.map(
    ({ criterion, given, right: wanted }) => `${criterion}: you said ${given}, right is ${wanted}.`,
  );
  return plain(
    "practice",
    `Practice, ${item}: ${right} of ${asked} right`,
    [...lines, note].filter(Boolean).join(" ") || "Nothing was missed.",
  );
}

/** Another answer may be taken: the answer was at fault, not the moment. */
const MENDABLE = new Set([400, 413, 422]);

export function refused(letter: Letter): Notice {
  const { key, item, kind, refusal } = letter;
  if (kind === "question") return unasked(letter);
  const mendable = kind !== "skip" && MENDABLE.has(refusal?.status ?? 0);
  return {
    id: key,
    title: refusal?.lost ? `Time ran out on item ${item}` : `Item ${item} was not accepted`,
    detail: [refusal?.title, refusal?.detail].filter(Boolean).join(": "),
    problems: refusal?.problems ?? [],
    remedy: mendable ? "correct" : "none",
  };
}

/** What was asked stands in the message: it is nowhere else any more. */
const unasked = ({ key, item, body, refusal }: Letter): Notice => ({
  id: key,
  title: `Your question on ${item} was not taken`,
  detail: `${[refusal?.title, refusal?.detail].filter(Boolean).join(": ")} You asked: “${(body as QuestionBody).question.question}”`,
  problems: refusal?.problems ?? [],
  remedy: "none",
});

export const withNotice = (bench: Bench, notice: Notice): Bench => ({
  ...bench,
  notices: [...bench.notices.filter(({ id }) => id !== notice.id), notice],
});

export const withoutNotice = (bench: Bench, id: string): Bench =>
  bench.notices.some((notice) => notice.id === id)
    ? { ...bench, notices: bench.notices.filter((notice) => notice.id !== id) }
    : bench;
