import assert from "node:assert/strict";
import { type Reading, readMessage } from "../../../roles/chatmaild/daemons/lib/mail/reading.ts";
import { armored, lines } from "./messages.ts";

/** What is particular in the OpenPGP/MIME messages of a mail client, written down from what they send. */
interface Client {
  readonly type: string;
  readonly boundary: string;
  readonly preamble?: readonly string[];
  readonly versionPart: readonly string[];
  readonly dataPart: readonly string[];
  readonly epilogue?: readonly string[];
  /** Its armor has a header line "Version:". */
  readonly versionLine?: string;
}

const clients: Readonly<Record<string, Client>> = {
  "Delta Chat": {
    boundary: "185f1e2d9d5c4d1a_4f5a1b2c_9d8e7f",
    type: 'multipart/encrypted; protocol="application/pgp-encrypted"; \r\n\tboundary="BOUNDARY"',
    versionPart: [
      'Content-Type: application/pgp-encrypted; charset="utf-8"',
      "Content-Description: PGP/MIME version identification",
      "Content-Transfer-Encoding: 7bit",
    ],
    dataPart: [
      'Content-Type: application/octet-stream; name="encrypted.asc"; charset="utf-8"',
      "Content-Description: OpenPGP encrypted message",
      'Content-Disposition: inline; filename="encrypted.asc";',
      "Content-Transfer-Encoding: 7bit",
    ],
  },
  "Thunderbird and Enigmail": {
    boundary: "------------0gSqXmggbOxZL9dRnhymyw",
    type: 'multipart/encrypted;\r\n protocol="application/pgp-encrypted";\r\n boundary="BOUNDARY"',
    preamble: ["This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)"],
    versionPart: [
      "Content-Type: application/pgp-encrypted",
      "Content-Description: PGP/MIME version identification",
    ],
    dataPart: [
      'Content-Type: application/octet-stream; name="encrypted.asc"',
      "Content-Description: OpenPGP encrypted message",
      'Content-Disposition: inline; filename="encrypted.asc"',
    ],
    epilogue: [""],
  },
  GPGMail: {
    boundary: "Apple-Mail=_1F3B6C4E-0A8E-4C39-9C5D-6B2B0F6C4E11",
    type: 'multipart/encrypted;\r\n\tboundary="BOUNDARY";\r\n\tprotocol="application/pgp-encrypted"',
    preamble: ["This is an OpenPGP/MIME encrypted message (RFC 2440 and 3156)"],
    versionPart: [
      "Content-Transfer-Encoding: 7bit",
      "Content-Type: application/pgp-encrypted",
      "Content-Description: PGP/MIME Versions Identification",
    ],
    dataPart: [
      "Content-Transfer-Encoding: 7bit",
      "Content-Disposition: inline;\r\n\tfilename=encrypted.asc",
      "Content-Type: application/octet-stream;\r\n\tname=encrypted.asc",
      "Content-Description: OpenPGP encrypted message",
    ],
  },
  "K-9 Mail": {
    boundary: "----0P8XJ0Y7K3S2NTGZPWYL3W1QQ5D6S1",
    type: 'multipart/encrypted; boundary="BOUNDARY";\r\n protocol="application/pgp-encrypted"',
    versionPart: ["Content-Type: application/pgp-encrypted"],
    dataPart: [
      'Content-Type: application/octet-stream; name="encrypted.asc"',
      'Content-Disposition: inline; filename="encrypted.asc"',
    ],
  },
  "mutt with GnuPG": {
    boundary: "k+w/mQv8wyuph6w0",
    type: 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="BOUNDARY"',
    preamble: ["", ""],
    versionPart: ["Content-Type: application/pgp-encrypted", "Content-Disposition: attachment"],
    dataPart: [
      "Content-Type: application/octet-stream",
      'Content-Disposition: attachment; filename="msg.asc"',
    ],
  },
  KMail: {
    boundary: "nextPart2718281.x8iKz0Lm3P",
    type: 'multipart/encrypted; boundary="BOUNDARY"; protocol="application/pgp-encrypted"',
    versionPart: [
      "Content-Type: application/pgp-encrypted",
      "Content-Disposition: attachment",
      "Content-Transfer-Encoding: 7Bit",
    ],
    dataPart: [
      "Content-Type: application/octet-stream",
      'Content-Disposition: inline; filename="msg.asc"',
      "Content-Transfer-Encoding: 7Bit",
    ],
  },
  "Proton Mail": {
    boundary: "--------8c0b1f8a7e6d5c4b3a291807f6e5d4c3b2a1",
    type: 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="BOUNDARY"; charset=utf-8',
    versionPart: [
      "Content-Type: application/pgp-encrypted",
      "Content-Description: PGP/MIME version identification",
    ],
    dataPart: [
      "Content-Disposition: inline; filename=encrypted.asc",
      "Content-Type: application/octet-stream; name=encrypted.asc",
      "Content-Description: OpenPGP encrypted message",
    ],
    versionLine: "Version: ProtonMail",
  },
};

function messageOf(client: Client, data: string): Buffer {
  const { boundary, type, preamble = [], versionPart, dataPart, epilogue = [], versionLine } = client;
  const armor = versionLine ? data.replace("-----\r\n", `-----\r\n${versionLine}\r\n`) : data;
  const text = lines(
    ...["From: alice1234@relay.test", "To: bob123456@relay.test", "Subject: ...", "MIME-Version: 1.0"],
    ...[`Content-Type: ${type.replace("BOUNDARY", boundary)}`, "", ...preamble],
    ...[`--${boundary}`, ...versionPart, "", "Version: 1", ""],
    ...[`--${boundary}`, ...dataPart, "", armor, "", `--${boundary}--`, ...epilogue],
  );
  return Buffer.from(text);
}

describe("encrypted messages of mail clients", () => {
  for (const [name, client] of Object.entries(clients))
    it(`those of ${name} pass${client.versionLine ? " when they come from outside" : ""}`, async () => {
      const message = messageOf(client, await armored());
      const kindOf = (incoming: boolean): Reading["kind"] | undefined =>
        readMessage(message, { incoming })?.kind;
      assert.equal(kindOf(true), "encrypted");
      assert.equal(kindOf(false), client.versionLine ? "clear" : "encrypted");
    });
});
