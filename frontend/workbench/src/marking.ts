/** What can be done with marks from panel and keyboard, and where the focus goes after it. */

import * as actions from "./actions.ts";
import type { Focus } from "./focus.ts";
import { type Bench, draftOf, edit } from "./state/bench.ts";
import { editMark, type Mark, pairMarks } from "./state/draft.ts";
import { boundsOf } from "./state/geometry.ts";
import type { Store } from "./state/store.ts";
import { type Match, markName } from "./state/taxonomy.ts";
import type { Stage } from "./viewer/stage.ts";

export class Marking {
  constructor(
    private readonly store: Store<Bench>,
    private readonly stage: () => Stage,
    private readonly focus: Focus,
    private readonly newId: () => string,
  ) {}

  #mark(id: string | null): Mark | undefined {
    return draftOf(this.store.get()).marks.find((mark) => mark.id === id);
  }

  change(id: string, change: Partial<Omit<Mark, "id">>, tag: string | null = null): void {
    this.store.set((bench) => edit(bench, (draft) => editMark(draft, id, change), tag));
  }

  chooseError(id: string, { entry, part }: Match): void {
    const before = this.#mark(id);
    const kept = before?.part && entry.parts.includes(before.part) ? before.part : null;
    this.store.set({ typing: null });
    this.change(id, { code: entry.code, part: part ?? kept });
    if (before?.severity === null && entry.fault) this.focus.field("severity");
    else this.focus.mark(id);
  }

  /** A digit among the severities; then the row has the focus, and every key acts again. */
  giveSeverity(severity: number): boolean {
    const { selectedMark, setup } = this.store.get();
    if (!selectedMark || !setup?.rubric.severities?.some(({ value }) => value === severity)) return false;
    this.change(selectedMark, { severity });
    this.focus.mark(selectedMark);
    return true;
  }

  select(id: string | null): void {
    this.store.set((bench) => actions.select(bench, id));
    this.reveal(id);
  }

  reveal(id: string | null): void {
    const mark = this.#mark(id);
    if (!mark || mark.shape.kind === "whole") return;
    const { left, top, right, bottom } = boundsOf(mark.shape);
    this.stage().reveal(mark.image, { x: (left + right) / 2, y: (top + bottom) / 2 });
  }

  remove(id: string): void {
    this.store.set((bench) => actions.remove(bench, id));
    const left = this.store.get().selectedMark;
    if (left) this.focus.mark(left);
    else this.stage().focus();
  }

  /** Into the fields of the selected mark. */
  open(): void {
    this.focus.field(this.store.get().setup?.rubric.taxonomy ? "code" : "severity");
  }

  /** A mark was just made: on to saying what it is. Without a taxonomy it says enough by where it is. */
  describe(): void {
    const { setup, selectedMark } = this.store.get();
    if (setup?.rubric.taxonomy && selectedMark) this.focus.field("code");
  }

  /** Into the note of the selected mark. */
  say(): boolean {
    const { selectedMark, desk } = this.store.get();
    if (!selectedMark || !desk?.editable) return false;
    this.focus.on("mark-note");
    return true;
  }

  duplicate(): boolean {
    if (!this.store.get().selectedMark) return false;
    this.#moveOn((bench) => actions.duplicate(bench, this.newId()), "Copied: arrow keys move it.");
    return true;
  }

  pair(): void {
    this.#moveOn((bench) => actions.pairUp(bench, this.newId()));
  }

  pairWith(id: string, other: string | null): void {
    this.store.set((bench) => edit(bench, (draft) => pairMarks(draft, id, other)));
  }

  /** To a mark that an action selected: into view on its image, and under the keys. */
  #moveOn(action: (bench: Bench) => Bench, said?: string): void {
    const before = this.store.get().selectedMark;
    this.store.set(action);
    const { selectedMark } = this.store.get();
    if (!selectedMark || selectedMark === before) return;
    if (said) this.store.set({ said });
    this.reveal(selectedMark);
    this.focus.mark(selectedMark);
  }

  light(id: string | null): void {
    this.store.set((bench) => actions.light(bench, id));
  }

  whole(): boolean {
    const view = this.stage().active;
    const bench = this.store.get();
    if (!view || !bench.desk?.editable || !bench.setup?.rubric.marks?.shapes.length) return false;
    this.store.set((now) => actions.place(now, view.slot, { kind: "whole" }, this.newId()));
    this.describe();
    return true;
  }

  next(): boolean {
    this.store.set(actions.selectNext);
    const { selectedMark, setup } = this.store.get();
    const mark = this.#mark(selectedMark);
    if (!mark || !setup) return true;
    const number = draftOf(this.store.get()).marks.indexOf(mark) + 1;
    this.reveal(mark.id);
    this.store.set({ said: markName(setup.rubric, mark, number) });
    this.focus.mark(mark.id);
    return true;
  }
}
