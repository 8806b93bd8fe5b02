import { expect, test } from "vitest";
import { createStore } from "../src/state/store.ts";

test("observers hear once of changes made together", async () => {
  const store = createStore({ a: 0, b: 0 });
  const heard: object[] = [];
  store.observe((value) => heard.push(value));

  store.set({ a: 1 });
  store.set((value) => ({ ...value, b: 2 }));
  await Promise.resolve();

  expect(heard).toEqual([{ a: 1, b: 2 }]);
});

test("who stops observing hears no more", async () => {
  const store = createStore({ a: 0 });
  const heard: object[] = [];
  const stop = store.observe((value) => heard.push(value));

  stop();
  store.set({ a: 1 });
  await Promise.resolve();

  expect(heard).toEqual([]);
});
