// The web side of a relay on a real host, asked as programs and a browser do. The suites are in site/.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Lab, openLab } from "../lab/index.ts";
import { type Browser, type Look, openBrowser, seenCode } from "./site/browser.ts";
import { Deployed } from "./site/deployed.ts";
import { everywhere } from "./site/http.ts";

const PAGES = ["/", "/info.html", "/policy.html", "/privacy.html"];
const EXTERNAL = ["/etc/ssl/certs/mailserver.pem", "/etc/ssl/private/mailserver.key"];

describe("The web side of a relay", () => {
  let lab: Lab | undefined;
  let relay: Deployed;

  before(async function () {
    this.timeout(300_000);
    lab = await openLab({ name: "site" });
    relay = new Deployed(lab, await lab.host("pages.chatmail.example"));
  });

  after(() => lab?.down());

  const deploy = (variables: Readonly<Record<string, unknown>>) =>
    async function (this: Mocha.Context): Promise<void> {
      this.timeout(300_000);
      const run = await relay.deploy(variables);
      assert.equal(run.exitCode, 0, run.failed.join("\n"));
      const again = await relay.deploy(variables);
      assert.deepEqual(again.changed, [], "a second run changes nothing");
    };

  /** Chromium drops what it is loading when the machine gets another network, as when another lab opens. */
  const withBrowser = async (look: Look, body: (browser: Browser) => Promise<void>): Promise<void> => {
    for (let tries = 5; ; tries--) {
      const browser = await openBrowser(relay, look);
      try {
        await body(browser);
        assert.deepEqual(browser.noted, []);
        return;
      } catch (error) {
        const disturbed = [String(error), ...browser.noted].some((text) => text.includes("NETWORK_CHANGED"));
        if (!disturbed || tries === 0) throw error;
      } finally {
        await browser.close();
      }
    }
  };

  const inBrowser = (): void => {
    for (const width of [360, 1280])
      for (const colorScheme of ["light", "dark"] as const)
        it(`shows every page in ${colorScheme} at a width of ${width}, through the menu`, () =>
          withBrowser({ colorScheme, width }, async (browser) => {
            const page = await browser.visit("/");
            for (const path of PAGES) {
              await page.locator(`nav a[href="${path}"]`).click();
              await page.waitForURL(`**${path}`);
              assert.equal(await page.locator("nav [aria-current]").getAttribute("href"), path);
              assert.equal(await page.locator("h1").isVisible(), true);
              const { overflow, ground, contrast } = await page.evaluate<Seen>(SEEN);
              assert.ok(!overflow, `${path} is wider than the screen`);
              assert.equal(ground < 0.5, colorScheme === "dark", `${path} is ${colorScheme}`);
              assert.ok(contrast >= 4.5, `${path}: text has a contrast of ${contrast}`);
            }
          }));
  };

  describe("whose certificate is its own", () => {
    before(deploy({ tls_mode: "selfsigned" }));

    everywhere(() => relay);
    inBrowser();

    it("shows a fresh login code, another one on request, and the same as a link", () =>
      withBrowser({}, async (browser) => {
        const page = await browser.visit("/");
        const seen = new Set<string>();
        for (let count = 1; count <= 2; count++) {
          await page.locator("#login-status", { hasText: "This code logs in as" }).waitFor();
          const link = (await page.locator("#login-link").getAttribute("href")) ?? "";
          assert.match(link, /^dclogin:[a-z0-9]{9}@pages\.chatmail\.example\?p=[^&]+&v=1&ic=3$/);
          assert.equal(await seenCode(page), link);
          seen.add(link);
          await page.locator("#login-again").click();
          await page.locator(`#login-link:not([href="${link}"])`).waitFor();
        }
        assert.equal(seen.size, 2);
      }));

    it("says what to do without JavaScript", () =>
      withBrowser({ javaScript: false }, async (browser) => {
        const page = await browser.visit("/");
        assert.ok(await page.locator('noscript a[href="/info.html"]').isVisible());
        assert.ok(!(await page.locator("#login-link").isVisible()));
      }));

    it("gives out new addresses to browsers no faster than twice a second", async () => {
      await sleep(3500);
      const get = async () => (await relay.ask(`https://${relay.domain}/new`)).status;
      const statuses = await Promise.all(Array.from({ length: 12 }, get));
      assert.ok(statuses.filter((status) => status === 200).length <= 8, statuses.join());
      assert.ok(statuses.includes(200) && statuses.includes(429), statuses.join());
      await sleep(1000);
      assert.equal(await get(), 200);
    });

    it("runs what makes addresses as nobody in particular, and only while it is needed", async () => {
      await relay.ask(`https://${relay.domain}/new`, "POST");
      const user = await relay.host.must("ps -o user= -C node | sort -u; systemctl stop newemail.service");
      assert.doesNotMatch(user, /root|www-data/);
      const { status } = await relay.ask(`https://${relay.domain}/new`, "POST");
      assert.equal(status, 200, "it is started again when it is asked");
    });
  });

  describe("with a certificate that others know", () => {
    before(deploy({ tls_mode: "external", tls_external_cert_and_key: EXTERNAL }));

    everywhere(() => relay);
    inBrowser();

    it("shows a code and a link that make an account, without JavaScript", () =>
      withBrowser({ javaScript: false }, async (browser) => {
        const page = await browser.visit("/");
        const invitation = `DCACCOUNT:https://${relay.domain}/new`;
        assert.equal(await seenCode(page), invitation);
        const links = page.locator(`main a[href="${invitation}"]`);
        assert.equal(await links.count(), 2);
      }));

    it("hands browsers that come by the code's address over to the app", async () => {
      for (const path of ["/new", "/cgi-bin/newemail.py"]) {
        const { status, headers } = await relay.ask(`https://${relay.domain}${path}`);
        assert.deepEqual([status, headers.location], [301, `dcaccount:https://${relay.domain}/new`]);
      }
      const { text } = await relay.ask(`https://${relay.domain}/new`, "POST");
      assert.deepEqual(Object.keys(JSON.parse(text)), ["email", "password"]);
    });

    it("goes on as it is when its configuration would be refused", async function () {
      this.timeout(60_000);
      await relay.host.must(
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out /root/other.key",
      );
      const wrong = [EXTERNAL[0], "/root/other.key"];
      const run = await relay.deploy({ tls_mode: "external", tls_external_cert_and_key: wrong });
      assert.equal(run.exitCode, 2);
      assert.match(run.failed.join("\n"), /"task":"Write nginx's configuration"/);
      assert.ok(!run.changed.includes("Reload nginx"));
      assert.equal((await relay.ask(`https://${relay.domain}/`)).status, 200);
    });
  });
});

interface Seen {
  readonly overflow: boolean;
  readonly ground: number;
  readonly contrast: number;
}

/** Runs in the page: whether it is too wide, how light its ground is, and the contrast of its text (WCAG 2.1). */
const SEEN = `(() => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map((text) => {
      const value = Number(text) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return luminance(colour);
    }
    return 1;
  };
  const texts = [...document.querySelectorAll("h1, h2, p, li, a, dt, dd, code, button, address")]
    .filter((element) => element.checkVisibility() && element.textContent.trim());
  const contrasts = texts.map((element) => {
    const [one, other] = [luminance(getComputedStyle(element).color), groundOf(element)];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  });
  return {
    overflow: document.documentElement.scrollWidth > innerWidth,
    ground: groundOf(document.body),
    contrast: Math.min(...contrasts),
  };
})()`;
