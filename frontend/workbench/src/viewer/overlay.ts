/** Marks drawn over a picture, in image coordinates; every line and tag keeps its size on the screen. */

import { guard } from "lit/directives/guard.js";
import { html, nothing, render, svg, type TemplateResult } from "lit/html.js";
import { severityShape } from "../panel/severity.ts";
import { boundsOf, handlesOf, type Shape, type XY } from "../state/geometry.ts";
import { type Frame, toPane } from "./frame.ts";

export interface DrawnMark {
  readonly id: string;
  readonly number: number;
  readonly shape: Shape;
  readonly severity: number | null;
  readonly missing?: boolean;
  /** Asked for only of marks that are drawn on their own. */
  readonly name: () => string;
  readonly selected: boolean;
  readonly lit: boolean;
}

export interface Drawn {
  readonly frame: Frame;
  readonly width: number;
  readonly height: number;
  /** Asked for only when something of `state` has changed: not while the hand draws. */
  readonly marks: () => readonly DrawnMark[];
  readonly state: readonly unknown[];
  readonly editable: boolean;
  readonly handle: number | null;
  readonly preview: Shape | null;
  readonly placed: readonly XY[];
  readonly cursor: XY | null;
  /** Diameter of the brush in pixels where it is in hand; else 0. */
  readonly brush: number;
}

/** Marks beyond this many are outlined without a tag, all in one: more than a draft may have, and still quick to draw. */
const MOST_TAGGED = 200;

const round = (value: number): number => Math.round(value * 10) / 10;

const through = (frame: Frame, points: readonly (readonly [number, number])[]): string =>
  points
    .map(([x, y]) => {
      const at = toPane(frame, { x, y });
      return `${round(at.x)} ${round(at.y)}`;
    })
    .join("L");

