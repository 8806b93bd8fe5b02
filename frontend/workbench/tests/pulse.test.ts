import { describe, expect, test } from "vitest";
import { attention, DEFAULT_TERMS } from "../src/clock/attention.ts";
import { type Beat, Pulse } from "../src/clock/pulse.ts";
import { clockWords, lengthWords } from "../src/clock/words.ts";

const page = (options = {}): { pulse: Pulse; beats: Beat[] } => {
  const beats: Beat[] = [];
  return { beats, pulse: new Pulse("a-page", "workbench", 1_000, options, (beat) => beats.push(beat)) };
};

const told = (beats: readonly Beat[]): unknown[] =>
  beats.map(({ number, counter, visible, inputs, answered }) => [number, counter, visible, inputs, answered]);

describe("the beats of a page", () => {
  test("come every quarter of a minute and say how often the person did something", () => {
    const { pulse, beats } = page();
    pulse.tick(15_999, "");
    pulse.act();
    pulse.act();
    pulse.tick(16_000, "");
    pulse.tick(17_000, "");
    pulse.tick(31_000, "");
    expect(told(beats)).toEqual([
      [0, 0, true, 1, false],
      [1, 15_000, true, 2, false],
      [2, 30_000, true, 0, false],
    ]);
  });

  test("tell what was visible until it is hidden, and nothing while it is", () => {
    const { pulse, beats } = page();
    pulse.show(6_000, false);
    pulse.tick(60_000, "");
    pulse.show(61_000, false);
    pulse.show(101_000, true);
    pulse.tick(116_000, "");
    expect(told(beats)).toEqual([
      [0, 0, true, 1, false],
      [1, 5_000, true, 0, false],
      [2, 100_000, false, 0, false],
      [3, 115_000, true, 1, false],
    ]);
  });

  test("belong to the task that was in hand until the next one came", () => {
    const { pulse, beats } = page({ task: "one" });
    pulse.tick(5_000, "two");
    pulse.tick(20_000, "two");
    expect(beats.map(({ task, counter }) => [task, counter])).toEqual([
      ["one", 0],
      ["one", 4_000],
      ["two", 19_000],
    ]);
  });

  test("carry an answer at once", () => {
    const { pulse, beats } = page({ acted: false });
    pulse.answer(9_000);
    pulse.tell(10_000);
    expect(told(beats)).toEqual([
      [0, 0, true, 0, false],
      [1, 8_000, true, 0, true],
      [2, 9_000, true, 0, false],
    ]);
  });

  test("of a page that is opened hidden begin when it is seen", () => {
    const { pulse, beats } = page({ visible: false });
    pulse.tell(5_000);
    pulse.tick(50_000, "another");
    pulse.show(60_000, true);
    expect(told(beats).map((each) => (each as unknown[])[2])).toEqual([false, false]);
  });

  test("hold nothing but what the rules need", () => {
    const { beats } = page();
    expect(Object.keys(beats[0] ?? {}).sort()).toEqual([
      "answered",
      "counter",
      "inputs",
      "number",
      "page",
      "task",
      "visible",
    ]);
  });
});

test.each([
  [0, "here"],
  [99_999, "here"],
  [100_000, "asked"],
  [180_000, "asked"],
  [180_001, "away"],
])("after %i ms without input a person is %s", (quiet, state) => {
  expect(attention(quiet, DEFAULT_TERMS)).toBe(state);
});

test("lengths are read as clocks and as words", () => {
  expect([0, 61_999, 6_130_000].map(clockWords)).toEqual(["0:00:00", "0:01:01", "1:42:10"]);
  expect([900, 45_000, 360_000, 7_500_000].map(lengthWords)).toEqual(["1 s", "45 s", "6 min", "2 h 5 min"]);
});
