/** One picture on the stage: OpenSeadragon, wrapped. */

import OpenSeadragon from "openseadragon";
import type { XY } from "../state/geometry.ts";
import type { Picture } from "../state/wire.ts";
import type { Decoded } from "../transport/pictures.ts";
import { type Size, sameFrame } from "./alignment.ts";
import type { Frame } from "./frame.ts";
import { layersOf } from "./source.ts";

export interface PaneEvents {
  /** The view changed: a hand, a key, a resize, or the other pane did it. */
  moved(pane: Pane): void;
  /** The pane has another size, and its picture lies in it as before. */
  resized(pane: Pane): void;
  /** What was opened has its size and place, and is about to be drawn. */
  opened(pane: Pane): void;
  /** What was opened is on the screen, or would be if the pane were shown. */
  painted(pane: Pane): void;
}

/** Fitted with a little air, so that the border and its handles can be reached. */
const AIR = 0.03;
/** From here on pixels are shown as they are, not smoothed. */
const SHARP_FROM = 2;
const SECONDS = 0.15;

export class Pane {
  readonly element = document.createElement("div");
  readonly #viewer: OpenSeadragon.Viewer;
  #size: Size = { width: 1, height: 1 };
  /** What fitting shows, in pixels of the image: all of it, and of what lies on it. */
  #room: Frame = { left: 0, top: 0, width: 1, height: 1 };
  /** Where the image lies or is on its way to, in a pane of which size: resized, a pane keeps middle and zoom. */
  #lay: { readonly pane: OpenSeadragon.Point; readonly frame: Frame } | null = null;
  #smooth = true;
  #drawing = false;
  #painted = false;
  /** Fitted, and not moved by hand since: then a resize fits again. */
  #fitted = true;

