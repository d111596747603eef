/* The connection that tells what changed: a socket, or polling where none gets through.
   It begins at the event that the page was made with and never leaves one out. */
const LONGEST_WAIT = 60_000;
const SILENCE = 75_000;
const SILENCE_AFTER_SLEEP = 35_000;
const POLL_EVERY = 10_000;
const HEALTHY_AFTER = 10_000;
const SAY_AFTER = 5_000;
const TRIES_BEFORE_POLLING = 3;
const SIGNED_OUT = 4401;

export function startSocket({ seq, heard, resync, state, live }) {
  const link = { seq, tries: 0, socket: null, timer: 0, heardAt: 0, bad: 0, over: false };
  const standing = new Map();

  function take(frame) {
    link.heardAt = Date.now();
    if ("resync" in frame) {
      link.seq = frame.resync;
      resync();
    } else if ("seq" in frame && frame.seq > link.seq) {
      link.seq = frame.seq;
      heard(frame);
    } else if ("live" in frame) live(frame);
  }

  function open() {
    clearTimeout(link.timer);
    const address = new URL("/ws/", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = (link.socket = new WebSocket(address));
    const openedAt = Date.now();
    socket.addEventListener("open", () => {
      link.heardAt = Date.now();
      socket.send(JSON.stringify({ hello: link.seq }));
      for (const frame of standing.values()) socket.send(frame);
      well();
    });
    socket.addEventListener("message", (event) => take(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => {
      if (socket !== link.socket) return;
      link.socket = null;
      if (Date.now() - openedAt > HEALTHY_AFTER) link.tries = 0;
      if (event.code === SIGNED_OUT) return over();
      again();
    });
  }

  function again() {
    link.tries += 1;
    if (!link.bad) link.bad = setTimeout(() => state("reconnecting"), SAY_AFTER);
    if (link.tries > TRIES_BEFORE_POLLING) poll();
    const most = Math.min(LONGEST_WAIT, 500 * 2 ** link.tries);
    clearTimeout(link.timer);
    link.timer = setTimeout(open, most * (0.5 + Math.random() / 2));
  }

  /* One look over HTTP; as long as that works, nothing is old. */
  async function poll() {
    if (link.socket?.readyState === WebSocket.OPEN || link.over) return;
    try {
      const answer = await fetch(`/events/?after=${link.seq}`, { redirect: "error" });
      if (!answer.ok) return;
      const { frames } = await answer.json();
      frames.forEach(take);
      well();
    } catch {
      return;
    }
    setTimeout(poll, POLL_EVERY);
  }

  function well() {
    clearTimeout(link.bad);
    link.bad = 0;
    state("well");
  }

  function over() {
    link.over = true;
    clearTimeout(link.timer);
    clearTimeout(link.bad);
    state("signed-out");
  }

  function look(longest = SILENCE) {
    if (link.over || link.socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - link.heardAt > longest) return anew();
    link.socket.send(JSON.stringify({ seen: link.seq }));
  }

  /* To close a connection that is dead without a word takes the browser long. */
  function anew() {
    const dead = link.socket;
    link.tries = 0;
    open();
    dead.close();
  }

  /* After sleep, or when the network is back, nobody wants to wait. */
  function wake() {
    if (document.visibilityState !== "visible" || link.over) return;
    if (link.socket?.readyState === WebSocket.OPEN) return look(SILENCE_AFTER_SLEEP);
    if (link.socket?.readyState === WebSocket.CONNECTING) return;
    link.tries = 0;
    open();
  }

  /* What the page asks for, until it asks for something else; each new connection is
     told it again. */
  function ask(what, frame) {
    const text = JSON.stringify(frame);
    if (standing.get(what) === text) return;
    standing.set(what, text);
    if (link.socket?.readyState === WebSocket.OPEN) link.socket.send(text);
  }

  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => event.persisted && wake());
  setInterval(() => look(), 20_000);
  open();
  return { ask };
}
