import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { built, type Pages, SITE, said, VALUES } from "./built.ts";

describe("the pages of a relay", function () {
  this.timeout(30_000);
  let pages: Pages;

  before(async () => {
    pages = await built();
  });

  const html = (): string[] => pages.names.filter((name) => name.endsWith(".html"));
  const page = (name: string): string => said(pages.text(name));

  it("are these and no others", () => {
    assert.deepEqual(
      [...pages.names].sort(),
      [
        "404.html",
        "index.html",
        "info.html",
        "logo.svg",
        "policy.html",
        "privacy.html",
        "qr-chatmail-invite-relay.test.png",
        "robots.txt",
        "style.css",
      ].sort(),
    );
  });

  it("tell the relay's own limits in words that people use", () => {
    const info = page("info.html");
    for (const words of [
      "deleted twelve days after it has arrived",
      "goes after five days",
      "Up to 2 GB of messages",
      "as large as 17 MB",
      "Eight messages at once, and 61 in a minute",
      "no device has logged in for 75 days",
      "stand nine characters",
      "@relay.test",
      "eleven or more characters",
    ])
      assert.ok(info.replace("After it stands ", "@").includes(words), words);
  });

  it("tell a range of lengths", async () => {
    const range = await built({ username_min_length: 3, username_max_length: 30 });
    assert.match(said(range.text("info.html")), /stand three to 30 characters/);
    const open = await built({ username_min_length: 3, username_max_length: 64 });
    assert.match(said(open.text("info.html")), /stand three or more characters/);
  });

  it("name who is responsible, whatever the names contain", () => {
    const privacy = pages.text("privacy.html");
    assert.match(privacy, /Example &#38; Sons<br>1 \*Example\* Street/);
    assert.match(said(privacy), /Officer <pdo@relay\.test>/);
    assert.match(said(privacy), /Some Authority/);
    assert.match(privacy, /<a href="mailto:privacy@relay\.test">/);
    assert.match(pages.text("policy.html"), /<a href="mailto:privacy@relay\.test">/);
  });

  it("say so when nobody is named", async () => {
    const nobody = await built({
      privacy_postal: "",
      privacy_mail: "",
      privacy_pdo: "",
      privacy_supervisor: "",
    });
    assert.match(said(nobody.text("privacy.html")), /has not given a name or a contact address/);
    assert.match(said(nobody.text("policy.html")), /has not given a contact address/);
    assert.doesNotMatch(said(nobody.text("privacy.html")), /officer|supervising authority:/);
  });

  it("load nothing from other hosts, and need nothing that a strict content policy forbids", () => {
    for (const name of [...html(), "style.css", "logo.svg"]) {
      const text = pages.text(name).replaceAll('xmlns="http://www.w3.org/2000/svg"', "");
      for (const [, attribute, url] of text.matchAll(/\b(src|href|action)="([^"]*)"/gi)) {
        const isLink = attribute === "href" && /^(https:|mailto:|DCACCOUNT:)/.test(url ?? "");
        assert.ok(isLink || /^\/(?!\/)|^#/.test(url ?? ""), `${name}: ${attribute}="${url}"`);
      }
      assert.doesNotMatch(text, /<(link|img|script|iframe)[^>]*"(https?:)?\/\//i, name);
      assert.doesNotMatch(text, /url\(|@import|\bstyle="|<style|<script(?![^>]*\bsrc=)|\bon[a-z]+="/i, name);
    }
  });

  it("lead somewhere with each of their links", () => {
    const known = new Set([...pages.names.map((name) => `/${name}`), "/"]);
    for (const name of html()) {
      const text = pages.text(name);
      const ids = new Set([...text.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => `#${id}`));
      for (const [, url = ""] of text.matchAll(/\b(?:src|href)="([/#][^"]*)"/g))
        assert.ok(known.has(url) || ids.has(url), `${name}: ${url}`);
    }
  });

  it("have a menu of the same pages everywhere, which marks where one is", () => {
    for (const name of html()) {
      const menu = /<nav[\s\S]*<\/nav>/.exec(pages.text(name))?.[0] ?? "";
      const links = [...menu.matchAll(/href="([^"]+)"/g)].map(([, url]) => url);
      assert.deepEqual(links, ["/", "/info.html", "/policy.html", "/privacy.html"], name);
      const current = /href="([^"]+)" aria-current="page"/.exec(menu)?.[1];
      const here = name === "index.html" ? "/" : `/${name}`;
      assert.equal(current, name === "404.html" ? undefined : here);
    }
  });

  it("have one heading, a title, a language, and a text for each picture", () => {
    for (const name of html()) {
      const text = pages.text(name);
      assert.equal(text.match(/<h1[ >]/g)?.length, 1, name);
      assert.match(text, /<html lang="en">/);
      assert.match(text, /<title>relay\.test: [^<]+<\/title>/);
      for (const [picture] of text.matchAll(/<img [^>]*>/g)) assert.match(picture, / alt="/);
    }
  });

  it("are a few kilobytes each, and ask robots to stay away", () => {
    for (const name of pages.names) assert.ok(pages.bytes(name).length < 8000, name);
    assert.equal(pages.text("robots.txt"), "User-agent: *\nDisallow: /\n");
  });

  it("are the same bytes at every build", async () => {
    // What no page uses makes it another build, not one that is remembered.
    const again = await built({}, { data: { config: VALUES, unused: true } });
    assert.deepEqual(again.names, pages.names);
    for (const name of pages.names) assert.deepEqual(again.bytes(name), pages.bytes(name), name);
  });

  it("put the address of a relay without a name in brackets", async () => {
    const ip = await built({ mail_domain: "192.0.2.7", tls_mode: "selfsigned" });
    assert.match(said(ip.text("info.html")), /After it stands \[192\.0\.2\.7\]/);
  });

  it("know no other values than the role nginx gives them", () => {
    const { site_values } = parse(readFileSync(join(SITE, "../roles/nginx/vars/main.yaml"), "utf8")) as {
      site_values: Readonly<Record<string, string>>;
    };
    assert.deepEqual(Object.keys(site_values).sort(), Object.keys(VALUES).sort());
  });
});
