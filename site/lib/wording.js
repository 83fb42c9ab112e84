// Numbers and sizes of the configuration as people say them. Filters of the templates.

import nunjucks from "nunjucks";

const WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");

/** 7 -> "seven", 20 -> "20". */
export function words(number) {
  return WORDS[number] ?? String(number);
}

/** As words, but above fifty "more": "nine to 30 characters", "nine or more characters". */
export function upToFifty(number) {
  return number > 50 ? "more" : words(number);
}

/** 500M -> "500 MB"; a bare number counts megabytes, as everywhere in the configuration. */
export function size(text) {
  const [, digits, unit = "M"] = /^([0-9]+)([MG]?)B?$/.exec(String(text)) ?? [];
  return digits === undefined ? String(text) : `${digits} ${unit || "M"}B`;
}

/**
 * The size of a file that just fits into a message of so many bytes. It is encoded twice, once before and once
 * after the encryption, and each time three bytes become four.
 */
export function fileSize(bytes) {
  return `${Math.floor((bytes * 9) / 16 / 1_000_000)} MB`;
}

/** Text of several lines as HTML, on one line so that markdown leaves it alone. */
export function lines(text) {
  return safe(
    html(
      String(text)
        .trim()
        .split(/\s*\n\s*/),
      "<br>",
    ),
  );
}

/** A domain that stays on one line where there is room, else goes on in the next after one of its dots. */
export function breakable(domain) {
  return safe(`<span class="domain">${html(String(domain).split(/(?<=[.])/), "<wbr>")}</span>`);
}

function html(parts, between) {
  return parts.map((part) => part.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)).join(between);
}

function safe(text) {
  return new nunjucks.runtime.SafeString(text);
}
