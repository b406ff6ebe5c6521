// The conversation: its turns in order, and what may be done with them.

import { page, posted } from "./page.js";
import { closePanel } from "./panel.js";
import { digest } from "./sharing.js";
import { Turn } from "./turn.js";

const TURNS_SENT = 6;
const list = document.getElementById("turns");
const scroll = document.getElementById("scroll");

export class Conversation {
  /** `changed` is called whenever something begins or ends; `answered` with each Answer that arrives. */
  constructor({ part, changed, answered }) {
    Object.assign(this, { part, changed, answered, turns: [], id: newId(), at: 0 });
  }

  get busy() {
    return this.turns.some((turn) => turn.busy);
  }

  /** `asked`: other fields than the chosen part of the corpus; `seen`: what a link saw. */
  ask(question, { asked = this.part(), seen } = {}) {
    if (this.busy) return null;
    this.turns.at(-1)?.offer([]);
    const turn = this.add(new Turn(this.request(question, asked), this));
    return this.run(turn, seen);
  }

  /** The same question once more; what came after it goes. */
  again(turn) {
    if (this.busy) return null;
    this.cutAfter(turn);
    turn.asked = { ...turn.asked, date: today() };
    return this.run(turn);
  }

  askedAnew(turn, question) {
    if (this.busy) return null;
    const { outlets, since, until } = turn.asked;
    this.cutAfter(turn);
    this.remove(turn);
    return this.ask(question, { asked: { outlets, since, until } });
  }

  async run(turn, before) {
    closePanel();
    const running = turn.run();
    this.changed();
    await running;
    if (before && turn.answer) {
      turn.note = digest(turn.answer.text) === before
        ? "From a link. The articles still say the same."
        : "From a link. The answer was another one when the link was made.";
      turn.drawAnswer();
    }
    this.follow(turn);
    this.changed();
    if (turn.answer) {
      this.answered(turn.answer);
      await this.goOn(turn);
    }
  }

  async goOn(turn) {
    try {
      const { questions } = await posted("api/followups", turn.asked);
      if (turn === this.turns.at(-1) && !turn.busy) {
        turn.offer(questions);
        this.follow(turn);
      }
    } catch {
      // nothing is offered
    }
  }

  stop() {
    for (const turn of this.turns) turn.stop();
  }

  clear() {
    this.stop();
    for (const turn of [...this.turns]) this.remove(turn);
    closePanel();
    this.forgotten();
    this.changed();
  }

  /** What is said from now on is another conversation for the history. */
  forgotten() {
    Object.assign(this, { id: newId(), at: 0 });
  }

  /** A conversation out of the history. */
  restore({ id, at, turns }) {
    this.clear();
    Object.assign(this, { id, at });
    for (const kept of turns) this.add(new Turn(kept.asked, this, { answer: kept.answer, error: kept.error }));
    this.changed();
    scroll.scrollTop = scroll.scrollHeight;
  }

  /** The fields of a request: the question, the conversation so far, the chosen part of the corpus. */
  request(question, asked) {
    const history = this.turns.filter((turn) => turn.answer).slice(-TURNS_SENT)
      .map((turn) => ({ question: turn.answer.understood || turn.question, answer: turn.answer.claims.map((claim) => claim.text).join(" ") || null }));
    return { question: question.slice(0, page.longest), date: today(), ...(history.length ? { history } : {}), ...given(asked) };
  }

  add(turn) {
    this.turns.push(turn);
    list.append(turn.element);
    return turn;
  }

  remove(turn) {
    this.turns = this.turns.filter((other) => other !== turn);
    turn.element.remove();
  }

  cutAfter(turn) {
    for (const later of this.turns.slice(this.turns.indexOf(turn) + 1)) this.remove(later);
  }

  /** Keeps the turn in sight: its end while it grows, but never its question out of the window. */
  follow(turn) {
    const top = turn.element.offsetTop - 12;
    const end = turn.element.offsetTop + turn.element.offsetHeight - scroll.clientHeight + 24;
    scroll.scrollTop = Math.min(top, Math.max(end, 0));
  }
}

const given = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
}

export const newId = () => `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
