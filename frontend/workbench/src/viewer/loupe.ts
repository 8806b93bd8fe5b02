/** A round magnifier over a view: a small viewer of its own, so that it shows the image and not the screen. */

import type { XY } from "../state/geometry.ts";
import type { Picture } from "../state/wire.ts";
import type { Decoded } from "../transport/pictures.ts";
import { Pane } from "./pane.ts";

const DIAMETER = 208;
/** In a small pane it takes no more than this share of the shorter side. */
const SHARE = 0.6;

export class Loupe {
  readonly element = document.createElement("div");
  readonly #pane: Pane;
  #picture: Picture | null = null;
  #aim: (() => void) | null = null;

  constructor(private readonly host: HTMLElement) {
    this.element.className = "wb-loupe";
    this.element.setAttribute("aria-hidden", "true");
    this.element.dataset.test = "loupe";
    host.append(this.element);
    this.#pane = new Pane(this.element, {
      moved: () => {},
      resized: () => this.#aim?.(),
      opened: () => this.#aim?.(),
      painted: () => {},
    });
  }

  /** The canvas that the picture is drawn on. */
  get drawn(): HTMLCanvasElement {
    return this.#pane.drawn;
  }

  open(picture: Picture, decoded: Decoded): void {
    if (picture === this.#picture) return;
    this.#picture = picture;
    this.#pane.open(picture, decoded);
  }

  /**
   * Magnifies a place of the image, around a place of the view or so many diameters aside of it. `zoom` is in CSS pixels a
   * pixel of the image.
   */
  aim(image: XY, view: XY, aside: number, zoom: number): void {
    const { clientWidth, clientHeight } = this.host;
    const diameter = Math.round(Math.min(DIAMETER, SHARE * Math.min(clientWidth, clientHeight)));
    const { style } = this.element;
    style.width = style.height = `${diameter}px`;
    style.translate = `${view.x + (aside - 0.5) * diameter}px ${view.y - diameter / 2}px`;
    const { width, height } = this.#pane.size;
    const magnified = { width: width * zoom, height: height * zoom };
    this.#aim = () =>
      this.#pane.place({
        left: diameter / 2 - image.x * magnified.width,
        top: diameter / 2 - image.y * magnified.height,
        ...magnified,
      });
    if (this.#pane.isOpen) this.#aim();
  }
}
