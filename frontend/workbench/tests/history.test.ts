import { expect, test } from "vitest";
import { begin, change, redo, settle, undo } from "../src/state/history.ts";

test("undo and redo walk the same way back and forth", () => {
  const history = change(change(begin(1), 2), 3);

  expect(undo(undo(history)).present).toBe(1);
  expect(redo(redo(undo(undo(history)))).present).toBe(3);
});

test("a change after an undo ends what could be redone", () => {
  const history = change(undo(change(begin(1), 2)), 9);

  expect(redo(history).present).toBe(9);
});

test("changes of one gesture are undone as one", () => {
  const pulled = change(change(change(begin(0), 1, "pull"), 2, "pull"), 3, "pull");

  expect(undo(pulled).present).toBe(0);
});

test("a stretch that has ended is not continued", () => {
  const typed = change(settle(change(begin(""), "a", "text")), "ab", "text");

  expect(undo(typed).present).toBe("a");
});

test("nothing to undo changes nothing", () => {
  const history = begin(1);

  expect(undo(history)).toBe(history);
  expect(redo(history)).toBe(history);
  expect(change(history, 1)).toBe(history);
});

test("the past is finite", () => {
  let history = begin(0);
  for (let step = 1; step <= 500; step += 1) history = change(history, step);

  expect(history.past).toHaveLength(200);
});
