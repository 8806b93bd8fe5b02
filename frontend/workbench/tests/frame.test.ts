import { expect, test } from "vitest";
import { severityPath } from "../src/panel/severity.ts";
import { sizes } from "../src/transport/pictures.ts";
import { arrange, closeIn, toImage, toPane } from "../src/viewer/frame.ts";
import { outline } from "../src/viewer/overlay.ts";
import { box } from "./cast.ts";

const frame = { left: 100, top: 50, width: 400, height: 200 };

test("pane and image are two ways to say one place", () => {
  const at = { x: 0.25, y: 0.5 };

  expect(toPane(frame, at)).toEqual({ x: 200, y: 150 });
  expect(toImage(frame, toPane(frame, at))).toEqual(at);
});

test("nearness is a matter of the screen, not of the image", () => {
  const near = closeIn(frame);

  expect(near({ x: 0, y: 0 }, { x: 0.02, y: 0 })).toBe(true);
  expect(near({ x: 0, y: 0 }, { x: 0.03, y: 0 })).toBe(false);
});

test("two images stand where both are larger", () => {
  expect(arrange(390, 400, 1.5)).toBe("column");
  expect(arrange(390, 400, 0.6)).toBe("row");
});

test("an outline is in pixels of the pane", () => {
  expect(outline(frame, box)).toBe("M140 70H220V90H140Z");
});

test("every severity has a figure of its own", () => {
  expect(new Set([1, 2, 3, 4].map((severity) => severityPath(severity, 10))).size).toBe(4);
});

test("a picture is halved until it is small", () => {
  expect(sizes(2048, 1025)).toEqual([
    { width: 2048, height: 1025 },
    { width: 1024, height: 512 },
    { width: 512, height: 256 },
  ]);
  expect(sizes(300, 200)).toEqual([{ width: 300, height: 200 }]);
});
