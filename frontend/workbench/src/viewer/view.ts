/**
 * One place on the stage: a pane in front, a pane behind in which the next picture is painted ahead of its turn,
 * the overlay of marks, the letter, and what is said when a picture is not there.
 */

import { html, nothing, render } from "lit/html.js";
import { icon } from "../panel/icons.ts";
import { type Bench, draftOf } from "../state/bench.ts";
import { preview } from "../state/drawing.ts";
import type { XY } from "../state/geometry.ts";
import { markName } from "../state/taxonomy.ts";
import type { Picture, Rubric, Slot } from "../state/wire.ts";
import type { Pictures } from "../transport/pictures.ts";
import { toImage } from "./frame.ts";
import { Loupe } from "./loupe.ts";
import { type DrawnMark, drawOverlay } from "./overlay.ts";
import { Pane } from "./pane.ts";
import { type HandsOn, handsOn } from "./pointer.ts";

export interface ViewEvents {
  moved(view: View): void;
  resized(view: View): void;
  /** Another picture lies here, fitted. */
  opened(view: View): void;
  painted(view: View): void;
  /** The next picture is painted behind this one. */
  prepared(): void;
  focused(view: View): void;
  /** Where the pointer is in the view; null when it left. */
  pointed(view: View, at: XY | null): void;
  lockPressed(view: View): void;
  hands(view: View): HandsOn;
  didNotLoad(): void;
}

export class View {
  readonly element = document.createElement("div");
  readonly #marks = document.createElement("div");
  readonly #veil = document.createElement("div");
  readonly #letter = document.createElement("div");
  #front: Pane;
  #back: Pane;
  #picture: Picture | null = null;
  #ahead: Picture | null = null;
  #hasFailed = false;
  /** The size of the brush, where the pointer is. */
  readonly #ring = document.createElement("div");
  /** Lies between picture and marks. */
  #cover: HTMLElement | null = null;
  #loupe: Loupe | null = null;

