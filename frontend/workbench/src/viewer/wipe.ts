/** The handle by which a wipe is drawn across the stage: by hand, or by arrow keys when it has the focus. */

import { clamp } from "../state/geometry.ts";

export class WipeHandle {
  readonly element = document.createElement("div");

  constructor(
    private readonly host: HTMLElement,
    private readonly wiped: (to: number) => void,
  ) {
    this.element.className = "wb-wipe";
    this.element.tabIndex = 0;
    this.element.dataset.test = "wipe-handle";
    this.element.setAttribute("role", "slider");
    this.element.setAttribute("aria-label", "Wipe");
    this.element.setAttribute("aria-valuemin", "0");
    this.element.setAttribute("aria-valuemax", "100");
    this.element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.element.setPointerCapture(event.pointerId);
      event.preventDefault();
      this.focus();
    });
    this.element.addEventListener("pointermove", (event) => {
      if (this.element.hasPointerCapture(event.pointerId)) this.#follow(event.clientX);
    });
    this.element.addEventListener("keydown", ({ key }) => {
      if (key === "Home" || key === "End") this.wiped(key === "Home" ? 0 : 1);
    });
  }

  #follow(x: number): void {
    const { left, width } = this.host.getBoundingClientRect();
    this.wiped(clamp((x - left) / width));
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  show(wipe: number | null): void {
    this.element.hidden = wipe === null;
    if (wipe === null) return;
    const percent = Math.round(wipe * 100);
    this.element.style.left = `${wipe * 100}%`;
    this.element.setAttribute("aria-valuenow", String(percent));
    this.element.setAttribute("aria-valuetext", `${percent} % of A, the rest of the other`);
  }
}
