/** Line icons, drawn here so that nothing is fetched. */

import { html, type TemplateResult } from "lit/html.js";

const PATHS = {
  back: "M10 3 5 8l5 5",
  pan: "M8 2v12M2 8h12M8 2 6 4M8 2l2 2M8 14l-2-2M8 14l2-2M2 8l2-2M2 8l2 2M14 8l-2-2M14 8l-2 2",
  point: "M8 2v4M8 10v4M2 8h4M10 8h4M8 7.5v1",
  box: "M2.5 3.5h11v9h-11Z",
  polygon: "M8 2 14 6.5 11.5 14h-7L2 6.5Z",
  brush:
    "M13.500 2.500 7 9M5.500 8.500a2.500 2.500 0 0 1 2 2c.200 2-1.500 3-5.500 3 1.500-1 .700-2 1.300-3.500a2.500 2.500 0 0 1 2.200-1.500Z",
  whole: "M2 5V2h3M11 2h3v3M14 11v3h-3M5 14H2v-3",
  undo: "M3 6h7a3.5 3.5 0 0 1 0 7H6M3 6l3-3M3 6l3 3",
  redo: "M13 6H6a3.5 3.5 0 0 0 0 7h4M13 6l-3-3M13 6l-3 3",
  book: "M8 4C6.500 3 4.500 2.700 2 2.800v9.700c2.500-.1 4.500.2 6 1.200 1.500-1 3.500-1.300 6-1.200V2.800C11.500 2.700 9.500 3 8 4ZM8 4v9.500",
  ask: "M2 3h12v8H8.500L5.500 13.500V11H2ZM6.300 6a1.700 1.500 0 1 1 1.700 1.600V8.200M8 9.600v.1",
  side: "M2 3h5v10H2ZM9 3h5v10H9Z",
  wipe: "M2 3h12v10H2ZM8 1v14M5 6 3.500 8 5 10M11 6l1.500 2L11 10",
  blink:
    "M1.500 8C3 5 5.300 3.600 8 3.600S13 5 14.500 8C13 11 10.700 12.400 8 12.400S3 11 1.500 8ZM8 6.200a1.800 1.800 0 1 0 .01 0",
  difference: "M2 2h8v8H2ZM6 6h8v8H6Z",
  onion: "M5.500 3.500a4.500 4.500 0 1 0 .01 0M10.500 3.500a4.500 4.500 0 1 0 .01 0",
  loupe: "M7 2.500a4.500 4.500 0 1 0 .01 0M10.300 10.300 14 14",
  adjust: "M3 2v5M3 11v3M8 2v2M8 8v6M13 2v7M13 13v1M1.500 9h3M6.500 6h3M11.500 11h3",
  keep: "M4 2h8v12L8 10.500 4 14ZM6 5.500h4",
  cover:
    "M1.500 8C3 5 5.300 3.600 8 3.600S13 5 14.500 8C13 11 10.700 12.400 8 12.400S3 11 1.500 8ZM3 13 13 3",
  grey: "M8 2a6 6 0 1 0 .01 0M8 2v12M8 5h4.500M8 8h5.800M8 11h4.500",
  marks: "M2 4.500h8v7H2ZM10 4.500V2h4v4h-4",
  locked: "M3.500 7.500h9v6h-9ZM5.500 7.500V5a2.500 2.500 0 0 1 5 0v2.500",
  unlocked: "M3.500 7.500h9v6h-9ZM5.500 7.500V4.500a2.500 2.500 0 0 1 4.800-1",
  close: "M3.500 3.500l9 9M12.500 3.500l-9 9",
} as const;

export type IconName = keyof typeof PATHS;

export const icon = (name: IconName): TemplateResult =>
  html`<svg class="wb-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d=${PATHS[name]}></path></svg>`;
