// The simulator phone: shows what a caller hears, sends what a caller does.
const at = (id) => document.getElementById(id);
const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
let socket = null;
let call = null;
let secret = false;
let tries = 0;
let sounding = []; // the prompts of the last message, each with the moment it is over

function line(text, kind, detail = "") {
  const item = document.createElement("li");
  item.className = kind;
  item.textContent = text;
  if (detail) {
    const small = document.createElement("small");
    small.textContent = detail;
    item.append(small);
  }
  at("talk").append(item);
  item.scrollIntoView({ block: "end" });
  return item;
}

function hear(prompts) {
  let over = performance.now();
  sounding = prompts.map((prompt) => {
    over += prompt.seconds * 1000;
    const detail = `${prompt.name} · ${prompt.language} · ${prompt.seconds} s`;
    return { item: line(prompt.text || `[recording ${prompt.name}]`, "prompt", detail), over };
  });
}

function cut() {
  const now = performance.now();
  for (const { item, over } of sounding) if (over > now) item.classList.add("cut");
  sounding = [];
}

function show(text, kind = "") {
  at("state").textContent = text;
  at("state").dataset.kind = kind;
}

function inCall(yes) {
  at("ring").disabled = yes;
  at("hang-up").disabled = !yes;
  for (const button of at("keypad").children) button.disabled = !yes;
  at("words").disabled = !yes;
}

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function received(message) {
  if (message.problem) {
    line(message.problem, "note");
    show(message.problem);
    if (!call || message.problem === "this call is over") ended();
  }
  if (message.call) {
    call = message.call;
    tries = 0;
    inCall(true);
    show("In a call", "live");
  }
  if (message.hears) hear(message.hears);
  if (message.music) line(`♪ ${message.music}`, "note");
  if (message.talk) talk(message.talk, message.with || []);
  if (message.says) line(`${message.by}: “${message.says}”`, "prompt");
  if (message.presses) line(`${message.by} presses ${message.presses}`, "prompt");
  if (message.cut) cut();
  if (message.listens) {
    secret = message.secret;
    show(secret ? "Listening; keys are secret" : "Listening", secret ? "secret" : "live");
  }
  if (message.records) {
    line(`● Say your message; ${message.end_key || "hanging up"} ends it`, "note");
    show("Recording", "secret");
  }
  if (message.records === false) {
    line("Message ended", "note");
    show("In a call", "live");
  }
  if (message.ended) {
    line(`Call ended (${message.ended}), outcome ${message.outcome}`, "note");
    show("Call ended");
    ended();
  }
}

function talk(state, others) {
  const whom = others.length ? ` (${others.join(", ")})` : "";
  line(state === "ended" ? "Talk ended" : `Talk: ${state}${whom}`, "note");
  show(state === "ended" ? "In a call" : `Talk: ${state}${whom}`, "live");
}

function ended() {
  call = null;
  inCall(false);
  socket?.close();
  at("ring").focus();
}

function connect(first) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/simulator/ws`);
  socket.onopen = () => send(first);
  socket.onmessage = (event) => received(JSON.parse(event.data));
  socket.onclose = () => {
    if (!call) return;
    tries += 1;
    if (tries > 8) {
      show("Connection lost");
      ended();
      return;
    }
    show(`Connection lost, trying again (${tries})`);
    setTimeout(() => connect({ resume: call }), Math.min(500 * 2 ** tries, 10000));
  };
}

function press(key) {
  if (!call) return;
  line(secret ? "•" : key, "me");
  send({ press: key });
}

at("dial").addEventListener("submit", (event) => {
  event.preventDefault();
  at("talk").replaceChildren();
  show("Calling …");
  connect({ dial: at("number").value, from: at("from").value });
});
at("hang-up").addEventListener("click", () => send({ hang_up: true }));
at("speak").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = at("words").value.trim();
  if (!call || !words) return;
  line(`“${words}”`, "me");
  send({ say: words });
  at("words").value = "";
});
// The text messages of the number in "From" have a connection of their own.
let texting = null;
let waits = 500;
const shown = new Set();

function textLine({ id, from, text, at: moment }) {
  if (shown.has(id)) return; // the same, told again after a restart
  shown.add(id);
  const item = document.createElement("li");
  const small = document.createElement("small");
  const isMine = from === texting.number;
  item.className = isMine ? "me" : "";
  item.textContent = text;
  small.textContent = `${isMine ? "" : `${from} · `}${new Date(moment).toLocaleTimeString()}`;
  item.append(small);
  at("texts").append(item);
  item.scrollIntoView({ block: "nearest" });
}

function connectTexts() {
  texting?.socket.close();
  shown.clear();
  at("texts").replaceChildren();
  const number = at("from").value.trim();
  texting = null;
  if (!number) return;
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const mine = { number, socket: new WebSocket(`${scheme}://${location.host}/simulator/ws`) };
  texting = mine;
  mine.socket.onopen = () => {
    waits = 500;
    mine.socket.send(JSON.stringify({ texts: number }));
  };
  mine.socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (texting !== mine) return;
    at("text-state").textContent = message.problem || "";
    if (message.texts) mine.number = message.texts;
    if (message.text) textLine(message.text);
  };
  mine.socket.onclose = () => {
    if (texting !== mine) return;
    waits = Math.min(waits * 2, 10000);
    setTimeout(() => texting === mine && connectTexts(), waits);
  };
}

at("text").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("body").value;
  if (!text.trim() || texting?.socket.readyState !== WebSocket.OPEN) return;
  texting.socket.send(JSON.stringify({ text }));
  at("body").value = "";
});
at("from").addEventListener("change", connectTexts);
connectTexts();
for (const key of keys) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = key;
  button.addEventListener("click", () => press(key));
  at("keypad").append(button);
}
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && keys.includes(event.key)) press(event.key);
});
const numbers = await (await fetch("/simulator/numbers")).json();
for (const [number, flow] of Object.entries(numbers)) {
  const option = document.createElement("option");
  option.value = number;
  option.textContent = `${number} (${flow})`;
  at("number").append(option);
}
inCall(false);
