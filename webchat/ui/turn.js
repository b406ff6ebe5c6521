// One question of the conversation with its answer: drawn, asked, stopped, asked again, edited.

import { answerElement, errorElement, workingElement } from "./answer.js";
import { ask } from "./asking.js";
import { announce, button, iconButton, make } from "./dom.js";
import { opinionButtons } from "./feedback.js";
import { answerAsText, copied, linkTo } from "./sharing.js";
import { partInWords } from "./words.js";

/** What a turn is made of: `asked` are the fields of the request; `answer` or `error` comes later. */
export class Turn {
  constructor(asked, conversation, kept = {}) {
    Object.assign(this, { asked, conversation, answer: null, error: null, note: null, ...kept });
    this.question = asked.question;
    this.bubble = make("div", { class: "asked" });
    this.body = make("div", { class: "told" });
    this.tools = make("div", { class: "tools" });
    this.more = make("div", { class: "more" });
    this.element = make("li", { class: "turn" }, this.bubble, this.body, this.tools, this.more);
    this.drawQuestion();
    if (this.answer || this.error) this.drawAnswer();
  }

  /** What history keeps. */
  get kept() {
    return { asked: this.asked, answer: this.answer, error: this.error };
  }

  get busy() {
    return Boolean(this.stopper);
  }

  async run() {
    this.answer = this.error = null;
    this.tools.replaceChildren();
    this.more.replaceChildren();
    this.stopper = new AbortController();
    this.draw({ text: "Sending", quotes: [], written: [] });
    try {
      this.answer = await ask(this.asked, (phase) => this.draw(phase), this.stopper.signal);
    } catch (error) {
      this.error = error.name === "AbortError" ? "Stopped." : reason(error);
    }
    this.stopper = null;
    this.drawAnswer();
    announce(this.summary());
  }

  stop() {
    this.stopper?.abort();
  }

  draw(phase) {
    if (phase.quotes.length || phase.written.length || !this.early) this.early = phase;
    this.body.setAttribute("aria-busy", "true");
    this.body.replaceChildren(workingElement({ ...this.early, text: phase.text }));
    announce(phase.text);
    this.conversation.follow(this);
  }

  drawQuestion() {
    this.bubble.replaceChildren(
      make("h2", { class: "question", text: this.question }),
      iconButton("edit", "Edit the question", () => this.edit()));
  }

  drawAnswer() {
    this.early = null;
    this.body.removeAttribute("aria-busy");
    const shown = this.answer ? answerElement(this.answer) : errorElement(this.error, () => this.conversation.again(this));
    const part = partInWords(this.asked);
    this.body.replaceChildren(...(part ? [make("p", { class: "note part-asked", text: `Asked of a part only: ${part}` })] : []), ...(this.note ? [make("p", { class: "note linked", text: this.note })] : []), shown);
    this.tools.replaceChildren(...(this.answer ? this.toolButtons() : []));
  }

  toolButtons() {
    const copy = iconButton("copy", "Copy with sources", () => copied(answerAsText(this.answer, this.asked), copy));
    const link = iconButton("link", "Copy a link to this answer", () => copied(linkTo(this), link));
    return [copy, link, iconButton("again", "Ask again", () => this.conversation.again(this)), ...opinionButtons(this.answer)];
  }

  /** The question becomes a field; what came after it goes when it is asked anew. */
  edit() {
    const field = make("textarea", { rows: "2", "aria-label": "Edit the question", maxlength: "2000" });
    field.value = this.question;
    const cancel = () => {
      this.drawQuestion();
      this.bubble.querySelector("button").focus();
    };
    const done = () => field.value.trim() && this.conversation.askedAnew(this, field.value.trim());
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.stopPropagation(); cancel(); }
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); done(); }
    });
    this.bubble.replaceChildren(field, make("div", { class: "row" }, button("Ask", done, { class: "main" }), button("Cancel", cancel, { class: "quiet" })));
    field.focus();
  }

  /** Questions to go on with. */
  offer(questions) {
    if (!questions.length) return this.more.replaceChildren();
    const list = questions.map((question) => make("li", {}, button(question, () => this.conversation.ask(question), { class: "suggested" })));
    return this.more.replaceChildren(make("p", { class: "note", text: "The articles also answer:" }), make("ul", { "aria-label": "Questions to go on with" }, ...list));
  }

  summary() {
    if (!this.answer) return this.error;
    if (this.answer.status === "declined") return this.answer.text;
    return `${this.answer.text} ${this.answer.claims[0].in_words}. ${this.answer.quotes.length} quotes.`;
  }
}

const reason = (error) => (error instanceof TypeError ? "The server cannot be reached. Is the network there? Ask again." : error.message);
