/** Severity as a shape of its own beside its hue: circle, diamond, triangle, octagon; a dashed ring while unset. */

import { html, svg, type TemplateResult } from "lit/html.js";

/** Path of a severity's figure around the origin, `r` from the middle to the rim. */
export function severityPath(severity: number | null, r: number): string {
  const at = (angles: readonly number[], reach: number): string =>
    `M${angles
      .map((degrees) => {
        const turn = (degrees * Math.PI) / 180;
        return `${(Math.cos(turn) * reach).toFixed(1)} ${(Math.sin(turn) * reach).toFixed(1)}`;
      })
      .join("L")}Z`;
  switch (severity) {
    case 2:
      return at([0, 90, 180, 270], r * 1.25);
    case 3:
      return at([-90, 30, 150], r * 1.45);
    case 4:
      return at([22.5, 67.5, 112.5, 157.5, 202.5, 247.5, 292.5, 337.5], r * 1.1);
    default:
      return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  }
}

export const severityShape = (severity: number | null, r: number): TemplateResult =>
  svg`<path class=${`wb-severity severity-${severity ?? 0}`} d=${severityPath(severity, r)}></path>`;

/** The figure with the mark's number in it, as it stands in lists. */
export const severityBadge = (severity: number | null, number: number | string): TemplateResult =>
  html`<svg class="wb-badge" viewBox="-16 -17 32 32" width="26" height="26" aria-hidden="true">
    ${severityShape(severity, 11)}<text>${number}</text>
  </svg>`;
