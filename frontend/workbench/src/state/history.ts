/** Undo and redo over any value. */

export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** Changes in a row that carry the same tag (one drag, one stretch of typing) are undone as one. */
  readonly tag: string | null;
}

const DEPTH = 200;

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [], tag: null });

export function change<T>(history: History<T>, next: T, tag: string | null = null): History<T> {
  if (next === history.present) return history;
  const continues = tag !== null && tag === history.tag;
  return {
    past: continues ? history.past : [...history.past, history.present].slice(-DEPTH),
    present: next,
    future: [],
    tag,
  };
}

/** Ends the current stretch, so that the next change is undone on its own. */
export const settle = <T>(history: History<T>): History<T> =>
  history.tag === null ? history : { ...history, tag: null };

export function undo<T>(history: History<T>): History<T> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present,
    future: [history.present, ...history.future],
    tag: null,
  };
}

export function redo<T>(history: History<T>): History<T> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, tag: null };
}
