// Words that several parts of the page say alike.

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** "2024-01-03" -> "3 Jan 2024" */
export function day(date) {
  const found = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(found.valueOf()) ? String(date) : DAY.format(found);
}

export const counted = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

/** The publisher, or the host of the address, as the filter names it too. */
export function outlet(article) {
  if (article.publisher) return article.publisher;
  try {
    return new URL(article.url).hostname.replace(/^www\./, "");
  } catch {
    return "";
  }
}

/** "CNN; from 1 Jan 2024": the part of the corpus that a question was asked of; empty where it was the whole. */
export function partInWords({ outlets, since, until }) {
  const bounds = [since && `from ${day(since)}`, until && `to ${day(until)}`].filter(Boolean).join(" ");
  return [outlets?.join(", "), bounds].filter(Boolean).join("; ");
}

/** "8,110 articles, 3 Jan 2024 to 30 Dec 2024" */
export function holding(index) {
  const days = index.oldest && index.newest ? `, ${day(index.oldest)} to ${day(index.newest)}` : "";
  return counted(index.articles, "article") + days;
}

/** Outlet, author and day in one line of text; what is not known is said. */
export function reference(article) {
  const parts = [outlet(article), article.author, article.published ? day(article.published) : "undated"];
  return [...parts.filter(Boolean), ...(article.machine_written ? ["machine-written"] : [])].join(", ");
}
