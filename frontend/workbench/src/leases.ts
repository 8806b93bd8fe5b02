/** Leases: work in hand is kept as long as somebody works on it. */

import { leaseOver, SESSION_ENDED, withNotice } from "./notices.ts";
import type { Bench, Desk } from "./state/bench.ts";
import type { Store } from "./state/store.ts";
import type { Assignment } from "./state/wire.ts";
import { ApiError, type WorkApi } from "./transport/api.ts";

/** Whoever did nothing for this long is away: the lease then runs out by itself. */
const AWAY = 5 * 60_000;
const RENEW_BEFORE = 5 * 60_000;

/** Renews the lease of what is on the desk, and of what is held, when it is about to end. */
export async function renewLeases(
  store: Store<Bench>,
  api: WorkApi,
  now: number,
  lastActivity: number,
): Promise<void> {
  const { desk, resting } = store.get();
  const current = desk?.kind === "assignment" ? desk : resting;
  if (!current?.leasedUntil || !current.leasedAt || now - lastActivity > AWAY) return;
  const margin = Math.min(RENEW_BEFORE, (current.leasedUntil - current.leasedAt) / 3);
  if (current.leasedUntil - now > margin) return;
  try {
    const { leased_until } = await api.renew(current.id);
    prolong(store, current.id, Date.parse(leased_until) - api.skew, now);
    await renewHeld(store, api);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.fault === "expired") store.set((bench) => withNotice(bench, SESSION_ENDED));
    if (error.fault !== "refused") return;
    // The server says what that means: the answer still counts unless somebody else was quicker.
    prolong(store, current.id, null, now);
    store.set((bench) => withNotice(bench, leaseOver(current.id, current.item, error.detail)));
  }
}

function prolong(store: Store<Bench>, id: string, leasedUntil: number | null, now: number): void {
  const renewed = (each: Desk | null): Desk | null =>
    each?.id === id ? { ...each, leasedUntil, leasedAt: now } : each;
  store.set((bench) => ({ ...bench, desk: renewed(bench.desk), resting: renewed(bench.resting) }));
}

/** One that is no longer ours leaves the pile; the next receipt brings another. */
async function renewHeld(store: Store<Bench>, api: WorkApi): Promise<void> {
  for (const { id } of store.get().held) {
    const leased = await api.renew(id).catch((error: unknown) => {
      if (error instanceof ApiError && error.fault === "refused") return null;
      throw error;
    });
    const renewed = (each: Assignment): Assignment[] => {
      if (each.id !== id) return [each];
      return leased ? [{ ...each, leased_until: leased.leased_until }] : [];
    };
    store.set((bench) => ({ ...bench, held: bench.held.flatMap(renewed) }));
  }
}