  constructor(
    host: HTMLElement,
    private readonly events: PaneEvents,
  ) {
    this.element.className = "wb-pane";
    // The viewer measures itself when it is made: it must stand in the page by then.
    host.append(this.element);
    forestallInlineStyle();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#viewer = OpenSeadragon({
      element: this.element,
      drawer: "canvas",
      showNavigationControl: false,
      // Keys are the workbench's: the canvas must not take the focus.
      tabIndex: "" as never,
      // Clearing its own overlays would assign to innerHTML, which Trusted Types refuse.
      preserveOverlays: true,
      immediateRender: true,
      animationTime: still ? 0 : SECONDS,
      springStiffness: 8,
      blendTime: 0,
      zoomPerScroll: 1.25,
      minZoomImageRatio: 0.4,
      maxZoomPixelRatio: 24,
      visibilityRatio: 0.2,
      constrainDuringPan: true,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: false },
      gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: false, flickEnabled: false },
      gestureSettingsPen: { clickToZoom: false, dblClickToZoom: false },
    });
    this.#viewer.addHandler("update-viewport", () => this.#moved());
    this.#viewer.addHandler("after-resize", () => {
      // The viewer goes on to restore its old zoom: ours comes after that.
      queueMicrotask(() => this.#resized());
    });
    for (const hand of ["canvas-drag", "canvas-scroll", "canvas-pinch"] as const) {
      this.#viewer.addHandler(hand, () => {
        this.#fitted = false;
      });
    }
    this.#viewer.addHandler("tile-drawn", () => this.#drawn());
  }

  /** Where an SVG overlay goes, so that gestures on it still reach the viewer. */
  get canvas(): HTMLElement {
    return this.#viewer.canvas;
  }

  get isOpen(): boolean {
    return this.#viewer.world.getItemCount() > 0;
  }

  get isPainted(): boolean {
    return this.#painted;
  }

  /** Of the image, in pixels. */
  get size(): Size {
    return this.#size;
  }

  /** What is on the screen, as the viewer drew it. */
  get drawn(): HTMLCanvasElement {
    return this.#viewer.drawer.canvas as HTMLCanvasElement;
  }

  open(picture: Picture, decoded: Decoded): void {
    const full = picture.tiles ? picture : decoded;
    this.#size = { width: full.width, height: full.height };
    this.#room = { left: 0, top: 0, ...this.#size };
    this.#drawing = true;
    this.#painted = false;
    const layers = layersOf(picture.view_url, decoded, picture.tiles, full);
    this.#viewer.addOnceHandler("open", () => {
      this.fit(true);
      this.events.opened(this);
    });
    this.#viewer.open(layers.map((tileSource) => ({ tileSource, x: 0, y: 0, width: 1 })) as never);
  }

  close(): void {
    this.#drawing = false;
    this.#painted = false;
    this.#viewer.close();
  }

  #drawn(): void {
    if (!this.#drawing) return;
    this.#drawing = false;
    // The frame in which the tile was drawn is on the screen when the next one begins.
    requestAnimationFrame(() => {
      this.#painted = this.isOpen;
      if (this.#painted) this.events.painted(this);
    });
  }

  #moved(): void {
    const pane = this.#viewport.getContainerSize();
    // Of a resize it is told after it was drawn: until then what was there before is what counts.
    if (this.isOpen && (!this.#lay || this.#lay.pane.equals(pane))) this.#remember();
    const smooth = this.zoom < SHARP_FROM - 0.01;
    if (smooth !== this.#smooth) {
      this.#smooth = smooth;
      this.#viewer.drawer.setImageSmoothingEnabled(smooth);
    }
    this.events.moved(this);
  }

  get #viewport(): OpenSeadragon.Viewport {
    return this.#viewer.viewport;
  }

  get frame(): Frame {
    return this.#frameOf(true);
  }

  #remember(): void {
    this.#lay = { pane: this.#viewport.getContainerSize(), frame: this.#frameOf(false) };
  }

  /** As it is now, or as it will be when it has come to rest. */
  #frameOf(now: boolean): Frame {
    const { x: left, y: top } = this.#viewport.pixelFromPoint(new OpenSeadragon.Point(0, 0), now);
    const width = this.#viewport.getZoom(now) * this.#viewport.getContainerSize().x;
    return { left, top, width, height: (width * this.#size.height) / this.#size.width };
  }

  /** Device pixels a pixel of the image: 1 is one to one. */
  get zoom(): number {
    return (this.frame.width / this.#size.width) * devicePixelRatio;
  }

  #resized(): void {
    const before = this.#lay;
    this.#lay = null;
    if (this.isOpen && this.#fitted) this.fit(true);
    else if (this.isOpen && before) {
      const { x, y } = this.#viewport.getContainerSize().minus(before.pane).divide(2);
      this.#show({
        ...before.frame,
        left: before.frame.left + onRaster(x),
        top: before.frame.top + onRaster(y),
      });
    }
    this.redraw();
    this.events.resized(this);
  }

  /** Draws now what would be drawn with the next frame. */
  redraw(): void {
    if (!this.isOpen) return;
    this.#viewport.update();
    this.#viewer.world.update(true);
    this.#viewer.world.draw();
    this.#moved();
  }

  /** Gives fitting something else to show than the image alone. */
  makeRoom(room: Frame): void {
    if (sameFrame(room, this.#room)) return;
    this.#room = room;
    if (this.#fitted && this.isOpen) this.fit(true);
  }

  fit(atOnce = false): void {
    this.#fitted = true;
    const { left, top, width, height } = this.#room;
    const unit = 1 / this.#size.width;
    const bounds = new OpenSeadragon.Rect(
      (left - AIR * width) * unit,
      (top - AIR * height) * unit,
      width * (1 + 2 * AIR) * unit,
      height * (1 + 2 * AIR) * unit,
    );
    this.#viewport.fitBounds(bounds, atOnce);
  }

  /** Zooms about the middle. On whole screen pixels: at 1:1 one pixel of the image is one of the screen. */
  zoomTo(zoom: number): void {
    const { x, y } = this.#viewport.getContainerSize();
    const centre = this.#viewport.getCenter();
    const width = (zoom * this.#size.width) / devicePixelRatio;
    this.#fitted = false;
    this.#show(
      {
        left: onRaster(x / 2 - centre.x * width),
        top: onRaster(y / 2 - centre.y * width),
        width,
        height: (width * this.#size.height) / this.#size.width,
      },
      false,
    );
    this.#viewport.applyConstraints();
    this.#remember();
  }

  zoomBy(factor: number): void {
    this.#fitted = false;
    this.#viewport.zoomBy(factor).applyConstraints();
    this.#remember();
  }

  panBy(dx: number, dy: number): void {
    this.#fitted = false;
    const delta = new OpenSeadragon.Point(dx, dy);
    this.#viewport.panBy(this.#viewport.deltaPointsFromPixels(delta)).applyConstraints();
    this.#remember();
  }

  /** Brings an image point into view if it is out of it. */
  reveal(x: number, y: number): void {
    const at = new OpenSeadragon.Point(x, (y * this.#size.height) / this.#size.width);
    if (!this.#viewport.getBounds().containsPoint(at)) this.#viewport.panTo(at).applyConstraints();
  }

  /** Brings a place of the image to the middle, at a zoom in device pixels a pixel of the image. */
  look(at: XY, zoom: number): void {
    const { x, y } = this.#viewport.getContainerSize();
    const width = (zoom * this.#size.width) / devicePixelRatio;
    const height = (width * this.#size.height) / this.#size.width;
    this.place({ left: x / 2 - at.x * width, top: y / 2 - at.y * height, width, height });
  }

  /** Puts the image there, as far as it may go. */
  follow(frame: Frame): void {
    this.place(frame);
    this.#viewport.applyConstraints(true);
  }

  /** Puts the image exactly there. */
  place(frame: Frame): void {
    this.#fitted = false;
    this.#show(frame);
  }

  #show({ left, top, width }: Frame, atOnce = true): void {
    const { x, y } = this.#viewport.getContainerSize();
    this.#viewport.zoomTo(width / x, undefined, atOnce);
    this.#viewport.panTo(new OpenSeadragon.Point((x / 2 - left) / width, (y / 2 - top) / width), atOnce);
    this.#remember();
  }
}

/** On a whole pixel of the screen, in CSS pixels. */
const onRaster = (at: number): number => Math.round(at * devicePixelRatio) / devicePixelRatio;

/**
 * OpenSeadragon adds a style element of its own, which the page's policy refuses, unless one of this name is there.
 * Ours has the name and no namespace: it is found, and styles nothing.
 */
function forestallInlineStyle(): void {
  const name = "data-openseadragon-mobile-css";
  if (document.head.querySelector(`style[${name}]`)) return;
  const style = document.createElementNS(null, "style");
  style.setAttribute(name, "");
  document.head.append(style);
}
