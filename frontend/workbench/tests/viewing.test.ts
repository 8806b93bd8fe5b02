import { expect, test } from "vitest";
import { act, attend, LONGEST_PAUSE, UNSEEN, viewingOf, zoomed } from "../src/state/viewing.ts";

const screen = { pixelRatio: 2, width: 1440, height: 900 };

test("work counts, breaks do not", () => {
  const worked = attend(attend(attend(UNSEEN, 1000), 4000), 9000);
  const rested = attend(worked, 9000 + LONGEST_PAUSE + 1);

  expect(worked.active).toBe(8000);
  expect(rested.active).toBe(8000);
  expect(attend(rested, 9000 + LONGEST_PAUSE + 501).active).toBe(8500);
});

test("a clock that is set back takes nothing away", () => {
  expect(attend(attend(UNSEEN, 5000), 1000).active).toBe(0);
});

test("the first action is dated once", () => {
  const acted = act(attend(attend(UNSEEN, 0), 900));

  expect(act(attend(acted, 5000)).firstAction).toBe(900);
});

test("the largest zoom stays", () => {
  expect(zoomed(zoomed(UNSEEN, 3), 1).maximumZoom).toBe(3);
});

test("viewing conditions leave out what did not happen", () => {
  expect(viewingOf(zoomed(UNSEEN, 1.23456), screen)).toEqual({
    device_pixel_ratio: 2,
    viewport_width: 1440,
    viewport_height: 900,
    maximum_zoom: 1.235,
    active_ms: 0,
  });
  expect(viewingOf(act(UNSEEN), screen).first_action_ms).toBe(0);
});
