import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { hashPassword, sha512Crypt } from "../../../roles/chatmaild/daemons/lib/hash/sha512-crypt.ts";

interface Vector {
  readonly salt: string;
  readonly password: string;
  readonly rounds?: number;
  readonly hash: string;
}

describe("SHA512-crypt", () => {
  // The vectors of the specification.
  const vectors: readonly Vector[] = [
    {
      salt: "saltstring",
      password: "Hello world!",
      hash: "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
    },
    {
      salt: "saltstringsaltstring",
      password: "Hello world!",
      rounds: 10000,
      hash: "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.",
    },
    {
      salt: "toolongsaltstring",
      password: "This is just a test",
      rounds: 5000,
      hash: "$6$rounds=5000$toolongsaltstrin$lQ8jolhgVRVhY4b5pZKaysCLi0QBxGoNeKQzQ3glMhwllF7oGDZxUhx1yxdYcz/e1JSbq3y6JMxxl8audkUEm0",
    },
    {
      salt: "short",
      password: "we have a short salt string but not a short password",
      rounds: 77777,
      hash: "$6$rounds=77777$short$WuQyW2YR.hBNpjjRhpYD/ifIw05xdfeEyQoMxIXbkvr0gge1a1x3yRULJ5CCaUeOxFmtlcGZelFl5CxtgfiAc0",
    },
  ];

  for (const { password, hash, ...options } of vectors)
    it(`gives the specification's hash for salt ${options.salt}`, () => {
      assert.equal(sha512Crypt(password, options), hash);
    });

  it("gives what OpenSSL gives, for short, long and non-ASCII passwords", () => {
    for (const password of [
      "x",
      "hello123456",
      'Grüße "quoted" \\ back',
      "y".repeat(64),
      "z".repeat(65),
      "long".repeat(50),
    ]) {
      const theirs = execFileSync("openssl", ["passwd", "-6", "-salt", "saltstring", "-stdin"], {
        input: password,
      });
      assert.equal(sha512Crypt(password, { salt: "saltstring" }), theirs.toString().trim());
    }
  });

  it("stores a scheme and a new salt each time", () => {
    const [one, two] = [hashPassword("same"), hashPassword("same")];
    assert.match(one, /^\{SHA512-CRYPT\}\$6\$[./0-9A-Za-z]{16}\$[./0-9A-Za-z]{86}$/);
    assert.notEqual(one, two);
  });
});
