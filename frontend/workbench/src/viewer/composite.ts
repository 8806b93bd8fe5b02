/** Two pictures in one: wiped, blinked, subtracted or laid over each other, from what their viewers drew. */

import type { Lens } from "../state/lens.ts";
import { shared } from "./alignment.ts";
import type { Pane } from "./pane.ts";

export class Composite {
  readonly element = document.createElement("canvas");

  constructor() {
    this.element.className = "wb-composite";
    this.element.dataset.test = "composite";
  }

  /** Both panes show the same part of the plane, so their pixels lie on each other as they are. */
  draw(under: Pane, over: Pane, lens: Lens): void {
    const { width, height } = under.drawn;
    if (this.element.width !== width) this.element.width = width;
    if (this.element.height !== height) this.element.height = height;
    const context = this.element.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, width, height);
    context.save();
    compose(context, under, over, lens);
    context.restore();
  }

  /** Amplification comes first: it belongs to the difference, the rest to the screen. */
  filter(lens: Lens, display: string): void {
    const amplifies = lens.mode === "difference" && !lens.other && lens.amplification > 1;
    this.element.style.filter = [amplifies ? `brightness(${lens.amplification})` : "", display]
      .filter(Boolean)
      .join(" ");
  }
}

function compose(context: CanvasRenderingContext2D, under: Pane, over: Pane, lens: Lens): void {
  if (lens.mode === "wipe" && !lens.other) wipe(context, under, over, lens.wipe);
  else if (lens.mode === "difference" && !lens.other) difference(context, under, over);
  else context.drawImage(lens.other ? over.drawn : under.drawn, 0, 0);
  if (lens.mode === "onion" && !lens.other) {
    context.globalAlpha = lens.onion;
    context.drawImage(over.drawn, 0, 0);
  }
}

function wipe(context: CanvasRenderingContext2D, under: Pane, over: Pane, share: number): void {
  const { width, height } = under.drawn;
  const edge = Math.round(width * share);
  if (edge > 0) context.drawImage(under.drawn, 0, 0, edge, height, 0, 0, edge, height);
  const rest = width - edge;
  if (rest > 0) context.drawImage(over.drawn, edge, 0, rest, height, edge, 0, rest, height);
}

/** Where only one image lies there is nothing to compare, and nothing is shown. */
function difference(context: CanvasRenderingContext2D, under: Pane, over: Pane): void {
  const { left, top, width, height } = shared(under.frame, over.frame, devicePixelRatio);
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.drawImage(under.drawn, 0, 0);
  context.globalCompositeOperation = "difference";
  context.drawImage(over.drawn, 0, 0);
}
