/** Views held against each other: beside or on each other, the locked ones always at the same place of the plane. */

import * as looking from "../looking.ts";
import type { Bench } from "../state/bench.ts";
import type { XY } from "../state/geometry.ts";
import { isOverlaid, type Lens } from "../state/lens.ts";
import type { Store } from "../state/store.ts";
import {
  extentOf,
  frameIn,
  type Outlook,
  outlookOf,
  type Placement,
  paneAt,
  placementOf,
  planeAt,
  sameFrame,
} from "./alignment.ts";
import { Composite } from "./composite.ts";
import { displayFilter } from "./display.ts";
import type { View } from "./view.ts";
import { WipeHandle } from "./wipe.ts";

/** How much the loupe enlarges: image pixels to screen pixels, and beside what is on the screen already. */
const LOUPE = { zoom: 4, more: 2 };

export class Comparison {
  readonly composite = new Composite();
  readonly handle: WipeHandle;
  /** The view that was last touched: keys act on it, and the locked ones follow it. */
  leader: View | null = null;
  readonly #filters = document.createElement("div");
  /** Where the pointer is, and over which view. */
  #pointer: { readonly view: View; readonly at: XY } | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly store: Store<Bench>,
    private readonly shown: () => readonly View[],
  ) {
    this.handle = new WipeHandle(host, (to) => store.set((bench) => looking.wipeTo(bench, to)));
    this.#filters.className = "wb-filters";
    host.append(this.#filters, this.handle.element);
  }

  get #lens(): Lens {
    return this.store.get().lens;
  }

  /** The view that keys act on. */
  get active(): View | null {
    return this.leader ?? this.shown()[0] ?? null;
  }

  /** The images that are laid on each other, or null while they stand side by side. */
  get overlaid(): readonly [View, View] | null {
    const lens = this.#lens;
    const [under] = this.shown();
    const over = this.shown().find(({ slot }) => slot === lens.over);
    return isOverlaid(lens) && under && over && under !== over ? [under, over] : null;
  }

  /** Follows the lens: which views lie where, what they are shown through, who follows whom. */
  show(): void {
    const lens = this.#lens;
    const { overlaid } = this;
    this.host.dataset.lens = overlaid ? lens.mode : "side";
    if (overlaid) this.leader = overlaid[0];
    this.#lay(lens, overlaid);
    this.handle.show(overlaid && lens.mode === "wipe" && !lens.other ? lens.wipe : null);
    const display = displayFilter(this.#filters, lens);
    for (const view of this.shown()) {
      view.filter(display);
      view.label(view.pane.zoom, !this.isLoose(view));
    }
    this.composite.filter(lens, display);
    this.makeRoom();
    this.settle();
    this.magnify();
  }

  #lay(lens: Lens, overlaid: readonly [View, View] | null): void {
    const views = this.shown();
    views.forEach((view, index) => {
      view.element.classList.toggle("is-under", view === overlaid?.[0]);
      view.element.classList.toggle("is-over", view === overlaid?.[1]);
      view.element.classList.toggle("is-aside", overlaid !== null && !overlaid.includes(view));
      // What is not seen takes no focus.
      view.element.tabIndex = overlaid && view !== overlaid[0] ? -1 : 0;
      // While the other image is held, the two change places: the eye stays, the picture is exchanged.
      const over = views.findIndex(({ slot }) => slot === lens.over);
      const exchanged = lens.other && !overlaid && (index === 0 || index === over);
      view.element.style.order = String(exchanged ? over - index : index);
    });
  }

  settle(): void {
    this.align();
    this.compose();
  }

  compose(): void {
    const { overlaid } = this;
    if (!overlaid) return;
    const [under, over] = overlaid;
    if (under.pane.isOpen && over.pane.isOpen) this.composite.draw(under.pane, over.pane, this.#lens);
  }

  #placement(view: View): Placement {
    const first = this.shown()[0] ?? view;
    return placementOf(first.pane.size, view.pane.size, this.#lens.alignment);
  }

  /** Fitting shows all of every image, also of one that reaches beyond the first. */
  makeRoom(): void {
    const open = this.shown().filter(({ pane }) => pane.isOpen);
    const plane = extentOf(open.map((view) => [view.pane.size, this.#placement(view)] as const));
    for (const view of open) {
      const { left, top, scale } = this.#placement(view);
      view.pane.makeRoom(
        this.isLoose(view)
          ? { left: 0, top: 0, ...view.pane.size }
          : {
              left: (plane.left - left) / scale,
              top: (plane.top - top) / scale,
              width: plane.width / scale,
              height: plane.height / scale,
            },
      );
    }
  }

  /** Whether a view goes its own way; on each other, none does. */
  isLoose(view: View): boolean {
    const lens = this.#lens;
    return !isOverlaid(lens) && lens.unlocked.includes(view.slot);
  }

  #outlook(view: View): Outlook {
    return outlookOf(view.pane.frame, view.pane.size, this.#placement(view));
  }

  /** Puts every image that is locked where the leader has the same place. */
  align(): void {
    const leader = this.leading;
    if (!leader?.pane.isOpen) return;
    const outlook = this.#outlook(leader);
    for (const view of this.shown()) {
      if (view === leader || this.isLoose(view) || !view.pane.isOpen) continue;
      const frame = frameIn(outlook, view.pane.size, this.#placement(view));
      if (sameFrame(frame, view.pane.frame)) continue;
      view.pane.place(frame);
      // At once, and not with its own next frame: between the two a difference would flash.
      view.pane.redraw();
    }
  }

  /** The view that the locked ones follow. */
  get leading(): View | undefined {
    const leader = this.leader;
    return leader && !this.isLoose(leader) ? leader : this.shown().find((view) => !this.isLoose(view));
  }

  toggleLock(view = this.active): void {
    if (!view) return;
    this.store.set((bench) => looking.toggleLock(bench, view.slot));
    if (this.isLoose(view)) return;
    // Taken back, it goes where the others are, not they to it.
    this.leader = this.shown().find((other) => other !== view && !this.isLoose(other)) ?? view;
  }

  pointed(view: View, at: XY | null): void {
    this.#pointer = at && { view, at };
    this.magnify();
  }

  /** Every image is magnified at the place under the pointer; without one, in the middle. */
  magnify(): void {
    const lens = this.#lens;
    const { overlaid } = this;
    const from = this.#pointer?.view ?? this.active;
    const place =
      lens.loupe && from?.pane.isOpen ? planeAt(this.#outlook(from), this.#pointer?.at ?? from.middle) : null;
    for (const view of this.shown()) {
      if (!place || !view.pane.isOpen || view.element.classList.contains("is-aside")) {
        view.magnify(null, 0, 1);
        continue;
      }
      const outlook = this.#outlook(view);
      const at = paneAt(outlook, place);
      const unit = Math.max(LOUPE.zoom / devicePixelRatio, LOUPE.more * outlook.scale);
      // On each other, the two loupes stand left and right of the place.
      const aside = overlaid ? (view === overlaid[0] ? -0.5 : 0.5) : 0;
      view.magnify(at, aside, unit * this.#placement(view).scale);
    }
  }
}
