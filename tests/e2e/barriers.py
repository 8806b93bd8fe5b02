"""What keeps people out of a page: what axe finds, what runs off a narrow screen, what the keyboard cannot reach."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "frontend/workbench/node_modules/axe-core/axe.min.js"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# Of a row that arrow keys walk along, one stop is for the Tab key.
REACHABLE = "a[href], button, input:not([type=hidden], [tabindex='-1']), select, textarea, summary, [tabindex='0']"

RUN = "(await axe.run(document, options)).violations"
COLLECT = """reachable => {
  const rings = new Set();
  window.reached = [...document.querySelectorAll(reachable)].filter(each => {
    if (each.disabled || each.closest('[hidden], dialog:not([open])') || !each.checkVisibility()) return false;
    // Of radio buttons the keyboard reaches the one that is on, and arrows the others.
    if (each.type !== 'radio') return true;
    const ring = each.form?.action + each.name;
    const isFirst = !rings.has(ring);
    rings.add(ring);
    return isFirst;
  });
  document.body.focus();
  return window.reached.length;
}"""
LOOK = """() => {
  const now = document.activeElement;
  const same = each => each === now || (each.type === 'radio' && now.type === 'radio' && each.name === now.name);
  const styles = [now, now.parentElement, ...(now.labels ?? [])].map(each => getComputedStyle(each));
  const drawn = [...styles, getComputedStyle(now, '::after')].some(({ outlineStyle, outlineWidth, boxShadow }) => {
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
  });
  return { index: window.reached.findIndex(same), drawn, name: now.outerHTML.slice(0, 120) };
}"""


@cache
def _axe() -> str:
    if not AXE.exists():
        raise FileNotFoundError(f"{AXE} is missing; `make check-frontend` installs it")
    return AXE.read_text()


def violations(page: Page, *, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds wrong, by all its rules or by these."""
    # Evaluated by the driver, not inserted as a script: the page's policy stays as it is.
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_axe())
    # Without its own copies of the style sheets, which it would insert against the policy.
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = list(rules)
    # To name each element takes axe as long as to look at it: only done where there is something to name.
    if page.evaluate(f"async options => {RUN}.length", {**options, "selectors": False}) == 0:
        return []
    found = page.evaluate(f"async options => {RUN}", options)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"[:600] for each in found for node in each["nodes"]
    ]


def overhang(page: Page) -> int:
    """Return by how many pixels the document is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def unreached(page: Page) -> list[str]:
    """Press Tab through a page; return what it did not reach, and where the focus cannot be seen."""
    count: int = page.evaluate(COLLECT, REACHABLE)
    reached, faults = set(), []
    for _ in range(count + 12):
        page.keyboard.press("Tab")
        seen = page.evaluate(LOOK)
        reached.add(seen["index"])
        if seen["index"] >= 0 and not seen["drawn"]:
            faults.append(f"no focus is drawn on {seen['name']}")
    missed = sorted(set(range(count)) - reached)
    names = page.evaluate("missed => missed.map(at => window.reached[at].outerHTML.slice(0, 120))", missed)
    return faults + [f"not reached: {name}" for name in names]
