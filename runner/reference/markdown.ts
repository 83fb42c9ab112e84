// Pages of the reference as Markdown, for docs/.

import type { Entry, Page } from "./page.ts";

const HEADER = "<!-- Made from what the runner itself knows by `npm run generate`. Do not edit. -->";

export function markdownDocument(title: string, text: string, body: readonly string[]): string {
  return `${[HEADER, "", `# ${title}`, "", text, "", ...body].join("\n").trimEnd()}\n`;
}

/** A page as a section of a document. */
export function markdownPage({ title, text, parts }: Page): string[] {
  return [`## \`${title}\``, "", text, "", ...parts.flatMap(({ entries }) => table(entries))];
}

/** Its parts as sections of a document. */
export function markdownParts({ parts }: Page): string[] {
  return parts.flatMap(({ title, entries }) => [`## ${title}`, "", ...table(entries)]);
}

function table(entries: readonly Entry[]): string[] {
  if (entries.length === 0) return [];
  return [
    "| | | |",
    "| --- | --- | --- |",
    ...entries.map(({ name, facts, text, example }) => {
      const about = [text, ...(example ? [`${code(example.expression)} gives ${code(example.value)}`] : [])];
      return `| ${[code(name), facts.join("; "), about.join(" ")].map(cell).join(" | ")} |`;
    }),
    "",
  ];
}

function cell(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|");
}

/** As many backquotes around as the text needs. */
function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}
