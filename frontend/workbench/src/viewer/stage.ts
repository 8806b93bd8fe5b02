/** The stage: one picture, or several that move as one beside or upon each other, with the marks over them. */

import * as actions from "../actions.ts";
import type { Bench, Desk } from "../state/bench.ts";
import { draftOf } from "../state/bench.ts";
import type { XY } from "../state/geometry.ts";
import { isOverlaid, type Lens, modeWords } from "../state/lens.ts";
import { LETTERS } from "../state/ordering.ts";
import type { Store } from "../state/store.ts";
import { zoomed } from "../state/viewing.ts";
import type { Slot } from "../state/wire.ts";
import type { Pictures } from "../transport/pictures.ts";
import { Comparison } from "./comparison.ts";
import { arrange, closeIn, toImage } from "./frame.ts";
import type { HandsOn } from "./pointer.ts";
import { View } from "./view.ts";

export interface StageEvents {
  newId(): string;
  /** All pictures of this desk are on the screen. */
  painted(desk: string): void;
  /** All pictures of the next item are painted behind those that are seen. */
  prepared(): void;
  didNotLoad(): void;
  zoomChanged(zoom: number): void;
  markPlaced(): void;
  /** A mark was taken hold of on the image. */
  markPicked(mark: string): void;
}

const SLOTS: readonly Slot[] = LETTERS;

