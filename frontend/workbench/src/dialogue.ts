/** The one dialog: opened over the work, closed back to where the focus was. */

import { nothing, render, type TemplateResult } from "lit/html.js";
import type { Bench, DialogName } from "./state/bench.ts";
import type { Store } from "./state/store.ts";

export class Dialogue {
  readonly element = document.createElement("dialog");
  #returnTo: Element | null = null;

  constructor(private readonly store: Store<Bench>) {
    this.element.className = "wb-dialog";
    this.element.setAttribute("aria-labelledby", "wb-dialog-title");
    this.element.addEventListener("close", () => this.#closed());
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // Left to the browser, it would close before the bench knows, and the next key would find it open.
      event.preventDefault();
      this.close();
    });
    this.element.addEventListener("click", (event) => {
      if (event.target === this.element) this.close();
    });
  }

  open(dialog: DialogName): void {
    this.#returnTo = document.activeElement;
    this.store.set({ dialog });
  }

  show({ dialog }: Bench, content: () => TemplateResult): void {
    if (!dialog) return;
    this.element.dataset.test = `${dialog}-dialog`;
    render(content(), this.element);
    if (!this.element.open) this.element.showModal();
  }

  /** Closes; the focus goes back to where it was, unless what follows takes it elsewhere. */
  close(back = true): void {
    if (!back) this.#returnTo = null;
    this.element.close();
    this.#closed();
  }

  #closed(): void {
    // The browser tells of it a moment late: by then it has been seen to, and a quick key may have opened the next.
    if (this.element.open || !this.store.get().dialog) return;
    this.store.set({ dialog: null });
    render(nothing, this.element);
    if (this.#returnTo instanceof HTMLElement && this.#returnTo.isConnected) this.#returnTo.focus();
  }
}