  constructor(
    readonly slot: Slot,
    host: HTMLElement,
    private readonly pictures: Pictures,
    private readonly events: ViewEvents,
  ) {
    this.element.className = "wb-view";
    this.element.tabIndex = 0;
    // Arrow keys move a cross-hair, a mark or the picture here; a screen reader must hand them over.
    this.element.setAttribute("role", "application");
    this.element.dataset.test = `view-${slot}`;
    this.#marks.className = "wb-marks-layer";
    this.#veil.className = "wb-veil";
    this.#letter.className = "wb-letter";
    host.append(this.element);
    const ofPane = {
      moved: (pane: Pane) => {
        if (pane === this.#front) events.moved(this);
      },
      resized: (pane: Pane) => {
        if (pane === this.#front) events.resized(this);
      },
      opened: (pane: Pane) => {
        if (pane === this.#front) events.opened(this);
      },
      painted: (pane: Pane) => {
        if (pane === this.#front) events.painted(this);
        else events.prepared();
      },
    };
    this.#back = new Pane(this.element, ofPane);
    this.#front = new Pane(this.element, ofPane);
    this.#ring.className = "wb-ring";
    this.element.append(this.#letter, this.#veil, this.#ring);
    this.#stack();
    handsOn(this.#marks, events.hands(this));
    this.element.addEventListener("focusin", () => events.focused(this));
    this.element.addEventListener("focusout", () => events.moved(this));
    this.element.addEventListener("wheel", () => events.focused(this), { passive: true });
    this.element.addEventListener("pointermove", ({ clientX, clientY }) => {
      const { left, top } = this.element.getBoundingClientRect();
      // Set here and not drawn: it follows the hand at once, whatever else there is to draw.
      this.#ring.style.translate = `calc(${clientX - left}px - 50%) calc(${clientY - top}px - 50%)`;
      events.pointed(this, { x: clientX - left, y: clientY - top });
    });
    this.element.addEventListener("pointerleave", () => events.pointed(this, null));
  }

  /** Whether the next picture waits behind this one. */
  get isPrepared(): boolean {
    return this.#ahead !== null && this.#back.isPainted;
  }

  get pane(): Pane {
    return this.#front;
  }

  #stack(): void {
    this.#front.element.classList.remove("is-behind");
    this.#back.element.classList.add("is-behind");
    if (this.#cover) this.#front.canvas.append(this.#cover);
    this.#front.canvas.append(this.#marks);
  }

  /** Lays something over the picture, under the marks. */
  cover(element: HTMLElement): void {
    this.#cover = element;
    this.#stack();
  }

  get middle(): XY {
    return { x: this.element.clientWidth / 2, y: this.element.clientHeight / 2 };
  }

  /** What the picture is shown through. */
  filter(display: string): void {
    for (const shown of [this.#front, this.#back, this.#loupe]) {
      if (shown) shown.drawn.style.filter = display;
    }
  }

  /** Magnifies what lies at a place of the pane, there or so many diameters aside; null takes the loupe away. */
  magnify(at: XY | null, aside: number, zoom: number): void {
    const picture = this.#picture;
    const decoded = picture && this.pictures.peek(picture.view_url);
    this.element.classList.toggle("has-loupe", Boolean(at && decoded));
    if (!at || !picture || !decoded) return;
    this.#loupe ??= new Loupe(this.element);
    this.#loupe.open(picture, decoded);
    this.#loupe.drawn.style.filter = this.#front.drawn.style.filter;
    this.#loupe.aim(toImage(this.#front.frame, at), at, aside, zoom);
  }

  /** The letter of the image, its zoom, and whether it moves with the others. */
  label(zoom: number, locked: boolean): void {
    const letter = this.slot.toUpperCase();
    const does = `${letter} moves ${locked ? "with the others" : "on its own"}`;
    render(
      html`<span>${letter}</span> <span class="wb-letter-zoom" data-test=${`zoom-${this.slot}`}>${Math.round(zoom * 100)} %</span>
        <button type="button" class="wb-lock" data-test=${`lock-${this.slot}`} aria-pressed=${locked} title=${does}
          aria-label=${`Lock ${letter} to the others`} @click=${() => this.events.lockPressed(this)}>${icon(locked ? "locked" : "unlocked")}</button>`,
      this.#letter,
    );
  }

  /** Paints the next picture behind this one. */
  prepare(picture: Picture): void {
    const ready = this.pictures.peek(picture.view_url);
    if (!ready || this.#ahead === picture) return;
    this.#ahead = picture;
    this.#back.open(picture, ready);
  }

  /** Shows at once what was painted ahead, opens what is decoded, else says that it is coming. */
  show(picture: Picture): void {
    this.#picture = picture;
    this.#hasFailed = false;
    if (this.#ahead === picture && this.#back.isPainted) {
      this.#swap();
      return;
    }
    const ready = this.pictures.peek(picture.view_url);
    if (ready) {
      this.#say(null);
      this.#front.open(picture, ready);
      return;
    }
    this.#front.close();
    this.#say(html`<div><p>Loading the image…</p></div>`);
    this.pictures.get(picture.view_url).then(
      () => {
        if (this.#picture === picture) this.show(picture);
      },
      () => {
        if (this.#picture === picture) this.#sayFailed(picture);
      },
    );
  }

  #swap(): void {
    [this.#front, this.#back] = [this.#back, this.#front];
    this.#ahead = null;
    this.#say(null);
    this.#stack();
    this.events.opened(this);
    // The next frame shows it; the one after that knows that it was shown.
    requestAnimationFrame(() => requestAnimationFrame(() => this.events.painted(this)));
  }

  clear(): void {
    this.#picture = null;
    this.#ahead = null;
    this.#front.close();
    this.#back.close();
    this.#say(null);
  }

  /** Asks again for a picture that did not load. */
  retry(): void {
    if (this.#hasFailed && this.#picture) this.show(this.#picture);
  }

  #sayFailed(picture: Picture): void {
    this.#hasFailed = true;
    this.#say(html`<div>
      <p><strong>This image did not load.</strong></p>
      <p class="wb-actions">
        <button type="button" class="wb-button is-main" data-test="retry-image" @click=${() => this.show(picture)}>Try again</button>
        <button type="button" class="wb-button" @click=${() => this.events.didNotLoad()}>Cannot judge: it did not load</button>
      </p>
    </div>`);
  }

  #say(message: unknown): void {
    this.#veil.hidden = message === null;
    render(message ?? nothing, this.#veil);
  }

  draw(bench: Bench, panning: boolean): void {
    const { setup, desk, drawing, cursor } = bench;
    if (!setup || !this.pane.isOpen) {
      render(nothing, this.#marks);
      return;
    }
    const frame = this.pane.frame;
    const armed = bench.tool !== "pan" && !panning;
    this.element.classList.toggle("is-armed", armed);
    this.element.classList.toggle("is-held", panning);
    const focused = document.activeElement === this.element;
    const mine = drawing?.image === this.slot ? drawing : null;
    const brush = armed && bench.tool === "brush" ? bench.brush * frame.height : 0;
    this.element.classList.toggle("is-brush", brush > 0);
    this.#ring.style.inlineSize = `${brush}px`;
    drawOverlay(this.#marks, {
      frame,
      width: this.element.clientWidth,
      height: this.element.clientHeight,
      marks: () => drawnMarks(bench, setup.rubric, this.slot),
      state: [desk?.history.present.marks, bench.lens.marks, bench.selectedMark, bench.litMark],
      brush,
      editable: Boolean(desk?.editable) && !mine,
      handle: bench.handle,
      preview: mine ? preview(mine) : null,
      placed: mine?.tool === "polygon" ? mine.placed : [],
      cursor: armed && focused && cursor?.image === this.slot ? cursor.at : null,
    });
  }
}

/** The marks of an image as they are to be drawn; a mark is lit with the one it is a pair with. */
function drawnMarks(bench: Bench, rubric: Rubric, slot: Slot): readonly DrawnMark[] {
  if (!bench.lens.marks) return [];
  const { marks } = draftOf(bench);
  const { selectedMark: selected, litMark: lit } = bench;
  return marks.flatMap((mark, index) => {
    if (mark.image !== slot) return [];
    const partner = mark.pair ?? null;
    return [
      {
        ...mark,
        number: index + 1,
        name: () =>
          markName(rubric, mark, index + 1, partner ? marks.findIndex(({ id }) => id === partner) + 1 : 0),
        selected: mark.id === selected,
        lit: mark.id === lit || (partner !== null && (partner === lit || partner === selected)),
      },
    ];
  });
}
