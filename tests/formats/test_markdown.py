"""Guidelines are shown as their authors meant, and can do nothing to those who read them."""

import re
import time

import pytest

from rubrica.domain.guideline import parse_guideline
from rubrica.domain.templates import template_guideline, template_keys
from rubrica.formats.markdown import item_keys, markdown_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt&#58;alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "![a](https://elsewhere.example/pixel.png)",
    "![a](javascript:alert(1))",
    "<svg><animate href=#x attributeName=href values=javascript:alert(1)>",
    "<a name=body id=cookie>",
    '[a](https://example.org "onmouseover=alert(1)")',
    "[a]: javascript:alert(1)\n\n[a]",
    "`<script>`\n\n```html\n<script>alert(1)</script>\n```",
    "<style>*{background:url(//elsewhere.example)}</style>",
    "| <iframe src=//elsewhere.example> |\n|-|\n| x |",
    "<!--><script>alert(1)</script>-->",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "## <img src=x onerror=alert(1)> PL-1",
    "[a](//elsewhere.example/path)",
    "[a](/logout)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_nothing_that_runs_or_loads(text):
    html = markdown_html(text)

    tags = re.findall(r"<([a-zA-Z0-9]+)([^>]*)>", html)
    assert {tag for tag, _ in tags} <= {"a", "code", "p", "pre", "h2", "table", "thead", "tbody", "tr", "td", "th"}
    addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
    assert addresses in ([], ["https://example.org"])
    assert not any(" on" in attributes.split('title="')[0] for _, attributes in tags)


def test_the_heading_of_a_clause_carries_its_anchor():
    html = markdown_html("# Audit\n\n## PL-1 Plausible\n\n### PL-1.2: Light\n\n## PLAIN-ish\n\n## PL-12x")

    assert re.findall(r"<(h\d)(?: id=\"([^\"]+)\")?>", html) == [
        ("h1", ""),
        ("h2", "PL-1"),
        ("h3", "PL-1.2"),
        ("h2", ""),
        ("h2", ""),
    ]


@pytest.mark.parametrize("key", template_keys())
def test_every_clause_of_a_template_can_be_reached(key):
    text = template_guideline(key)

    assert re.findall(r'<h\d id="([^"]+)">', markdown_html(text)) == list(parse_guideline(text).anchors)


def test_ordinary_markdown_is_shown():
    html = markdown_html("A *b* **c** ~~d~~ `e` [f](#PL-1) [g](https://example.org)\n\n- h\n\n1. i\n\n> j")

    link = 'rel="noopener noreferrer"'
    assert html == (
        "<p>A <em>b</em> <strong>c</strong> <s>d</s> <code>e</code> "
        f'<a href="#PL-1" {link}>f</a> <a href="https://example.org" {link}>g</a></p>\n'
        "<ul>\n<li>h</li>\n</ul>\n<ol>\n<li>i</li>\n</ol>\n<blockquote>\n<p>j</p>\n</blockquote>\n"
    )


def test_an_image_is_shown_by_its_description():
    assert markdown_html("![a <b> cat](https://example.org/c.png)") == "<p>[a &lt;b&gt; cat]</p>\n"


def seconds_to_show(text):
    began = time.process_time()
    markdown_html(text)
    return time.process_time() - began


@pytest.mark.parametrize(("part", "most"), [("> ", 90), ("[", 90), ("![", 60), ("*a ", 60), ("|a", 60), ("<", 190)])
def test_what_a_guideline_costs_to_show_grows_with_its_length_and_no_faster(part, most):
    # Four times the text: four times the work, sixteen times if it were quadratic. Less than 50 ms is mostly noise, and
    # what else the machine does can slow one measurement down, but not all three.
    ratios = []
    while len(ratios) < 3 and min(ratios, default=9) >= 9:
        quarter, whole = (seconds_to_show(part * (1_000 * most // share)) for share in (4, 1))
        ratios.append(whole / max(quarter, 0.05))

    assert min(ratios) < 9, ratios


def test_an_image_is_an_item_of_the_project_or_its_description():
    text = (
        "![A <seam>](item:owl.png) ![](<item:an owl.png>) ![Gone](item:gone.png) ![x](https://elsewhere.example/x.png)"
    )
    html = markdown_html(text, {"owl.png": "/images/1/thumbnail", "an owl.png": "/images/2/thumbnail"})

    first = '<img src="/images/1/thumbnail" alt="A &lt;seam&gt;">'
    assert html == f'<p>{first} <img src="/images/2/thumbnail" alt=""> [Gone] [x]</p>\n'
    assert item_keys(text) == ("owl.png", "an owl.png", "gone.png")


def test_images_in_code_are_text_and_links_lead_to_no_path_of_this_site():
    text = "`![a](item:owl.png)`\n\n    ![a](item:owl.png)\n\n[a](/images/1/thumbnail) [b](item:owl.png)"

    assert item_keys(text) == ()
    assert "<img" not in markdown_html(text, {"owl.png": "/images/1/thumbnail"})
    assert re.findall(r'href="([^"]*)"', markdown_html(text)) == []


@pytest.mark.parametrize("address", ['"><script>alert(1)</script>', "//elsewhere.example/x", "javascript:alert(1)"])
def test_an_address_that_is_none_of_this_site_does_not_load(address):
    html = markdown_html("![a](item:owl.png)", {"owl.png": address})

    assert "<script" not in html
    assert re.findall(r'src="([^"]*)"', html) in ([], ["&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"])