/** The outline in pane pixels, as SVG path data; of a brush the way of its middle. */
export function outline(frame: Frame, shape: Shape, closed = true): string {
  if (shape.kind === "point") {
    const { x, y } = toPane(frame, shape);
    const r = 9;
    return `M${round(x - r)} ${round(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  }
  if (shape.kind === "polygon") return `M${through(frame, shape.points)}${closed ? "Z" : ""}`;
  if (shape.kind === "brush") {
    // A dab has no length: its one point is gone to twice, so that its round end is drawn.
    return shape.strokes.map((stroke) => `M${through(frame, [...stroke, ...stroke.slice(-1)])}`).join("");
  }
  const { left, top, right, bottom } = boundsOf(shape);
  const a = toPane(frame, { x: left, y: top });
  const b = toPane(frame, { x: right, y: bottom });
  return `M${round(a.x)} ${round(a.y)}H${round(b.x)}V${round(b.y)}H${round(a.x)}Z`;
}

/** Where the tag of a mark sits: above its upper left, clear of the handle there; below where there is no room. */
function tagAt(drawn: Drawn, shape: Shape, order: number): XY {
  if (shape.kind === "whole") return { x: 20 + order * 30, y: 20 };
  if (shape.kind === "brush") return tagOfBrush(drawn, shape.strokes[0]?.[0] ?? [0, 0], shape.height);
  const { left, top } = boundsOf(shape);
  const { x, y } = toPane(drawn.frame, { x: left, y: top });
  if (shape.kind === "point") return { x: x + 15, y: y < 30 ? y + 15 : y - 15 };
  return { x: Math.max(x + 12, 14), y: y < 32 ? Math.max(y + 18, 16) : y - 18 };
}

/** Above where the brush was first put down: the corner of its bounds may be far from what it painted. */
function tagOfBrush({ frame }: Drawn, [x, y]: readonly [number, number], height: number): XY {
  const at = toPane(frame, { x, y });
  const reach = (height * frame.height) / 2 + 14;
  return { x: Math.max(at.x, 14), y: at.y < reach + 16 ? at.y + reach : at.y - reach };
}

const handle = (drawn: Drawn, [x, y]: readonly [number, number], index: number): TemplateResult => {
  const at = toPane(drawn.frame, { x, y });
  const chosen = drawn.handle === index ? "wb-handle is-chosen" : "wb-handle";
  return svg`<g class=${chosen} data-handle=${index} transform=${`translate(${round(at.x)} ${round(at.y)})`}>
    <circle class="wb-handle-reach" r="14"></circle><rect x="-5" y="-5" width="10" height="10"></rect></g>`;
};

/** Half-way between two corners: pulled, it becomes a corner. */
function splits({ frame }: Drawn, shape: Shape): TemplateResult[] {
  if (shape.kind !== "polygon") return [];
  return shape.points.map(([x, y], index) => {
    const [nextX, nextY] = shape.points[(index + 1) % shape.points.length] ?? [x, y];
    const at = toPane(frame, { x: (x + nextX) / 2, y: (y + nextY) / 2 });
    return svg`<g class="wb-handle wb-split" data-split=${index} transform=${`translate(${round(at.x)} ${round(at.y)})`}>
      <circle class="wb-handle-reach" r="10"></circle><circle r="3.5"></circle></g>`;
  });
}

const paint = (frame: Frame, shape: Shape, path: string): TemplateResult | typeof nothing =>
  shape.kind === "brush"
    ? svg`<path class="wb-paint" stroke-width=${round(shape.height * frame.height)} d=${path}></path>`
    : nothing;

function markShape(drawn: Drawn, mark: DrawnMark, order: number): TemplateResult {
  const tag = tagAt(drawn, mark.shape, order);
  const path = mark.shape.kind === "whole" ? "" : outline(drawn.frame, mark.shape);
  const classes = [
    `wb-mark severity-${mark.severity ?? 0}`,
    mark.selected ? "is-selected" : "",
    mark.lit ? "is-lit" : "",
    mark.missing ? "is-missing" : "",
    mark.shape.kind === "brush" ? "is-brush" : "",
  ];
  return svg`<g class=${classes.filter(Boolean).join(" ")} data-mark=${mark.id} role="img" aria-label=${mark.name()}>
    ${paint(drawn.frame, mark.shape, path)}<path class="wb-casing" d=${path}></path><path class="wb-line" d=${path}></path>
    <g class="wb-tag" transform=${`translate(${round(tag.x)} ${round(tag.y)})`}>
      ${severityShape(mark.severity, 11)}<text>${mark.number}</text></g></g>`;
}

function underConstruction(drawn: Drawn): TemplateResult | typeof nothing {
  const { preview, placed, frame } = drawn;
  if (!preview) return nothing;
  const path = outline(frame, preview, false);
  return svg`<g class=${preview.kind === "brush" ? "wb-drawing is-brush" : "wb-drawing"}>${paint(frame, preview, path)}
    <path class="wb-casing" d=${path}></path><path class="wb-line" d=${path}></path>
    ${placed.map((point) => {
      const { x, y } = toPane(frame, point);
      return svg`<circle cx=${round(x)} cy=${round(y)} r="4"></circle>`;
    })}</g>`;
}

function crossHair(drawn: Drawn): TemplateResult | typeof nothing {
  if (!drawn.cursor) return nothing;
  const { x, y } = toPane(drawn.frame, drawn.cursor);
  const path = `M${round(x)} 0V${round(y - 6)}M${round(x)} ${round(y + 6)}V${drawn.height}M0 ${round(y)}H${round(x - 6)}M${round(x + 6)} ${round(y)}H${drawn.width}`;
  const brush =
    drawn.brush > 0
      ? svg`<circle class="wb-line" cx=${round(x)} cy=${round(y)} r=${drawn.brush / 2}></circle>`
      : nothing;
  return svg`<g class="wb-cross"><path class="wb-casing" d=${path}></path><path class="wb-line" d=${path}></path>${brush}</g>`;
}

function allMarks(drawn: Drawn): TemplateResult {
  const marks = drawn.marks();
  const whole = marks.filter(({ shape }) => shape.kind === "whole").map(({ id }) => id);
  // The selected mark is drawn last, on top, where its handles can be caught.
  const ordered = [...marks].sort((a, b) => Number(a.selected) - Number(b.selected));
  const crowd = ordered.splice(0, Math.max(0, ordered.length - MOST_TAGGED));
  const selected = drawn.editable ? ordered.find((mark) => mark.selected) : undefined;
  return svg`
    ${crowd.length > 0 ? svg`<path class="wb-crowd" d=${crowd.map(({ shape }) => outline(drawn.frame, shape)).join("")}></path>` : nothing}
    ${ordered.map((mark) => markShape(drawn, mark, whole.indexOf(mark.id)))}
    ${selected ? splits(drawn, selected.shape) : nothing}
    ${selected ? handlesOf(selected.shape).map((point, index) => handle(drawn, point, index)) : nothing}`;
}

export function drawOverlay(root: HTMLElement, drawn: Drawn): void {
  const { left, top, width, height } = drawn.frame;
  const state = [
    left,
    top,
    width,
    height,
    drawn.width,
    drawn.height,
    drawn.editable,
    drawn.handle,
    ...drawn.state,
  ];
  render(
    html`<svg class="wb-overlay" role="group" aria-label="Marks" width=${drawn.width} height=${drawn.height}>
      <rect class="wb-catch" width=${drawn.width} height=${drawn.height}></rect>
      ${guard(state, () => allMarks(drawn))}
      ${underConstruction(drawn)} ${crossHair(drawn)}
    </svg>`,
    root,
  );
}