export class Stage {
  readonly #views: View[] = [];
  readonly #unpainted = new Set<Slot>();
  #desk: Desk | null = null;
  #panning = false;
  #byFinger = false;
  /** The assignment whose pictures are being painted behind. */
  #ahead = "";
  readonly #comparison: Comparison;
  #lens: Lens | null = null;
  /** What of the images is on the screen around which middle, for the next item to open at. */
  #kept: { readonly x: number; readonly y: number; readonly zoom: number } | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly store: Store<Bench>,
    private readonly pictures: Pictures,
    private readonly events: StageEvents,
  ) {
    new ResizeObserver(() => this.#arrange()).observe(host);
    this.#comparison = new Comparison(host, store, () => this.#shown);
  }

  /** Follows the bench: another desk opens its pictures, any change redraws the marks. */
  show(bench: Bench): void {
    if (bench.desk?.id !== this.#desk?.id) this.#open(bench.desk);
    this.#desk = bench.desk;
    this.#prepare(bench);
    // Not with every mark and key: on large images a difference takes its time.
    if (bench.lens !== this.#lens) this.#comparison.show();
    this.#lens = bench.lens;
    for (const view of this.#shown) {
      view.element.setAttribute("aria-label", `${this.#name(view, bench)}. ${this.#hint(bench)}`);
      view.draw(bench, this.#panning);
    }
  }

  /** The network is back: what did not load may do so now. */
  retry(): void {
    for (const view of this.#shown) view.retry();
    this.#ahead = "";
    this.#prepare(this.store.get());
  }

  #name(view: View, { lens }: Bench): string {
    if (this.#shown.length < 2) return "Image";
    if (!isOverlaid(lens)) return `Image ${view.slot.toUpperCase()}`;
    return `Images A and ${lens.over.toUpperCase()}, ${modeWords(lens)}`;
  }

  /** Once this item is on the screen, the next one is painted behind it. */
  #prepare({ desk, held }: Bench): void {
    const next = held[0];
    if (!next || !desk || this.#unpainted.size > 0 || this.#ahead === next.id) return;
    this.#ahead = next.id;
    next.images.forEach((picture, index) => {
      this.pictures.get(picture.view_url).then(
        () => {
          if (this.store.get().held[0]?.id === next.id) this.#views[index]?.prepare(picture);
        },
        // Its failure is told when its turn comes.
        () => {},
      );
    });
  }

  #hint(bench: Bench): string {
    const { length } = draftOf(bench).marks;
    const count = length === 0 ? "No marks." : length === 1 ? "1 mark." : `${length} marks.`;
    if (bench.tool === "pan") return `${count} Arrow keys move the image, plus and minus zoom.`;
    return `${count} Tool: ${bench.tool}. Arrow keys move the cross-hair, Enter sets a point, Escape leaves.`;
  }

  get #shown(): readonly View[] {
    return this.#views.filter((view) => !view.element.hidden);
  }

  #open(desk: Desk | null): void {
    const pictures = desk?.images ?? [];
    this.#keep();
    this.host.dataset.images = String(pictures.length);
    this.host.classList.toggle("is-pair", pictures.length > 1);
    this.host.classList.toggle("is-many", pictures.length > 2);
    this.#unpainted.clear();
    for (const { slot } of pictures) this.#unpainted.add(slot);
    SLOTS.forEach((slot, index) => {
      const picture = pictures[index];
      if (picture && !this.#views[index]) this.#views[index] = this.#make(slot);
      const view = this.#views[index];
      if (!view) return;
      view.element.hidden = !picture;
      if (picture) view.show(picture);
      else view.clear();
    });
    this.#comparison.leader = this.#shown[0] ?? null;
    this.#desk = desk;
    this.#arrange();
  }

  #make(slot: Slot): View {
    const view = new View(slot, this.host, this.pictures, {
      moved: (moved) => this.#moved(moved),
      resized: () => this.#comparison.settle(),
      opened: (opened) => this.#opened(opened),
      pointed: (pointed, at) => this.#comparison.pointed(pointed, at),
      lockPressed: (pressed) => this.#comparison.toggleLock(pressed),
      painted: (painted) => this.#painted(painted),
      prepared: () => this.#prepared(),
      focused: (focused) => {
        this.#comparison.leader = focused;
      },
      hands: (held) => this.#hands(held),
      didNotLoad: () => this.events.didNotLoad(),
    });
    if (slot === "a") view.cover(this.#comparison.composite.element);
    return view;
  }

  /** Remembers the view of the item that goes, relative to its first image. */
  #keep(): void {
    const [first] = this.#shown;
    if (!first?.pane.isOpen) return;
    this.#kept = { ...toImage(first.pane.frame, first.middle), zoom: first.pane.zoom };
  }

  /** A picture has come: the first lies where the last item was looked at, if that is wished; the others follow. */
  #opened(view: View): void {
    const bench = this.store.get();
    this.#comparison.makeRoom();
    if (bench.keepView && this.#kept && view === this.#shown[0]) view.pane.look(this.#kept, this.#kept.zoom);
    this.#comparison.settle();
  }

  #painted(view: View): void {
    this.#unpainted.delete(view.slot);
    if (this.#unpainted.size > 0 || !this.#desk) return;
    this.events.painted(this.#desk.id);
    this.#prepare(this.store.get());
    this.#prepared();
  }

  #prepared(): void {
    const { length } = this.store.get().held[0]?.images ?? [];
    if (length > 0 && this.#views.filter((view) => view.isPrepared).length >= length) this.events.prepared();
  }

  #moved(view: View): void {
    const bench = this.store.get();
    view.draw(bench, this.#panning);
    view.label(view.pane.zoom, !this.#comparison.isLoose(view));
    if (view === this.#comparison.leading) this.#comparison.align();
    this.#comparison.compose();
    this.#comparison.magnify();
    if (view !== this.#comparison.leader) return;
    const { zoom } = view.pane;
    this.events.zoomChanged(zoom);
    if (bench.desk && zoom > bench.desk.attention.maximumZoom) {
      this.store.set((now) =>
        now.desk ? { ...now, desk: { ...now.desk, attention: zoomed(now.desk.attention, zoom) } } : now,
      );
    }
  }

  #hands(view: View): HandsOn {
    const { store } = this;
    return {
      frame: () => view.pane.frame,
      drawing: () => store.get().tool !== "pan" && !this.#panning,
      shapeOf: (id) => draftOf(store.get()).marks.find((mark) => mark.id === id)?.shape ?? null,
      selectedMark: () => store.get().selectedMark,
      press: (at, near, joins) => this.#press(view.slot, at, near, joins),
      hover: (way) => store.set((bench) => actions.hoverAt(bench, view.slot, way)),
      release: (at, near, pulled) => {
        const tool = store.get().drawing?.tool;
        if (tool === "brush" || (tool === "box" && pulled)) this.#press(view.slot, at, near);
      },
      select: (mark) => {
        store.set((bench) => actions.select(bench, mark));
        if (mark) this.events.markPicked(mark);
      },
      chooseHandle: (handle) => store.set({ handle }),
      split: (corner, at, gesture) => store.set((bench) => actions.splitAfter(bench, corner, at, gesture)),
      reshape: (mark, shape, gesture) => store.set((bench) => actions.reshape(bench, mark, shape, gesture)),
      light: (mark) => store.set((bench) => actions.light(bench, mark)),
      pinch: (frame) => view.pane.follow(frame),
      touched: (kind) => {
        this.#byFinger = kind === "touch";
        this.#comparison.leader = view;
        view.element.focus({ preventScroll: true });
      },
    };
  }

  #press(slot: Slot, at: XY, near: (a: XY, b: XY) => boolean, joins = false): void {
    this.#place((bench, id) => actions.pressAt({ ...bench, cursor: null }, slot, at, near, id, joins));
  }

  /** How the images are held against each other. */
  get comparison(): Comparison {
    return this.#comparison;
  }

  /** The view that keys act on. */
  get active(): View | null {
    return this.#comparison.active;
  }

  focus(): void {
    this.active?.element.focus({ preventScroll: true });
  }

  /** While held, the hand moves the picture whatever the tool. */
  hold(panning: boolean): boolean {
    if (panning !== this.#panning) {
      this.#panning = panning;
      this.show(this.store.get());
    }
    return true;
  }

  get panning(): boolean {
    return this.#panning;
  }

  fit(): void {
    this.active?.pane.fit();
  }

  zoomTo(zoom: number): void {
    this.active?.pane.zoomTo(zoom);
  }

  zoomBy(factor: number): void {
    this.active?.pane.zoomBy(factor);
  }

  panBy(dx: number, dy: number): void {
    this.active?.pane.panBy(dx, dy);
  }

  /** Screen pixels as a share of the image of the active view. */
  share(dx: number, dy: number): XY {
    const frame = this.active?.pane.frame;
    return frame ? { x: dx / frame.width, y: dy / frame.height } : { x: 0, y: 0 };
  }

  /** Moves the cross-hair; it begins in the middle of what is seen. */
  moveCursor(dx: number, dy: number): void {
    const view = this.active;
    if (!view) return;
    const step = this.share(dx, dy);
    this.store.set((bench) => {
      const from = bench.cursor?.image === view.slot ? bench.cursor.at : this.#middle(view);
      const at = {
        x: Math.min(1, Math.max(0, from.x + step.x)),
        y: Math.min(1, Math.max(0, from.y + step.y)),
      };
      return actions.hoverAt({ ...bench, cursor: { image: view.slot, at } }, view.slot, [at]);
    });
    const at = this.store.get().cursor?.at;
    if (at) view.pane.reveal(at.x, at.y);
  }

  #middle(view: View): XY {
    return toImage(view.pane.frame, view.middle);
  }

  /** Enter: sets a point where the cross-hair is. */
  pressCursor(): void {
    const view = this.active;
    if (!view) return;
    if (!this.store.get().cursor) this.moveCursor(0, 0);
    const at = this.store.get().cursor?.at;
    if (!at) return;
    this.#byFinger = false;
    this.#place((bench, id) => actions.pressAt(bench, view.slot, at, closeIn(view.pane.frame, 6), id));
  }

  #place(change: (bench: Bench, id: string) => Bench): void {
    const id = this.events.newId();
    const before = draftOf(this.store.get()).marks;
    this.store.set((bench) => change(bench, id));
    const { selectedMark } = this.store.get();
    if (!selectedMark || draftOf(this.store.get()).marks === before) return;
    // To a finger, a field that takes the focus brings up the keyboard over the image.
    if (this.#byFinger) this.events.markPicked(selectedMark);
    else this.events.markPlaced();
  }

  reveal(image: Slot, at: XY): void {
    const shown = this.#shown.find((view) => view.slot === image);
    if (!shown) return;
    this.#comparison.leader = shown;
    shown.pane.reveal(at.x, at.y);
  }

  #arrange(): void {
    const first = this.#desk?.images[0];
    if (!first || this.#shown.length < 2) return;
    const { clientWidth, clientHeight } = this.host;
    // Half a pixel of width would blur every picture in it.
    this.host.classList.toggle("is-odd", clientWidth % 2 === 1);
    // Side by side is the agreed picture; a narrow screen may stack.
    const way = clientWidth >= 600 ? "row" : arrange(clientWidth, clientHeight, first.width / first.height);
    this.host.classList.toggle("is-stacked", way === "column");
  }
}
