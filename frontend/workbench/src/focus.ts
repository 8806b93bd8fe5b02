/** Where the focus goes, once the page shows what it is to go to. */

import type { Target } from "./state/completeness.ts";

export class Focus {
  #tasks: (() => void)[] = [];

  constructor(private readonly root: HTMLElement) {}

  /** Does something after the next rendering. */
  later(task: () => void): void {
    this.#tasks.push(task);
    queueMicrotask(() => this.settle());
  }

  /** The page has been rendered. */
  settle(): void {
    for (const task of this.#tasks.splice(0)) task();
  }

  /** What is said of an empty desk takes the focus when its place has gone, and takes it from nowhere else. */
  standstill(): void {
    this.later(() => {
      if (document.activeElement !== document.body) return;
      this.root.querySelector<HTMLElement>(".wb-standstill h2")?.focus();
    });
  }

  criterion(id: string | null): void {
    if (!id) return;
    this.later(() => {
      const row = this.root.querySelector(`[data-criterion="${CSS.escape(id)}"]`);
      const input =
        row?.querySelector<HTMLElement>("input:checked, input[tabindex='0']") ??
        row?.querySelector<HTMLElement>("input, textarea");
      input?.focus({ preventScroll: true });
      row?.scrollIntoView({ block: "nearest" });
    });
  }

  /** One part of an order: the rank of an image, or one of the ends. */
  part(criterion: string, name: string): void {
    this.later(() => {
      const row = this.root.querySelector(
        `[data-criterion="${CSS.escape(criterion)}"] [data-part="${name}"]`,
      );
      const input = row?.querySelector<HTMLElement>("input:checked") ?? row?.querySelector("input");
      input?.focus({ preventScroll: true });
      row?.scrollIntoView({ block: "nearest" });
    });
  }

  mark(id: string): void {
    this.later(() => {
      const row = this.root.querySelector<HTMLElement>(`[data-mark-row="${CSS.escape(id)}"]`);
      row?.focus();
      row?.scrollIntoView({ block: "nearest" });
    });
  }

  /** Into view, and no further: the hand is on the image. */
  showMark(id: string): void {
    this.later(() => {
      const row = this.root.querySelector(`[data-mark-row="${CSS.escape(id)}"]`);
      row?.closest("li")?.scrollIntoView({ block: "nearest" });
    });
  }

  /** A field of the mark that is open. */
  field(name: "code" | "severity"): void {
    this.later(() => {
      const inputs = `[data-field="${name}"] input`;
      const input =
        this.root.querySelector<HTMLElement>(`${inputs}:checked`) ??
        this.root.querySelector<HTMLElement>(inputs);
      input?.focus({ preventScroll: true });
      // Down to its last line: the list that opens under the field is part of it.
      input?.closest(".wb-editor")?.scrollIntoView({ block: "nearest" });
    });
  }

  get explanationField(): HTMLTextAreaElement | null {
    return this.root.querySelector("#wb-explanation");
  }

  get firstHint(): HTMLElement | null {
    return this.root.querySelector("[data-hints] button");
  }

  on(test: string): void {
    this.later(() => this.root.querySelector<HTMLElement>(`[data-test="${test}"]`)?.focus());
  }

  /** What is missing; a mark has been selected by now. */
  target(target: Target): void {
    switch (target.kind) {
      case "criterion":
        this.criterion(target.id);
        break;
      case "mark":
        this.field(target.field);
        break;
      case "marks":
        this.later(() => this.root.querySelector<HTMLElement>("#wb-marks-title")?.focus());
        break;
      case "explanation":
        this.on("explanation");
        break;
    }
  }
}
