/** One value that everything else observes. Observers hear of changes once a microtask, not once a change. */

export interface Store<T> {
  get(): T;
  set(change: Partial<T> | ((value: T) => T)): void;
  observe(observer: (value: T) => void): () => void;
}

export function createStore<T extends object>(initial: T): Store<T> {
  const observers = new Set<(value: T) => void>();
  let value = initial;
  let announced = true;

  const announce = (): void => {
    announced = true;
    for (const observer of observers) observer(value);
  };

  return {
    get: () => value,
    set(change) {
      const next = typeof change === "function" ? change(value) : { ...value, ...change };
      if (next === value) return;
      value = next;
      if (!announced) return;
      announced = false;
      queueMicrotask(announce);
    },
    observe(observer) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
  };
}
