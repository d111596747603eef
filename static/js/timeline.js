import { find, parsed, replaceCard, scroller, showCards } from "./feed.js";
import { say } from "./status.js";

const MOST_WAITING = 60;
const MOST_ACTIVITY = 3;
const NEAR_TOP = 48;
const ANNOUNCE_EVERY = 20_000;
const SHORT = ["joining", "live", "down"];

/* The Live page: asks for its timeline and shows what comes. Nothing moves while somebody
   reads: what comes then waits. Returns what takes the frames. */
export function startTimeline(ask) {
  const live = document.querySelector("[data-live]");
  if (!live) return () => {};
  document.querySelector(".live-account[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  const page = new Timeline(live);
  const start = live.querySelector("[data-live-start]");
  const begin = () => {
    start.hidden = true;
    page.begin(ask);
  };
  if ("starts" in live.dataset) begin();
  else {
    start.hidden = false;
    start.addEventListener("click", begin);
  }
  return (frame) => page.take(frame);
}

/* Said again it would be read aloud again. */
function tell(line, words = "") {
  if (line.textContent !== words) line.textContent = words;
}

class Timeline {
  constructor(live) {
    this.live = live;
    this.words = live.dataset;
    this.feed = live.querySelector("[data-feed]");
    this.button = live.querySelector("[data-live-waiting]");
    this.pause = document.querySelector("[data-live-pause]");
    this.waiting = [];
    this.held = this.hovered = false;
    this.unsaid = this.lost = 0;
    this.now = "joining";
  }

  begin(ask) {
    const { account, host, channel } = this.words;
    ask("live", { live: account ? { account: Number(account), channel } : { host, channel } });
    this.state("joining");
    this.pause.addEventListener("click", () => this.hold(!this.held));
    this.button.addEventListener("click", () => this.catchUp());
    const area = this.live.querySelector("[data-live-reading]");
    for (const event of ["pointerenter", "pointerleave"])
      area.addEventListener(event, ({ type, pointerType }) => {
        this.hovered = pointerType === "mouse" && type === "pointerenter";
        this.goOn();
      });
    this.feed.addEventListener("focusout", () => setTimeout(() => this.goOn()));
    scroller(this.feed).target.addEventListener("scroll", () => this.goOn(), { passive: true });
    setInterval(() => this.announce(), ANNOUNCE_EVERY);
  }

  take(frame) {
    switch (frame.live) {
      case "card":
        this.skipped(frame.skipped);
        return this.card(frame.id, parsed(frame.html));
      case "changed":
        return this.changed(frame.id, parsed(frame.html));
      case "activity":
        return this.activity(parsed(frame.html));
      case "state":
        return this.state(frame.state);
    }
  }

  /* --- Cards --- */

  card(id, card) {
    const known = this.waiting.some((one) => one.dataset.note === id);
    if (known || find(this.feed, id)) return this.changed(id, card);
    if (!this.reading()) return this.show([card]);
    this.waiting.push(card);
    while (this.waiting.length > MOST_WAITING) {
      this.waiting.shift();
      this.lost += 1;
    }
    this.pill();
  }

  show(cards) {
    this.live.querySelector("[data-live-empty]").hidden = true;
    showCards(this.feed, cards);
    this.unsaid += cards.length;
  }

  changed(id, card) {
    const place = this.waiting.findIndex((one) => one.dataset.note === id);
    if (place >= 0) this.waiting[place] = card;
    else if (find(this.feed, id)) replaceCard(find(this.feed, id), card);
  }

  /* --- Reading --- */

  reading() {
    const focused = this.feed.contains(document.activeElement);
    return this.held || this.hovered || focused || scroller(this.feed).top() > NEAR_TOP;
  }

  hold(held) {
    this.held = held;
    this.pause.textContent = held ? this.words.goOn : this.words.pause;
    this.state(this.now);
    this.goOn();
  }

  goOn() {
    if (!this.waiting.length || this.reading()) return;
    this.show(this.waiting);
    this.waiting = [];
    this.pill();
  }

  catchUp() {
    if (this.held) this.hold(false);
    this.show(this.waiting);
    this.waiting = [];
    this.pill();
    scroller(this.feed).target.scrollTo({ top: 0 });
    this.feed.firstElementChild?.focus({ preventScroll: true });
  }

  pill() {
    const number = this.waiting.length;
    const { waitingOne, waitingMany } = this.words;
    this.button.hidden = !number;
    this.button.textContent = number === 1 ? waitingOne : waitingMany.replace("#", number);
  }

  /* --- Around --- */

  skipped(number) {
    const line = this.live.querySelector("[data-live-skipped]");
    const all = number + this.lost;
    line.textContent = all ? this.words.skipped.replace("#", all) : "";
  }

  activity(line) {
    const list = this.live.querySelector("[data-live-activity]");
    list.prepend(line);
    while (list.children.length > MOST_ACTIVITY) list.lastElementChild.remove();
  }

  state(now) {
    this.now = now;
    const line = document.querySelector("[data-live-state]");
    const name = now === "live" ? "liveNow" : now.replace(/-./g, ([, letter]) => letter.toUpperCase());
    line.dataset.state = now;
    const words = now === "live" && this.held ? this.words.paused : this.words[name];
    const short = SHORT.includes(now);
    tell(line, short ? words : "");
    const trouble = this.live.querySelector("[data-live-trouble]");
    tell(trouble.querySelector("[role]"), short ? "" : words);
    trouble.hidden = short;
    this.live.querySelector("[data-live-empty]").hidden = !short || Boolean(this.feed.children.length);
    this.pause.hidden = !short && !this.held && !this.feed.children.length;
  }

  /* A number now and then: reading every post aloud would help nobody. */
  announce() {
    if (this.unsaid) say(this.words.newNotes.replace("#", this.unsaid), { quietly: true });
    this.unsaid = 0;
  }
}
