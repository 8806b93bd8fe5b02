// @vitest-environment jsdom
import { expect, test } from "vitest";
import { clauseHeading, guidelineNodes } from "../src/panel/guideline.ts";
import { csrfToken } from "../src/transport/api.ts";

const rendered = (text: string): string => {
  const host = document.createElement("div");
  host.append(guidelineNodes(text));
  return host.innerHTML;
};

test("what a guideline is made of stays", () => {
  const text = '<h2 id="PL-1">PL-1 Plausibility</h2><p>See <em>this</em>.</p><ol start="2"><li>Two</li></ol>';

  expect(rendered(text)).toBe(text);
});

test("what has no place in one goes, should the server ever let it through", () => {
  expect(
    rendered('<p onclick="x()" style="color:red">A</p><script>x()</script><iframe src="/"></iframe>'),
  ).toBe("<p>A</p>");
  expect(rendered('<a href="javascript:x()">A</a><img src="//elsewhere/x.png">')).toBe(
    '<a target="_blank" rel="noopener noreferrer">A</a><img>',
  );
});

test("a clause is found by its anchor, or by its words", () => {
  document.body.innerHTML = '<h2 id="PL-1">PL-1 A</h2><h3>PL-1.2 B</h3><h3 id="PL-10">PL-10 C</h3>';

  expect(clauseHeading(document, "PL-1")?.textContent).toBe("PL-1 A");
  expect(clauseHeading(document, "PL-1.2")?.textContent).toBe("PL-1.2 B");
  expect(clauseHeading(document, "PL-3")).toBeNull();
});

test("the token follows the cookie, else the page", () => {
  document.head.innerHTML = '<meta name="csrf-token" content="from-page">';
  expect(csrfToken(document)).toBe("from-page");

  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not in jsdom
  document.cookie = "rubrica_csrf=from-cookie";
  expect(csrfToken(document)).toBe("from-cookie");
});
