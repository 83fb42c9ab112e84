import assert from "node:assert/strict";
import jsqr from "jsqr";
import { PNG } from "pngjs";
import { built } from "./built.ts";

// The package's types describe another shape of module than Node.js finds.
const decode = (jsqr as unknown as { default: typeof jsqr.default }).default ?? jsqr;

describe("the invitation on the first page", function () {
  this.timeout(30_000);

  for (const domain of ["relay.test", `${"long-name.".repeat(12)}example`, "a.b"])
    it(`is a QR code of the address that makes an account: ${domain.length} characters`, async () => {
      const pages = await built({ mail_domain: domain });
      const name = `qr-chatmail-invite-${domain}.png`;
      const { width, height, data } = PNG.sync.read(Buffer.from(pages.bytes(name)));
      assert.deepEqual([width, height], [384, 384]);
      assert.equal(
        decode(new Uint8ClampedArray(data), width, height)?.data,
        `DCACCOUNT:https://${domain}/new`,
      );
      const middle = data.subarray((192 * 384 + 192 - 40) * 4, (192 * 384 + 192 + 40) * 4);
      const coloured = Array.from({ length: 80 }, (_, x) => middle.subarray(x * 4, x * 4 + 3)).filter(
        ([red, green]) => Math.abs((red ?? 0) - (green ?? 0)) > 50,
      );
      assert.ok(coloured.length > 20, "the logo is in the middle");
    });

  it("is a link with the same text, as a button and around the picture", async () => {
    const text = (await built()).text("index.html");
    assert.equal(text.match(/href="DCACCOUNT:https:\/\/relay\.test\/new"/g)?.length, 2);
    assert.match(
      text,
      /<a class="code" href="DCACCOUNT:[^"]+"><img src="\/qr-chatmail-invite-relay\.test\.png"/,
    );
    assert.doesNotMatch(text, /<script/);
  });

  it("is made by a script where the relay's certificate is its own, and only there", async () => {
    const pages = await built({ tls_mode: "selfsigned" });
    assert.match(pages.text("index.html"), /<script src="\/dclogin\.js" defer><\/script>/);
    assert.match(pages.text("index.html"), /<noscript>/);
    assert.doesNotMatch(pages.text("info.html"), /<script/);
    assert.ok(!pages.names.some((name) => name.endsWith(".png")));
    assert.doesNotMatch(pages.text("dclogin.js").replace("http://www.w3.org/2000/svg", ""), /https?:\/\//);
  });
});
