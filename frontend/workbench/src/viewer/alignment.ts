/**
 * Images of different size, laid on each other. All of them stand in one plane, whose unit is a pixel of the first
 * image; a pane shows a part of the plane. Panes that show the same part show the same place of every image.
 */

import type { XY } from "../state/geometry.ts";
import type { Alignment } from "../state/lens.ts";
import type { Frame } from "./frame.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How an image lies in the plane. */
export interface Placement {
  readonly left: number;
  readonly top: number;
  /** Units of the plane a pixel of the image. */
  readonly scale: number;
}

/** How the plane lies in a pane. */
export interface Outlook {
  readonly left: number;
  readonly top: number;
  /** CSS pixels a unit of the plane. */
  readonly scale: number;
}

/** One scale both ways: an image is never distorted to match another. */
export function placementOf(first: Size, image: Size, how: Alignment): Placement {
  const scale = how === "pixels" ? 1 : Math.min(first.width / image.width, first.height / image.height);
  const left = (first.width - image.width * scale) / 2;
  const top = (first.height - image.height * scale) / 2;
  // Pixel on pixel there are no half ones.
  return how === "pixels" ? { left: Math.round(left), top: Math.round(top), scale } : { left, top, scale };
}

export function outlookOf(frame: Frame, image: Size, { left, top, scale }: Placement): Outlook {
  const unit = frame.width / (image.width * scale);
  return { left: frame.left - left * unit, top: frame.top - top * unit, scale: unit };
}

export function frameIn(outlook: Outlook, image: Size, { left, top, scale }: Placement): Frame {
  return {
    left: outlook.left + left * outlook.scale,
    top: outlook.top + top * outlook.scale,
    width: image.width * scale * outlook.scale,
    height: image.height * scale * outlook.scale,
  };
}

/** A place of the plane in a pane, and of a pane in the plane. */
export const paneAt = ({ left, top, scale }: Outlook, at: XY): XY => ({
  x: left + at.x * scale,
  y: top + at.y * scale,
});

export const planeAt = ({ left, top, scale }: Outlook, at: XY): XY => ({
  x: (at.x - left) / scale,
  y: (at.y - top) / scale,
});

/** To a hundredth of a pixel: what is there already is not put there again, or panes would never come to rest. */
export const sameFrame = (a: Frame, b: Frame): boolean =>
  (["left", "top", "width", "height"] as const).every((side) => Math.abs(a[side] - b[side]) < 0.01);

/** The part of the plane that images take up, in the plane's units. */
export function extentOf(images: readonly (readonly [Size, Placement])[]): Frame {
  const left = Math.min(...images.map(([, place]) => place.left));
  const top = Math.min(...images.map(([, place]) => place.top));
  const right = Math.max(...images.map(([size, place]) => place.left + size.width * place.scale));
  const bottom = Math.max(...images.map(([size, place]) => place.top + size.height * place.scale));
  return { left, top, width: right - left, height: bottom - top };
}

/** "B fitted to A: 1.25×", "B on A pixel by pixel", or that nothing had to be done. */
export function alignmentWords(letter: string, first: Size, image: Size, how: Alignment): string {
  if (first.width === image.width && first.height === image.height) return `${letter} and A are of one size`;
  if (how === "pixels") return `${letter} on A, pixel by pixel`;
  const { scale } = placementOf(first, image, how);
  return `${letter} fitted to A: ${Math.round(scale * 1000) / 1000}×`;
}

/** Whole pixels that two frames share, in a raster of so many pixels a CSS pixel. */
export function shared(a: Frame, b: Frame, ratio: number): Frame {
  const left = Math.ceil(Math.max(a.left, b.left) * ratio - DUST);
  const top = Math.ceil(Math.max(a.top, b.top) * ratio - DUST);
  const right = Math.floor(Math.min(a.left + a.width, b.left + b.width) * ratio + DUST);
  const bottom = Math.floor(Math.min(a.top + a.height, b.top + b.height) * ratio + DUST);
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** Of a pixel: what zoom and division leave over is not another pixel. */
const DUST = 1 / 64;
