/** The local shelf: unfinished drafts and unacknowledged answers, in IndexedDB, else in memory. */

import type { KeptDraft } from "../state/bench.ts";
import type { AnswerBody, Assignment, Problem, Question } from "../state/wire.ts";

export interface ShelvedDraft extends KeptDraft {
  /** The assignment or evaluation it belongs to. */
  readonly id: string;
  readonly savedAt: number;
}

export interface Refusal {
  readonly title: string;
  readonly detail: string;
  readonly problems: readonly Problem[];
  readonly status: number;
  readonly lost: boolean;
}

/** Something to be sent until the server has acknowledged it. */
export interface Letter {
  readonly key: string;
  readonly kind: "submission" | "revision" | "skip" | "question";
  /** Assignment or evaluation; a question has a target of its own, for its item is not done with it. */
  readonly target: string;
  readonly item: string;
  /** What was answered, so that a refused answer can be laid on the desk again. */
  readonly assignment: Assignment | null;
  /** Whose it is: letters are only ever sent for the same person and project. */
  readonly owner: string;
  readonly body:
    | AnswerBody
    | { readonly answer: AnswerBody; readonly reason: string }
    | SkipBody
    | QuestionBody;
  /** The draft as it stood. */
  readonly kept: KeptDraft | null;
  readonly thumbnail: string;
  readonly writtenAt: number;
  readonly refusal: Refusal | null;
}

export interface SkipBody {
  readonly reason: string;
  readonly note: string;
}

export interface QuestionBody {
  readonly assignment: string;
  readonly question: Question;
}

export interface Shelf {
  /** False where the browser keeps nothing: then a reload loses what was not sent. */
  readonly lasting: boolean;
  draft(id: string): Promise<ShelvedDraft | undefined>;
  keepDraft(draft: ShelvedDraft): Promise<void>;
  dropDraft(id: string): Promise<void>;
  letters(owner: string): Promise<Letter[]>;
  /** Keeps a letter and drops the draft it was made of, both or neither. */
  keepLetter(letter: Letter): Promise<void>;
  dropLetter(key: string): Promise<void>;
  dropDraftsBefore(time: number): Promise<void>;
}

const DRAFTS = "drafts";
const LETTERS = "letters";

const inWriting = (letters: Letter[], owner: string): Letter[] =>
  letters.filter((letter) => letter.owner === owner).sort((a, b) => a.writtenAt - b.writtenAt);

export function memoryShelf(): Shelf {
  const drafts = new Map<string, ShelvedDraft>();
  const letters = new Map<string, Letter>();
  return {
    lasting: false,
    draft: async (id) => drafts.get(id),
    keepDraft: async (draft) => void drafts.set(draft.id, draft),
    dropDraft: async (id) => void drafts.delete(id),
    letters: async (owner) => inWriting([...letters.values()], owner),
    keepLetter: async (letter) => {
      letters.set(letter.key, letter);
      drafts.delete(letter.target);
    },
    dropLetter: async (key) => void letters.delete(key),
    dropDraftsBefore: async (time) => {
      for (const draft of drafts.values()) if (draft.savedAt < time) drafts.delete(draft.id);
    },
  };
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function openDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open("rubrica-workbench", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(DRAFTS, { keyPath: "id" });
    request.result.createObjectStore(LETTERS, { keyPath: "key" });
  };
  return done(request);
}

function databaseShelf(database: IDBDatabase): Shelf {
  const run = <T>(
    mode: IDBTransactionMode,
    work: (drafts: IDBObjectStore, letters: IDBObjectStore) => IDBRequest<T> | undefined,
  ): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction([DRAFTS, LETTERS], mode, { durability: "strict" });
      const request = work(transaction.objectStore(DRAFTS), transaction.objectStore(LETTERS));
      // Without waiting for answers: a page that is being left gets none any more.
      if (mode === "readwrite") transaction.commit();
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  const write = async (work: (drafts: IDBObjectStore, letters: IDBObjectStore) => void): Promise<void> => {
    await run("readwrite", (drafts, letters) => {
      work(drafts, letters);
      return undefined;
    });
  };

  return {
    lasting: true,
    draft: (id) => run<ShelvedDraft>("readonly", (drafts) => drafts.get(id)),
    keepDraft: (draft) => write((drafts) => drafts.put(draft)),
    dropDraft: (id) => write((drafts) => drafts.delete(id)),
    letters: async (owner) =>
      inWriting((await run<Letter[]>("readonly", (_drafts, letters) => letters.getAll())) ?? [], owner),
    keepLetter: (letter) =>
      write((drafts, letters) => {
        letters.put(letter);
        drafts.delete(letter.target);
      }),
    dropLetter: (key) => write((_drafts, letters) => letters.delete(key)),
    async dropDraftsBefore(time) {
      const all = await run<ShelvedDraft[]>("readonly", (drafts) => drafts.getAll());
      const stale = (all ?? []).filter((draft) => draft.savedAt < time);
      await write((drafts) => {
        for (const { id } of stale) drafts.delete(id);
      });
    },
  };
}

export async function openShelf(factory: IDBFactory | undefined): Promise<Shelf> {
  try {
    return factory ? databaseShelf(await openDatabase(factory)) : memoryShelf();
  } catch {
    // Private windows and full disks refuse a database; the work goes on, and the page says what that means.
    return memoryShelf();
  }
}
